"""RMSprop: its formulas in test_precision.py and tests/referee; here where it could leave them."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.errors import SettingError
from tinygrad_course.optim import RMSprop


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_variance_that_rounds_below_0_counts_as_0(dtype):
    # With equal gradients v − ḡ² tends to 0, and rounding takes it below.
    p = leaf(np.zeros(3), dtype)
    optimizer = RMSprop([p], lr=1e-3, alpha=0.5, eps=1e-2, centered=True)
    for _ in range(60):
        before = p.data.copy()
        p.grad = np.array([1.0, 3.1, -0.7])
        optimizer.step()
    steps = (before - p.data).astype(float)
    np.testing.assert_allclose(steps, 1e-3 * np.array([1.0, 3.1, -0.7]) / 1e-2, rtol=0.2)


def test_what_pytorch_orders_differently_is_given_by_name():
    p = leaf([1.0])
    with pytest.raises(TypeError):
        RMSprop([p], 1e-2, 0.99, 1e-8, 1e-4)
    assert RMSprop([p], 1e-2, 0.99, 1e-8, weight_decay=1e-4).weight_decay == 1e-4


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"alpha": 1.0}, r"alpha=1\.0.* below 1"),
        ({"eps": -1}, "eps=-1"),
        ({"momentum": 1}, "momentum=1.* below 1"),
        ({"centered": 1}, "centered=1: must be centered=True or centered=False"),
    ],
)
def test_impossible_settings(setting, message):
    with pytest.raises(SettingError, match=message):
        RMSprop([leaf([1.0])], **setting)


def test_moments_follow_from_settings():
    state = RMSprop([leaf([1.0])], momentum=0.9, centered=True).state_dict()
    assert {name.partition(".")[2] for name in state if name[0] == "0"} == {
        *("mean_square", "mean", "momentum"),
    }
    plain = RMSprop([leaf([1.0])])
    with pytest.raises(SettingError, match="keeps other arrays with these settings"):
        plain.momentum = 0.9
    assert plain.momentum == 0
