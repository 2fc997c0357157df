"""Work in other processes: nothing is lost, whatever becomes of them."""

import os
import time
from pathlib import Path

import pytest

from tools.mutate.examine import Result
from tools.mutate.mutation import Mutation
from tools.mutate.pool import results

PIECES = [
    (Mutation(Path("topic.py"), k, k + 1, "sign", "-"), [(f"f{k}", "x"), (f"f{k}", "y")])
    for k in range(7)
]


def serve(connection):
    """Hang at one target and crash at another."""
    connection.send(None)
    while True:
        _, targets = connection.recv()
        for target in targets:
            connection.send(None)
            if target == ("f2", "x"):
                time.sleep(60)
            if target == ("f4", "y"):
                os._exit(1)
            connection.send(Result(target, "caught", "law"))


def serve_nothing(connection):
    raise SystemExit(1)


@pytest.mark.parametrize("processes", [1, 2])
def test_every_target_has_a_result_even_if_a_process_hangs_or_ends(processes):
    found = list(results(PIECES, serve, processes, limit=2.0))
    ends = {("f2", "x"): "time", ("f4", "y"): "crash"}
    expected = [
        (mutation, Result(target, "caught", ends.get(target, "law"), crashed=target in ends))
        for mutation, targets in PIECES
        for target in targets
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_a_process_that_does_not_begin_is_an_error():
    with pytest.raises(RuntimeError, match="did not begin"):
        list(results(PIECES, serve_nothing, 1, limit=2.0))
