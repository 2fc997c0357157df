import json
import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import elementwise, training
from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.contest import (
    QUICK,
    Contest,
    Effort,
    UnequalError,
    calls_in,
    compare,
    repeated,
    take_gradients,
)
from tinygrad_course import Tensor

SHORT = Effort(block=1e-4, rounds=3, seconds=0.1)


def constant(value):
    return lambda: repeated(lambda: np.float32(value))


def contest(ours, handwritten, **fields):
    return Contest("name", "title", 1.0, ours, handwritten, **fields)


def test_unequal_sides_are_not_timed():
    with pytest.raises(UnequalError, match="name: after step 1"):
        contest(constant(1), constant(1.001)).measure(SHORT)


def test_sides_that_differ_later_are_noticed():
    def drifting():
        value = 1.0

        def step():
            nonlocal value
            value *= 1.001
            return value

        return repeated(step)

    with pytest.raises(UnequalError, match="after step"):
        contest(drifting, lambda: repeated(lambda: 1.001)).check()


def test_a_reference_stands_in_for_the_other_side():
    contest(constant(1), constant(2), reference=constant(1)).check()
    with pytest.raises(UnequalError):
        contest(constant(1), constant(1), reference=constant(2)).check()


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_numbers_that_are_none_are_unequal(bad):
    with pytest.raises(UnequalError):
        contest(constant(bad), constant(1)).check()


def test_all_pairs_are_kept_and_counted():
    measured = contest(constant(1), constant(1)).measure(SHORT)
    assert measured.pairs == 2 * SHORT.rounds
    assert measured.quartiles[0] <= measured.comparison <= measured.quartiles[1]


def test_the_ratio_is_the_median_of_the_pairs():
    measured = compare([2.0, 6.0, 5.0], [1.0, 2.0, 10.0])
    assert (measured.comparison, measured.ours, measured.handwritten) == (2.0, 5.0, 2.0)
    assert compare([2.0, 6.0], [1.0, 1.0], is_difference=True).comparison == 3.0


def test_calls_fill_a_block():
    clock = iter(np.cumsum([0, 0.001] * 10 + [0] * 100))  # every other reading, a millisecond later
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benchmarks.contest.perf_counter", lambda: next(clock))
        assert calls_in(0.004, lambda times: None) == 4


@pytest.mark.parametrize("name", training.TASKS)
def test_a_small_step_of_each_task_equals_the_handwritten_one(name):
    task = training.TASKS[name]
    sizes = tuple(min(size, 12) for size in task.sizes)
    small = replace(task, samples=6, sizes=sizes, learning_rate=0.1)
    contest(
        lambda: training.side(training.ours, small),
        lambda: training.side(training.by_hand, small),
    ).check()


def test_gradients_are_taken_and_cleared():
    a, b = Tensor([1.0, 2.0], requires_grad=True), Tensor(3.0, requires_grad=True)
    (a * b).sum().backward()
    of_a, of_b = take_gradients([a, b])
    np.testing.assert_array_equal(of_a.data, [3, 3])
    assert of_b.item() == 3
    assert a.grad is b.grad is None


def test_the_twelve_operations_equal_the_handwritten_ones():
    contest(lambda: elementwise.ours((3, 4)), lambda: elementwise.by_hand((3, 4))).check()


@pytest.mark.parametrize("name", ["multiply-add", "chain", "scalar-graph"])
def test_scalar_benchmarks_equal_their_reference(name):
    BENCHMARKS[name].check()


def test_losses_fall_on_both_sides():
    task = replace(training.TASKS["deep"], samples=6, sizes=(12, 5, 3, 1), learning_rate=0.1)
    for make in (training.ours, training.by_hand):
        run = training.side(make, task)
        losses = [run(1).item() for _ in range(20)]
        assert losses[-1] < losses[0]


def test_every_benchmark_has_a_target_and_a_name_of_its_own():
    assert all(benchmark.target > 0 for benchmark in BENCHMARKS.values())
    titles = [benchmark.title for benchmark in BENCHMARKS.values()]
    assert len(set(titles)) == len(titles)


def test_the_worker_prints_a_measurement_as_json(capsys, monkeypatch):
    monkeypatch.setattr("benchmarks.__main__.QUICK", replace(QUICK, block=1e-4))
    assert main(["--worker", "--quick", "--only", "multiply-add"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["comparison"] > 0
    assert printed["pairs"] == 2 * QUICK.rounds
