import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.errors import SettingError
from tinygrad_course.optim import SGD
from tinygrad_course.tensor import Tensor

settings = {
    "lr": st.floats(0, 2),
    "momentum": st.just(0.0) | st.floats(0, 0.99),
    "weight_decay": st.just(0.0) | st.floats(0, 1),
    "seed": st.integers(0, 999),
}


def textbook(p, gradients, lr, momentum, nesterov, weight_decay):
    velocity = np.zeros_like(p)
    for g in gradients:
        g = g + weight_decay * p
        velocity = momentum * velocity + g
        p = p - lr * (g + momentum * velocity if nesterov else velocity)
    return p


@given(**settings, nesterov=st.booleans())
def test_it_is_the_textbook_rule(lr, momentum, weight_decay, seed, nesterov):
    nesterov = nesterov and momentum > 0
    rng = np.random.default_rng(seed)
    start, gradients = rng.normal(size=(3, 2)), rng.normal(size=(5, 3, 2))
    for dtype, tolerance in ((np.float64, 1e-12), (np.float32, 1e-5)):
        p = Tensor(start.astype(dtype), requires_grad=True)
        optimizer = SGD([p], lr, momentum, nesterov=nesterov, weight_decay=weight_decay)
        for g in gradients:
            p.grad = g
            optimizer.step()
        expected = textbook(start, gradients, lr, momentum, nesterov, weight_decay)
        scale = 1 + np.abs(expected).max()
        np.testing.assert_allclose(p.data, expected, atol=tolerance * scale)


def test_nesterovs_is_the_lookahead_of_the_paper():
    # Equations 3 and 4: the gradient is taken at p + μ v, and v includes −α. With φ = p + μ v, the
    # point where the gradient is taken, both forms go through the same points.
    curvature = np.array([1.0, 10.0])
    mu, lr = 0.9, 0.02
    p, v = np.ones(2), np.zeros(2)
    phi = Tensor(np.ones(2), requires_grad=True)
    optimizer = SGD([phi], lr, mu, nesterov=True)
    for _ in range(20):
        v = mu * v - lr * curvature * (p + mu * v)
        p = p + v
        phi.grad = curvature * phi.data
        optimizer.step()
        np.testing.assert_allclose(phi.data, p + mu * v)


@pytest.mark.parametrize(("momentum", "nesterov"), [(0, False), (0.9, False), (0.9, True)])
def test_it_finds_the_minimum_of_a_quadratic(momentum, nesterov):
    w = Tensor(np.array([5.0, -3.0]), requires_grad=True)
    optimizer = SGD([w], 0.1, momentum, nesterov=nesterov)
    for _ in range(300):
        optimizer.zero_grad()
        ((w - [1.0, 2.0]) ** 2 * [1.0, 4.0]).sum().backward()
        optimizer.step()
    np.testing.assert_allclose(w.data, [1, 2], atol=1e-4)


def test_impossible_settings():
    w = Tensor(np.ones(2), requires_grad=True)
    with pytest.raises(SettingError, match=r"momentum=1\.0.* below 1"):
        SGD([w], 0.1, momentum=1.0)
    with pytest.raises(SettingError, match="needs a momentum"):
        SGD([w], 0.1, nesterov=True)


def test_plain_descent_keeps_no_moments():
    assert set(SGD([Tensor(np.ones(2), requires_grad=True)], 0.1).state_dict()) == {
        "lr",
        "steps",
        "schedule",
    }
