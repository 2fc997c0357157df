"""Random numbers that follow from (seed, step, path, call)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.engine.draws import (
    Draw,
    Step,
    first_run,
    is_repeated,
    next_draw,
    numbers,
    run_again,
)

KNOWN = [0.7500218749046326, 0.20803284645080566, 0.08162921667098999]

words = st.integers(0, 2**64 - 1)
draws = st.builds(Draw, words, words, st.text(max_size=5), words)


@given(draws, draws)
def test_numbers_are_a_function_of_all_four_and_of_nothing_else(one, other):
    np.random.seed(0)
    first = numbers(one, (4, 5))
    np.random.seed(1)
    np.testing.assert_array_equal(first, numbers(Draw(*one), (4, 5)))
    assert (first != numbers(other, (4, 5))).any() or one == other


@pytest.mark.parametrize("field", Draw._fields)
def test_each_of_the_four_counts(field):
    draw = Draw(1, 2, "0.1", 3)
    changed = draw._replace(**{field: "0.2" if field == "path" else getattr(draw, field) + 1})
    assert (numbers(draw, (8,)) != numbers(changed, (8,))).all()


def test_they_are_the_same_in_every_process():
    # Computed once by this very code: a saved training must go on with them in later versions.
    found = numbers(Draw(0, 1, "layers.0", 2), (3,))
    np.testing.assert_array_equal(found, np.array(KNOWN, np.float32))


def test_they_are_uniform():
    found = numbers(Draw(0, 0, "", 0), (100_000,)).astype(float)
    assert found.min() >= 0
    assert found.max() < 1
    assert abs(found.mean() - 1 / 2) < 4 / np.sqrt(12 * found.size)
    assert abs((found < 0.1).mean() - 0.1) < 4 * np.sqrt(0.09 / found.size)


def drawn(path="a", calls=None, is_own=False):
    return next_draw(path, 7, is_own, np.zeros((), int) if calls is None else calls)


def test_without_a_step_a_layer_counts_its_own_calls():
    calls = np.zeros((), int)
    assert [drawn(calls=calls) for _ in range(2)] == [Draw(7, 0, "a", 0), Draw(7, 0, "a", 1)]


def test_in_a_step_calls_are_counted_for_each_path_and_begin_again_with_the_next():
    calls = np.zeros((), int)
    for number in (5, 6):
        with Step(1, number):
            found = [drawn(path, calls) for path in "aba"]
        assert found == [Draw(1, number, "a", 0), Draw(1, number, "b", 0), Draw(1, number, "a", 1)]
    assert calls == 0
    with Step(1, 5):
        assert drawn(is_own=True) == Draw(7, 5, "a", 0)


def test_a_function_that_runs_again_draws_the_same():
    calls = np.zeros((), int)
    with Step(1, 2), first_run() as noted:
        first = [drawn("a"), drawn("a"), drawn("b")]
        assert not is_repeated()
    for _ in range(2):
        with run_again(noted):
            assert [drawn("a"), drawn("a"), drawn("b")] == first
            assert is_repeated()
    assert not is_repeated()
    assert drawn("a", calls) == Draw(7, 0, "a", 0)


def test_runs_inside_runs():
    with first_run() as outer:
        one = drawn()
        with first_run() as inner:
            two = drawn(calls=np.ones((), int))
    assert (outer, inner) == ([one, two], [two])
    with run_again(outer):
        assert drawn() == one
        with first_run() as once_more:
            assert drawn() == two
            assert is_repeated()
        with run_again(once_more):
            assert drawn() == two
