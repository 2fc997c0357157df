"""Common mistakes in homework, each with the cause that gradcheck should name."""

import numpy as np
import pytest

from tests.testing.test_planted_faults import FAULTS
from tinygrad_course.errors import GradientCheckError
from tinygrad_course.ops import products
from tinygrad_course.testing import gradcheck, replaced_rules
from tinygrad_course.testing.gradients.likely_causes import factor_in_words

RNG = np.random.default_rng(0)
M, N, K = 7, 4, 3
X, Y = RNG.standard_normal((M, N)), 1.0 * (RNG.random(M) > 0.5)
W, B = RNG.standard_normal(N), 0.3
V, SQUARE = RNG.standard_normal((N, K)), RNG.standard_normal((N, N))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cost(w, b):
    """Logistic regression, of the data X and Y."""
    a = sigmoid(X @ w + b)
    return -(Y * np.log(a) + (1 - Y) * np.log(1 - a)).mean()


def dz(w, b):
    return (sigmoid(X @ w + b) - Y) / M


def right(w, b):
    return X.T @ dz(w, b), dz(w, b).sum()


def squares(w):
    """The mean of the squares of X w."""
    return ((X @ w) ** 2).mean()


def decayed(w):
    return squares(w) + 0.05 * (w * w).sum()


def squares_gradient(w):
    return 2 * X.T @ (X @ w) / (X @ w).size


def test_right_gradients_have_no_cause():
    assert gradcheck(cost, W, B, gradient=right).remarks == []
    assert gradcheck(squares, V, gradient=squares_gradient).remarks == []


BY_HAND = {
    "sign": (cost, lambda w, b: [-g for g in right(w, b)], "by w, b: its sign is wrong"),
    "1/m": (cost, lambda w, b: [M * g for g in right(w, b)], "by w, b: it is 7 times too large"),
    "1/m in one": (cost, lambda w, b: (right(w, b)[0], M * right(w, b)[1]), "by b: it is 7 times"),
    "the sum over the batch": (
        cost,
        lambda w, b: (right(w, b)[0], dz(w, b)),
        "by b: the sum over axis 0 is missing: its shape is (7,) in place of ()",
    ),
    "the sum, and 1/m": (
        cost,
        lambda w, b: (right(w, b)[0], M * dz(w, b)),
        "the sum over axis 0 is missing: its shape is (7,) in place of (); and it is 7 times too large",
    ),
    "a row too many": (
        cost,
        lambda w, b: (right(w, b)[0][None], right(w, b)[1]),
        "by w: its numbers are right, but its shape is (1, 4) in place of (4,)",
    ),
    "the 2 of a square": (squares, lambda w: squares_gradient(w) / 2, "a factor of 2 is missing"),
    "m without n": (
        squares,
        lambda w: K * squares_gradient(w),
        "m = 3, the length of axis 1 of w?",
    ),
    "a transposed matrix": (
        squares,
        lambda w: squares_gradient(w).T,
        "it is transposed: its shape is (3, 4) in place of (4, 3)",
    ),
    "weight decay": (
        decayed,
        squares_gradient,
        "0.1 times w is missing in it: the derivative of a",
    ),
    "cut off": (squares, lambda w: 0 * w, "the gradient given gives 0"),
    "NaN": (
        squares,
        lambda w: np.where(w > 1, np.nan, squares_gradient(w)),
        "gives NaN or infinity",
    ),
    "few digits": (
        squares,
        lambda w: 1.00003 * squares_gradient(w),
        "a constant with too few digits",
    ),
}


@pytest.mark.parametrize("mistake", BY_HAND)
def test_mistakes_by_hand(mistake):
    f, gradient, cause = BY_HAND[mistake]
    inputs = (W, B) if f is cost else (V,)
    with pytest.raises(GradientCheckError) as raised:
        gradcheck(f, *inputs, gradient=gradient)
    assert cause in str(raised.value)
    (remark,) = gradcheck(f, *inputs, gradient=gradient, raises=False).remarks
    assert remark.startswith("Likely cause, by ")


ELEMENTWISE = {
    "the sigmoid": (sigmoid, lambda x: np.ones_like(x), "sigmoid, y (1 - y), is missing"),
    "tanh": (np.tanh, lambda x: np.ones_like(x), "tanh, 1 - y², is missing"),
    "relu": (
        lambda x: np.maximum(x, 0),
        lambda x: np.ones_like(x),
        "relu, 1 where y > 0, is missing",
    ),
    "the input for the output": (sigmoid, lambda x: x * (1 - x), "was taken at the input"),
    "tanh, and a sign": (
        np.tanh,
        lambda x: -np.ones_like(x),
        "is missing (y: the output); and its sign",
    ),
}


