import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.errors import SettingError
from tinygrad_course.optim import Adam
from tinygrad_course.tensor import Tensor


def textbook(p, gradients, lr, betas, eps, weight_decay):
    m, v = np.zeros_like(p), np.zeros_like(p)
    for t, g in enumerate(gradients, start=1):
        g = g + weight_decay * p
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        m_hat, v_hat = m / (1 - betas[0] ** t), v / (1 - betas[1] ** t)
        p = p - lr * m_hat / (np.sqrt(v_hat) + eps)
    return p


@given(
    lr=st.floats(0, 1),
    betas=st.tuples(st.floats(0, 0.99), st.floats(0, 0.9999)),
    eps=st.floats(1e-8, 1e-2),
    weight_decay=st.just(0.0) | st.floats(0, 1),
    seed=st.integers(0, 999),
)
def test_it_is_the_textbook_rule(lr, betas, eps, weight_decay, seed):
    rng = np.random.default_rng(seed)
    # Gradients away from 0, where the sign of m̂ would hang on the last digit.
    start, gradients = rng.normal(size=(3, 2)), rng.uniform(0.5, 2, size=(5, 3, 2))
    start = np.abs(start)
    for dtype, tolerance in ((np.float64, 1e-10), (np.float32, 1e-3)):
        p = Tensor(start.astype(dtype), requires_grad=True)
        optimizer = Adam([p], lr, betas, eps, weight_decay=weight_decay)
        for g in gradients:
            p.grad = g
            optimizer.step()
        expected = textbook(start, gradients, lr, betas, eps, weight_decay)
        # Relative as well: with small betas a parameter may fly off to a hundred.
        np.testing.assert_allclose(p.data, expected, rtol=max(tolerance, 1e-7), atol=tolerance)


@given(st.floats(1e-3, 1e3), st.booleans())
def test_the_first_step_has_the_length_of_lr_whatever_the_gradient(size, negative):
    w = Tensor(np.zeros(1), requires_grad=True)
    w.grad = np.array([-size if negative else size])
    Adam([w], lr=0.01, eps=0).step()
    np.testing.assert_allclose(w.data, [0.01 if negative else -0.01])


def test_it_finds_the_minimum_of_a_quadratic():
    w = Tensor(np.array([5.0, -3.0]), requires_grad=True)
    optimizer = Adam([w], lr=0.1)
    for _ in range(500):
        optimizer.zero_grad()
        ((w - [1.0, 2.0]) ** 2 * [1.0, 40.0]).sum().backward()
        optimizer.step()
    np.testing.assert_allclose(w.data, [1, 2], atol=1e-3)


def test_a_gradient_that_is_always_zero_changes_nothing():
    w = Tensor(np.ones(2, np.float32), requires_grad=True)
    w.grad = np.zeros(2)
    Adam([w]).step()
    np.testing.assert_array_equal(w.data, 1)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"betas": (1.0, 0.9)}, r"betas\[0\]=1.0.* below 1"),
        ({"betas": (0.9, -0.1)}, r"betas\[1\]=-0.1"),
        ({"eps": -1e-8}, "eps=-1e-08"),
    ],
)
def test_impossible_settings(setting, message):
    with pytest.raises(SettingError, match=message):
        Adam([Tensor(np.ones(2), requires_grad=True)], **setting)
