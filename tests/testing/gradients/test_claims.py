"""A gradient that the caller gives: the forms it may have, and the errors for others."""

import numpy as np
import pytest

from tinygrad_course.errors import GradientCheckError
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck

RNG = np.random.default_rng(0)
X, W, B = RNG.standard_normal((5, 4)), RNG.standard_normal(4), 0.3


def cost(w, b):
    return ((X @ w + b) ** 2).mean()


def residual(w, b):
    return 2 * (X @ w + b) / 5


RIGHT = {
    "a tuple": lambda w, b: (X.T @ residual(w, b), residual(w, b).sum()),
    "a list": lambda w, b: [X.T @ residual(w, b), residual(w, b).sum()],
    "by name": lambda w, b: {"b": residual(w, b).sum(), "w": X.T @ residual(w, b)},
    "by the course's names": lambda w, b: {"dw": X.T @ residual(w, b), "db": residual(w, b).sum()},
    "the numbers": (X.T @ residual(W, B), residual(W, B).sum()),
    "in lists": ((X.T @ residual(W, B)).tolist(), float(residual(W, B).sum())),
    "as Tensors": lambda w, b: (Tensor(X.T @ residual(w, b)), Tensor(residual(w, b).sum())),
}


@pytest.mark.parametrize("form", RIGHT)
def test_forms_of_a_gradient(form):
    report = gradcheck(cost, W, B, gradient=RIGHT[form])
    assert report.all_correct
    assert report.checked == 5
    assert "every entry of the 1 × 5 Jacobian" in repr(report)


def test_a_part_that_is_not_given_is_not_checked():
    report = gradcheck(cost, W, B, gradient=lambda w, b: (None, residual(w, b).sum()))
    assert [entry.by for entry in report.entries] == ["b"]
    assert gradcheck(cost, W, B, gradient={"dw": RIGHT["the numbers"][0]}).checked == 4


def test_the_gradient_by_a_single_input_may_be_a_list_of_numbers():
    assert gradcheck(lambda x: (x * x).sum(), W, gradient=list(2 * W)).all_correct


def test_for_several_outputs_it_is_the_gradient_of_their_sum_or_the_jacobian():
    of_the_sum = gradcheck(np.sin, X, gradient=np.cos)
    assert (of_the_sum.checked, of_the_sum.entries[0].output) == (20, "the sum")
    jacobian = gradcheck(lambda x: X @ x, W, gradient=X)
    assert (jacobian.checked, jacobian.all_correct) == (20, True)
    with pytest.raises(GradientCheckError, match=r"output\[2\] +x\[1\]"):
        gradcheck(lambda x: X @ x, W, gradient=X + np.eye(5, 4, -1) * (np.arange(4) == 1))


def test_f_and_gradient_get_arrays_and_tensors_where_tensors_were_given():
    kinds = []

    def f(x, y):
        kinds.append((type(x), type(y)))
        return (x * y).sum()

    def gradient(x, y):
        kinds.append((type(x), type(y)))
        return y, x

    gradcheck(f, W, Tensor(W), gradient=gradient)
    assert set(kinds) == {(np.ndarray, Tensor)}


def test_a_gradient_that_writes_into_its_inputs_does_no_harm():
    def gradient(x):
        x *= 2
        return x

    x = W.copy()
    assert gradcheck(lambda x: (x * x).sum(), x, gradient=gradient).all_correct
    np.testing.assert_array_equal(x, W)


@pytest.mark.parametrize(
    ("gradient", "message"),
    [
        ((W,), r"1 parts, but there are 2 floating-point inputs \(w, b\)"),
        ({"dv": W}, "has a part called 'dv'; the inputs are w, b"),
    ],
)
def test_a_gradient_that_does_not_belong_to_these_inputs(gradient, message):
    with pytest.raises(ValueError, match=message):
        gradcheck(cost, W, B, gradient=gradient)


def test_second_derivatives_need_reverse_mode():
    with pytest.raises(ValueError, match="it can't be given"):
        gradcheck(cost, W, B, gradient=RIGHT["a tuple"], order=2)
