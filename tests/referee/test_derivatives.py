"""Derivatives as functions, on a function of a vector and a matrix: ours and those of torch.func."""

import numpy as np
import pytest

import tinygrad_course as tg
from tests.referee import torch
from tests.referee.agreement import flat
from tinygrad_course import autodiff

func = torch.func

# What torch.func.jvp is made of warns of itself.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script.:DeprecationWarning")

rng = np.random.default_rng(0)
X, W, V, S, U = (rng.standard_normal(shape) for shape in ((4,), (3, 4), (4,), (3, 4), (3,)))


def function(x, w):
    """A vector of three, in either library."""
    return (w @ x) ** 3 * x[:3] + w.sum(0)[1:]


def cost(x, w):
    return (function(x, w) ** 2).sum()


def their_hvp(x, w):
    return func.jvp(func.grad(cost, (0, 1)), (x, w), (torch.tensor(V), torch.tensor(S)))[1]


PAIRS = {
    tg.grad: (
        lambda x, w: tg.grad(cost, (0, 1))(x, w),
        lambda x, w: func.grad(cost, (0, 1))(x, w),
    ),
    tg.value_and_grad: (
        lambda x, w: tg.value_and_grad(cost)(x, w),
        lambda x, w: func.grad_and_value(cost)(x, w)[::-1],
    ),
    tg.elementwise_grad: (
        lambda x, w: tg.elementwise_grad(lambda x: x**3)(w),
        lambda x, w: func.vmap(func.vmap(func.grad(lambda x: x**3)))(w),
    ),
    tg.vjp: (
        lambda x, w: tg.vjp(function, x, w)[1](U),
        lambda x, w: func.vjp(function, x, w)[1](torch.tensor(U)),
    ),
    tg.jvp: (
        lambda x, w: tg.jvp(function, (x, w), (V, S)),
        lambda x, w: func.jvp(function, (x, w), (torch.tensor(V), torch.tensor(S))),
    ),
    tg.jacobian: (
        lambda x, w: tg.jacobian(function, (0, 1))(x, w),
        lambda x, w: func.jacrev(function, (0, 1))(x, w),
    ),
    tg.hessian: (
        lambda x, w: tg.hessian(cost, (0, 1))(x, w),
        lambda x, w: func.hessian(cost, (0, 1))(x, w),
    ),
    tg.hvp: (lambda x, w: tg.hvp(cost, (x, w), (V, S)), their_hvp),
}


def test_every_derivative_is_compared():
    assert {getattr(autodiff, name) for name in autodiff.__all__} == {*PAIRS, tg.checkpoint}


@pytest.mark.parametrize("derivative", PAIRS, ids=lambda derivative: derivative.__name__)
def test_derivatives_agree(derivative):
    ours, theirs = PAIRS[derivative]
    found, expected = flat(ours(X, W)), flat(theirs(torch.tensor(X), torch.tensor(W)))
    for x, y in zip(found, expected, strict=True):
        np.testing.assert_allclose(x, y.numpy(), rtol=1e-12, atol=1e-12)


def test_a_checkpoint_changes_no_gradient():
    x, y = tg.Tensor(X, requires_grad=True), torch.tensor(X, requires_grad=True)
    theirs = torch.utils.checkpoint.checkpoint
    (tg.checkpoint(function)(x, W) ** 2).sum().backward()
    (theirs(function, y, torch.tensor(W), use_reentrant=False) ** 2).sum().backward()
    np.testing.assert_allclose(x.grad.data, y.grad.numpy(), rtol=1e-12)
