"""What accumulates in half precision accumulates in single: sums of many numbers, forward and backward."""

import numpy as np
import pytest

import tinygrad_course as tg
from tests.tensors import leaf
from tinygrad_course import nn

F = nn.functional
MANY = 70_000

# Functions of one array of MANY elements whose sums overflow, or stall at 2048, in half precision.
FUNCTIONS = {
    "softmax": lambda x: tg.softmax(x * 0.0),
    "log_softmax": lambda x: tg.log_softmax(x * 0.0),
    "logsumexp": lambda x: tg.logsumexp(x * 0.0),
    "sum along the first axis": lambda x: np.sum(x.reshape(-1, 7) * 0.01, axis=0),
    "mean along the first axis": lambda x: np.mean(x.reshape(-1, 7), axis=0),
    "cumsum": lambda x: np.cumsum(x * 0.01)[::7000],
    "trace": lambda x: np.trace((x[:10_000] * 0.01).reshape(100, 100)),
    "norm": lambda x: np.linalg.norm(x),
    "norm of large numbers": lambda x: np.linalg.norm(x[:4] * 400.0),
    "mse": lambda x: F.mse(x * 0.25, x * 0.0, reduction="sum"),
    "cross entropy": lambda x: F.cross_entropy((x * 0.0).reshape(-1, 10), np.zeros(7000, int)),
}
ONES = np.ones(MANY, np.float16)


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
def test_many_numbers_give_what_double_precision_gives(f):
    found, exact = f(tg.Tensor(ONES)).data, f(tg.Tensor(ONES.astype(np.float64))).data
    assert found.dtype == np.float16
    np.testing.assert_allclose(found.astype(float), exact, rtol=4e-3)


# Functions of a leaf of one to three elements whose gradients are sums of many.
GRADIENTS = {
    "stretched along rows": lambda b: (b + np.zeros((5000, 3), b.dtype)).sum(),
    "stretched along columns": lambda b: (b[:, None] + np.zeros((3, 5000), b.dtype)).sum(),
    "a number": lambda b: (b[0] * np.ones((100, 50), b.dtype)).sum(),
    "a bias": lambda b: F.linear(np.ones((5000, 2), b.dtype), np.ones((3, 2), b.dtype), b).sum(),
    "chosen often": lambda b: b[np.zeros(3000, int)].sum(),
    "a product with a number": lambda b: np.dot(b[1], np.ones(5000, b.dtype)).sum(),
}


@pytest.mark.parametrize("f", GRADIENTS.values(), ids=GRADIENTS)
def test_gradients_of_what_is_used_often_do_not_stall(f):
    found = []
    for dtype in (np.float16, np.float64):
        b = leaf(np.ones(3, dtype))
        f(b).backward()
        found.append(b.grad.data)
    assert found[0].dtype == np.float16
    np.testing.assert_allclose(found[0].astype(float), found[1], rtol=2e-3)


@pytest.mark.parametrize("f", [tg.softmax, tg.log_softmax])
def test_large_cotangents_do_not_overflow_on_the_way(f):
    x = leaf(np.zeros(4, np.float16))
    f(x).backward(np.full(4, 60_000, np.float16))
    exact = leaf(np.zeros(4))
    f(exact).backward(np.full(4, 60_000.0))
    np.testing.assert_allclose(x.grad.data.astype(float), exact.grad.data, atol=60)


@pytest.mark.parametrize("f", [tg.softmax, tg.log_softmax])
@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3)])
def test_an_axis_without_elements_is_no_error(f, shape):
    x = leaf(np.zeros(shape))
    y = f(x)
    assert y.shape == shape
    y.sum().backward()
    assert x.grad.shape == shape
