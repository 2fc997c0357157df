"""A factor, in the words of who forgot it."""

import pytest

from tinygrad_course.testing.gradients.causes.factors import in_words

SIZES = {7: "the length of axis 0 of x", 1: "the length of axis 1 of x"}


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (-1, "its sign is wrong"),
        (2, "it is 2 times too large: a factor of 2 too much?"),
        (0.5, "it is 2 times too small: a factor of 2 is missing, as the derivative of a square brings it?"),
        (7, "it is 7 times too large: 1/m is missing, with m = 7, the length of axis 0 of x?"),
        (-7, "its sign is wrong, and it is 7 times too large: 1/m is missing, with m = 7"),
        (1 / 7, "it is 7 times too small: a mean in place of a sum, or one 1/m too many, with m = 7"),
        (60, "it is 60 times too large: a factor too much, or 1/m is missing, with m = 60 examples?"),
        (1 / 3, "it is 3 times too small: a factor of 3 is missing?"),
        (1.00002, "it is 1.00002 times the right one: a constant with too few digits?"),
        (0.3712, "it is 0.3712 times the right one: a wrong factor"),
    ],
)  # fmt: skip
def test_words(ratio, words):
    assert (in_words(ratio, SIZES, only_simple=False) or "").startswith(words)


def test_of_a_single_number_only_simple_factors_are_named():
    assert in_words(0.3712, SIZES, only_simple=True) is None
    assert in_words(1.00002, SIZES, only_simple=True) is None
    assert in_words(-1, SIZES, only_simple=True) == "its sign is wrong"
