"""Adagrad: its formula is in test_precision.py and tests/referee."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.errors import SettingError
from tinygrad_course.optim import Adagrad


def test_its_steps_get_shorter_by_the_root_of_their_number():
    p = leaf([0.0, 0.0])
    optimizer = Adagrad([p], lr=1.0)
    for t in range(1, 6):
        before = p.data.copy()
        p.grad = np.array([3.0, -0.01])
        optimizer.step()
        np.testing.assert_allclose(p.data - before, [-1 / t**0.5, 1 / t**0.5], rtol=1e-7)


@pytest.mark.parametrize("name", ["lr_decay", "initial_accumulator_value", "eps"])
@pytest.mark.parametrize("bad", [-1, np.inf, "1"])
def test_impossible_settings(name, bad):
    with pytest.raises(SettingError, match=f"{name}="):
        Adagrad([leaf([1.0])], **{name: bad})


def test_what_pytorch_orders_differently_is_given_by_name():
    with pytest.raises(TypeError):
        Adagrad([leaf([1.0])], 1e-2, 0.0, 1e-4)
