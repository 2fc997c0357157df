"""What pools are, at ties, NaN and borders, and what they refuse."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.errors import SettingError, ShapeError
from tinygrad_course.nn import functional as F
from tinygrad_course.testing import gradcheck

X = np.random.default_rng(0).permutation(70).reshape(1, 2, 7, 5) * 0.1


def slopes(f, x):
    x = leaf(x)
    z = f(x)
    z.backward(np.ones(z.shape))
    return x.grad.data


def test_windows_beside_each_other():
    blocks = X[:, :, :6, :4].reshape(1, 2, 3, 2, 2, 2)
    np.testing.assert_array_equal(F.max_pool2d(X, 2), blocks.max((3, 5)))
    np.testing.assert_allclose(F.avg_pool2d(X, 2), blocks.mean((3, 5)), rtol=1e-12)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: F.max_pool2d(x, (3, 2), (2, 1), 1),
        lambda x: F.avg_pool2d(x, (3, 2), (2, 1), 1, count_include_pad=False),
        lambda x: F.adaptive_avg_pool2d(x, (3, 2)),
        lambda x: F.adaptive_avg_pool2d(x, (9, 4)),
    ],
)
def test_derivatives_of_second_order(f):
    assert gradcheck(lambda x: np.tanh(f(x)).sum(), X[:, :1] / 10, order=2).all_correct


def test_of_equal_elements_the_first_gets_the_cotangent():
    np.testing.assert_array_equal(
        slopes(lambda x: F.max_pool1d(x, 3), np.ones((1, 1, 6)))[0, 0], [1, 0, 0, 1, 0, 0]
    )


def test_an_element_that_wins_twice_gets_both():
    found = slopes(lambda x: F.max_pool1d(x, 2, 1), np.array([[[0.0, 2.0, 1.0]]]))
    np.testing.assert_array_equal(found[0, 0], [0, 2, 0])


def test_a_nan_is_the_largest():
    x = np.array([[[1.0, np.nan, 2.0, 3.0]]])
    np.testing.assert_array_equal(F.max_pool1d(x, 2)[0, 0], [np.nan, 3])
    np.testing.assert_array_equal(slopes(lambda x: F.max_pool1d(x, 2), x)[0, 0], [0, 1, 0, 1])


def test_the_border_is_never_the_largest():
    assert (F.max_pool2d(-1 - X, 3, padding=1) < 0).all()


def test_the_border_counts_only_where_it_is_said_to():
    ones = np.ones((1, 1, 4))
    np.testing.assert_allclose(F.avg_pool1d(ones, 2, padding=1)[0, 0], [0.5, 1, 0.5])
    own = F.avg_pool1d(ones, 2, padding=1, count_include_pad=False)
    np.testing.assert_allclose(own[0, 0], [1, 1, 1])


def test_what_is_left_is_a_window_if_asked_for():
    x = np.arange(5.0)[None, None]
    np.testing.assert_array_equal(F.max_pool1d(x, 2)[0, 0], [1, 3])
    np.testing.assert_array_equal(F.max_pool1d(x, 2, ceil_mode=True)[0, 0], [1, 3, 4])
    np.testing.assert_array_equal(F.avg_pool1d(x, 2, ceil_mode=True)[0, 0], [0.5, 2.5, 4])


def test_whole_numbers_stay_whole_and_their_means_do_not():
    x = np.arange(4)[None, None]
    assert F.max_pool1d(x, 2).dtype == x.dtype
    np.testing.assert_array_equal(F.avg_pool1d(x, 2)[0, 0], [0.5, 2.5])


def test_an_adaptive_pool_is_the_mean_of_its_windows():
    found = F.adaptive_avg_pool2d(X, (3, None))
    expected = [X[:, :, 7 * i // 3 : -(-7 * (i + 1) // 3)].mean(2) for i in range(3)]
    np.testing.assert_allclose(found, np.stack(expected, 2), rtol=1e-12)
    np.testing.assert_allclose(F.adaptive_avg_pool2d(X, 1)[..., 0, 0], X.mean((2, 3)), rtol=1e-12)


def test_a_nan_stays_in_the_windows_that_see_it():
    x = X.copy()
    x[0, 0, 0, 0] = np.nan
    for f in (F.max_pool2d, F.avg_pool2d, F.adaptive_avg_pool2d):
        assert np.isnan(f(x, 3)).sum() == 1


@pytest.mark.parametrize("f", [F.max_pool2d, F.avg_pool2d])
def test_what_does_not_fit(f):
    with pytest.raises(ShapeError, match=r"one picture give x\[None\]"):
        f(X[0], 2)
    with pytest.raises(ShapeError, match="no window of 8×8 elements fits in 7×5"):
        f(X, 8)
    with pytest.raises(SettingError, match="at most half of kernel_size"):
        f(X, 3, padding=2)


@pytest.mark.parametrize("kernel", [15, 16, 17])
def test_large_windows_find_their_largest(kernel):
    x = np.zeros((1, 1, kernel, kernel))
    x[0, 0, -1, -2] = 1
    np.testing.assert_array_equal(slopes(lambda x: F.max_pool2d(x, kernel), x), x)


def test_a_window_without_elements_gives_nothing_back():
    x = np.array([[[1.0, 2.0]]])
    # Its two elements lie before and behind both of x.
    assert F.max_pool1d(x, 2, 1, 1, 3).tolist() == [[[-np.inf]]]
    np.testing.assert_array_equal(slopes(lambda x: F.max_pool1d(x, 2, 1, 1, 3), x), [[[0, 0]]])
