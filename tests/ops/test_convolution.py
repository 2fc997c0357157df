"""What a convolution is, what it refuses and advises, and that it forgets no part of a batch."""

from itertools import product

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.errors import SettingError, ShapeError
from tinygrad_course.nn import functional as F
from tinygrad_course.ops import convolution
from tinygrad_course.testing import gradcheck

RNG = np.random.default_rng(0)
PICTURES, KERNELS, BIAS = (RNG.standard_normal(s) for s in ((2, 3, 5, 4), (4, 3, 3, 2), (4,)))


def summed(x, weight, bias, stride, padding, dilation):
    """The definition, as loops."""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    kh, kw = weight.shape[2:]
    h, w = ((n - dilation * (k - 1) - 1) // stride + 1 for n, k in zip(x.shape[2:], (kh, kw)))
    z = np.empty((len(x), len(weight), h, w))
    for i, j in product(range(h), range(w)):
        rows, columns = (stride * a + dilation * np.arange(k) for a, k in ((i, kh), (j, kw)))
        window = x[:, :, rows[:, None], columns]
        z[:, :, i, j] = np.tensordot(window, weight, ((1, 2, 3), (1, 2, 3))) + bias
    return z


@pytest.mark.parametrize("step", [*product((1, 2), (0, 1, 2), (1, 2))], ids=str)
def test_it_is_the_sum_over_each_window(step):
    stride, padding, dilation = step
    z = F.conv2d(PICTURES, KERNELS, BIAS, stride, padding, dilation)
    np.testing.assert_allclose(z, summed(PICTURES, KERNELS, BIAS, *step), rtol=1e-12, atol=1e-12)


def test_derivatives_of_second_order():
    def f(x, w, b):
        return np.tanh(F.conv2d(x, w, b, stride=2, padding=1)).sum()

    assert gradcheck(
        f, PICTURES[:1, :1, :3, :3], KERNELS[:2, :1, :2], BIAS[:2], order=2
    ).all_correct


def test_the_parts_of_a_batch_make_no_difference(monkeypatch):
    def found():
        leaves = leaf(PICTURES), leaf(KERNELS), leaf(BIAS)
        z = F.conv2d(*leaves, padding=1)
        z.backward(np.cos(z.data))
        return [z.data, *(x.grad.data for x in leaves)]

    together = found()
    monkeypatch.setattr(convolution, "BUFFER", 1)
    for one_by_one, all_of_them in zip(found(), together, strict=True):
        np.testing.assert_allclose(one_by_one, all_of_them, rtol=1e-12, atol=1e-12)


def test_same_keeps_the_size_and_valid_has_no_border():
    assert F.conv2d(PICTURES, KERNELS, padding="same", dilation=2).shape == (2, 4, 5, 4)
    valid = F.conv2d(PICTURES, KERNELS, padding="valid")
    np.testing.assert_array_equal(valid, F.conv2d(PICTURES, KERNELS))


def test_groups_are_convolutions_of_their_own():
    x, w = RNG.standard_normal((2, 6, 5, 4)), RNG.standard_normal((4, 3, 2, 2))
    halves = [F.conv2d(x[:, 3 * g : 3 * g + 3], w[2 * g : 2 * g + 2]) for g in range(2)]
    np.testing.assert_allclose(F.conv2d(x, w, groups=2), np.concatenate(halves, 1), rtol=1e-12)


def test_a_nan_reaches_the_windows_that_see_it_and_no_others():
    x = PICTURES.copy()
    x[0, 0, 0, 0] = np.nan
    is_nan = np.isnan(F.conv2d(x, KERNELS))
    assert is_nan[0, :, 0, 0].all()
    assert is_nan.sum() == 4


def test_pictures_with_their_channels_last_are_told_how_to_turn():
    last = np.zeros((2, 64, 64, 3))
    advice = r"Its channels are the last axis, so give x\.transpose\(0, 3, 1, 2\)"
    with pytest.raises(ShapeError, match=advice):
        F.conv2d(last, KERNELS)
    assert F.conv2d(last.transpose(0, 3, 1, 2), KERNELS).shape == (2, 4, 62, 63)
    with pytest.raises(ShapeError, match=r"give x\.transpose\(0, 2, 1\)"):
        F.conv1d(last[0], KERNELS[..., 0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.conv2d(PICTURES[0], KERNELS), r"conv2d: .*one picture give x\[None\]"),
        (lambda: F.conv2d(PICTURES[0, 0], KERNELS), r"one grey picture give x\[None, None\]"),
        (lambda: F.conv1d(PICTURES[0, 0], KERNELS[..., 0]), r"one sequence give x\[None\]"),
        (lambda: F.conv2d(PICTURES, KERNELS[0]), r"weight must be|must be \(out, in / groups, kh"),
        (lambda: F.conv2d(PICTURES, KERNELS, BIAS[:3]), r"bias must be \(4,\)"),
        (lambda: F.conv2d(PICTURES, KERNELS, dilation=3), "no window of 7×4 elements fits in 5×4"),
        (lambda: F.conv2d(PICTURES, KERNELS, groups=3), "x must have 3 × 3 groups channels"),
    ],
)
def test_shapes_that_do_not_fit(call, message):
    with pytest.raises(ShapeError, match=message):
        call()


@pytest.mark.parametrize(
    "settings",
    [{"stride": 0}, {"padding": -1}, {"padding": "full"}, {"dilation": 0.5}, {"groups": 0}],
)
def test_settings_that_are_no_whole_numbers(settings):
    with pytest.raises(SettingError, match=next(iter(settings))):
        F.conv2d(PICTURES, KERNELS, **settings)


def test_the_gradient_of_the_bias_adds_up_half_precision_in_single():
    x, w, b = (
        leaf(np.ones((64, 1, 16, 16)), np.float16),
        leaf([[[[1]]]], np.float16),
        leaf([0], np.float16),
    )
    z = F.conv2d(x, w, b)
    z.backward(np.ones(z.shape, np.float16))
    np.testing.assert_array_equal(b.grad.data, [64 * 16 * 16])
    assert b.grad.dtype == np.float16