@pytest.mark.parametrize("mistake", ELEMENTWISE)
def test_derivatives_of_activations(mistake):
    f, gradient, cause = ELEMENTWISE[mistake]
    with pytest.raises(GradientCheckError) as raised:
        gradcheck(f, SQUARE, gradient=gradient)
    assert cause in str(raised.value)


def test_the_derivative_of_an_activation_is_missed_behind_a_product():
    report = gradcheck(lambda x: np.tanh(V.T @ x), W, gradient=lambda x: V.T, raises=False)
    assert "tanh, 1 - y², is missing" in report.remarks[0]


def test_square_matrices_may_be_transposed_unseen():
    report = gradcheck(squares, SQUARE, gradient=lambda w: squares_gradient(w).T / 2, raises=False)
    assert "it is transposed; and it is 2 times too small" in report.remarks[0]


def test_gradients_in_the_wrong_order():
    swapped = gradcheck(
        lambda u, v: (u * v).sum(), W, 2 * W[::-1], gradient=lambda u, v: (u, v), raises=False
    )
    assert "by u: it is the gradient by v" in swapped.remarks[0]


def test_one_sum_too_many():
    def gradient(w, b):
        return X.T @ (X @ w + b), np.full(K, (X @ w + b).sum())

    report = gradcheck(
        lambda w, b: ((X @ w + b) ** 2).sum() / 2, V, np.ones(K), gradient=gradient, raises=False
    )
    assert report.remarks == [
        "Likely cause, by b: it is summed over axis 0 of b, one axis too many"
    ]


@pytest.mark.parametrize(
    ("wrong", "cause"),
    [
        (lambda g: -g, "its sign is wrong"),
        (lambda g: g.T, "it is transposed"),
        (lambda g: 40 * g, "1/m is missing, with m = 40, the length of axis 0 of w"),
    ],
)
def test_projections_show_causes_as_well(wrong, cause):
    big = RNG.standard_normal((40, 40))
    data = RNG.standard_normal((30, 40))

    def gradient(w):
        return wrong(data.T @ (data @ w) / 1200)

    report = gradcheck(lambda w: ((data @ w) ** 2).mean() / 2, big, gradient=gradient, raises=False)
    assert "random projections" in repr(report)
    assert cause in report.remarks[0]


IN_RULES = {
    "sign of −": "by y: its sign is wrong",
    "factor 2 of x²": "a factor of 2 is missing",
    "1/n of mean": "1/m is missing, with m = 6, the number of entries of x",
    "the gradient of a dropped operand": "gives 0",
}


@pytest.mark.parametrize("fault", IN_RULES)
def test_mistakes_in_rules(fault):
    primitive, rules = FAULTS[fault]
    x, y = np.array([[0.3, -1.2, 0.7], [1.9, 0.4, -0.8]]), np.array([[1.1, 2.0, -0.6]] * 2)
    f = (lambda x, y: primitive(x, y)) if len(primitive.operands) == 2 else (lambda x: primitive(x))
    with replaced_rules(primitive, **rules), pytest.raises(GradientCheckError) as raised:
        gradcheck(f, *(x, y)[: len(primitive.operands)])
    assert IN_RULES[fault] in str(raised.value)


def test_an_operand_that_is_not_transposed_in_a_rule():
    with (
        replaced_rules(products.matmul, x=lambda g, y: g @ y),
        pytest.raises(GradientCheckError, match="something in its formula is transposed"),
    ):
        gradcheck(lambda x: products.matmul(x, SQUARE), SQUARE.T.copy())


def test_a_sum_that_has_one_term_only():
    def first_row(x, bias):
        return x + bias - (bias - bias.detach()) * (np.arange(3) > 0)[:, None]

    report = gradcheck(first_row, np.ones((3, 4)), np.ones(4), raises=False)
    assert "by bias: of a sum over axis 0 of the output it has the first term only" in repr(report)


def test_no_cause_is_named_where_none_explains_the_numbers():
    report = gradcheck(np.sin, SQUARE, gradient=lambda x: np.cos(x) + x**2, raises=False)
    assert report.counts["wrong"] == SQUARE.size
    assert report.remarks == []


def test_a_single_number_is_explained_by_a_simple_factor_only():
    assert "sign" in gradcheck(np.sin, 0.3, gradient=-np.cos(0.3), raises=False).remarks[0]
    assert gradcheck(np.sin, 0.3, gradient=0.7, raises=False).remarks == []


LENGTHS = {7: "the length of axis 0 of x", 1: "the length of axis 1 of x"}


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
def test_factors_in_words(ratio, words):
    assert (factor_in_words(ratio, LENGTHS, only_simple=False) or "").startswith(words)


def test_of_a_single_number_only_simple_factors_are_named():
    assert factor_in_words(0.3712, LENGTHS, only_simple=True) is None
    assert factor_in_words(1.00002, LENGTHS, only_simple=True) is None
    assert factor_in_words(-1, LENGTHS, only_simple=True) == "its sign is wrong"
