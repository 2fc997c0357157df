"""Several processes, each of which examines some mutants at a time."""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from .examine import caught_by, prepare
from .mutant import mutants_of

AT_ONCE = 16
"""So many mutants a process is given at a time: neighbours need the same cases."""

BETWEEN_LINES = 100
"""So many mutants lie between two lines that say how far a run is."""


def checks_that_fail(places: Sequence[tuple[str, int]], processes: int) -> Iterator[str]:
    """What catches each mutant, in their order; from time to time stderr says how far that is."""
    unnoticed = 0
    spawned = get_context("spawn")
    with ProcessPoolExecutor(processes, spawned, initializer=prepare) as pool:
        checks = pool.map(_examine, *zip(*places), chunksize=AT_ONCE)
        for done, check in enumerate(checks, start=1):
            yield check
            unnoticed += not check
            if done % BETWEEN_LINES == 0:
                print(
                    f"{done} of {len(places)}, {unnoticed} unnoticed", file=sys.stderr, flush=True
                )


def _examine(topic: str, i: int) -> str:
    return caught_by(mutants_of(topic)[i])
