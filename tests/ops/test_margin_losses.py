"""Losses with a margin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tensors import gradient, leaf
from tinygrad_course.errors import SettingError, ShapeError, TargetError
from tinygrad_course.ops import margin_losses as losses
from tinygrad_course.testing import gradcheck

seeds = st.integers(0, 999)
margins = st.floats(-1, 1)
REDUCE = {"mean": np.mean, "sum": np.sum, "none": lambda rows: rows}
SIGNED = [losses.hinge_loss, losses.hinge_embedding_loss]


@given(seeds, margins, st.sampled_from([*REDUCE]), st.sampled_from([np.int64, np.float64, np.int8]))
def test_each_is_its_textbook_formula(seed, margin, reduction, kind):
    rng = np.random.default_rng(seed)
    x, a, b = rng.normal(size=6), *rng.normal(size=(2, 6, 3))
    y = rng.choice([-1, 1], 6).astype(kind)
    cos = (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    settings = {"margin": margin, "reduction": reduction}
    for found, rows in (
        (losses.hinge_loss(x, y, **settings), np.maximum(0, margin - y * x)),
        (
            losses.hinge_embedding_loss(x, y, **settings),
            np.where(y == 1, x, np.maximum(0, margin - x)),
        ),
        (
            losses.cosine_embedding_loss(a, b, y, **settings),
            np.where(y == 1, 1 - cos, np.maximum(0, cos - margin)),
        ),
    ):
        np.testing.assert_allclose(found, REDUCE[reduction](rows), atol=1e-9)


@pytest.mark.parametrize("loss", SIGNED)
def test_beyond_the_margin_there_is_no_slope(loss):
    x = leaf([2.0, 0.5])
    sign = 1 if loss is losses.hinge_loss else -1
    slope = gradient(loss(x, np.array([sign, sign]), reduction="sum"), x)
    np.testing.assert_array_equal(slope, [0, -1])


def test_cosines_of_one_pair_and_of_zeros():
    a, b = np.array([1.0, 2.0]), np.array([2.0, -1.0])
    gradcheck(lambda a, b: losses.cosine_embedding_loss(a, b, np.array(1)), a, b, order=2)
    zero = leaf(np.zeros((1, 2)))
    cost = losses.cosine_embedding_loss(zero, b[None], np.array([1]))
    assert cost.item() == 1
    assert np.isfinite(gradient(cost, zero)).all()


@pytest.mark.parametrize("loss", SIGNED)
@pytest.mark.parametrize("labels", [[0, 1], [2.0, 1.0], [np.nan, 1]])
def test_targets_are_signs_and_the_advice_works(loss, labels):
    x, labels = leaf([0.2, 0.7]), np.array(labels)
    with pytest.raises(TargetError, match=r"must be −1 or 1.*2 \* labels - 1"):
        loss(x, labels)
    loss(x, 2 * np.array([0, 1]) - 1)


def test_shapes_and_margins_that_do_not_fit():
    a = np.ones((3, 2))
    with pytest.raises(ShapeError, match=r"\(m, n\), \(m, n\) and \(m,\)"):
        losses.cosine_embedding_loss(a, a, np.ones((3, 1)))
    with pytest.raises(ShapeError):
        losses.hinge_loss(a, np.ones(3))
    with pytest.raises(SettingError, match=r"margin=1\.5: must be between"):
        losses.cosine_embedding_loss(a, a, np.ones(3), margin=1.5)


def test_slopes_at_kinks_are_0():
    one, minus, x1 = np.array([1.0]), np.array([-1.0]), leaf([[1.0, 0.0]])
    x = leaf([1.0])
    assert gradient(losses.hinge_loss(x, one), x) == 0
    x = leaf([1.0])
    assert gradient(losses.hinge_embedding_loss(x, minus), x) == 0
    assert not gradient(losses.cosine_embedding_loss(x1, np.array([[0.0, 1]]), minus), x1).any()


def test_where_the_slope_is_0_an_infinite_cotangent_is_lost():
    cotangent = np.array([np.inf, -np.inf, 7.0, -3.0])
    y = np.array([1.0, -1, 1, 1])
    x = leaf([2.0, -3.0, 0.5, -0.5])
    losses.hinge_loss(x, y, reduction="none").backward(cotangent)
    np.testing.assert_array_equal(x.grad.data, [0, 0, -7, 3])
    x = leaf([2.0, 3.0, 0.5, 0.5])
    losses.hinge_embedding_loss(x, -y[::-1], reduction="none").backward(cotangent[[0, 1, 3, 2]])
    np.testing.assert_array_equal(x.grad.data, [0, 0, -3, -7])


def test_the_cosine_of_short_vectors_has_pytorchs_term():
    a, b = np.array([1e-6, 2e-6]), np.array([3e-6, -1e-6])
    expected = (a @ b) / np.sqrt((a @ a + 1e-12) * (b @ b + 1e-12))
    found = losses.cosine_embedding_loss(a, b, np.array(1.0))
    np.testing.assert_allclose(1 - found, expected, rtol=1e-9)
    for x, y in ((a, b), (b, a)):
        shown = leaf(x)
        losses.cosine_embedding_loss(shown, y, np.array(1.0)).backward()
        gradcheck(lambda x, y=y: losses.cosine_embedding_loss(x, y, np.array(1.0)), x)


def test_the_cosine_in_half_precision_is_computed_in_single():
    a, b = np.array([[300.0, 400.0]]), np.array([[400.0, -200.0]])
    for y in (1.0, -1.0):
        double, half = ([leaf(a, dtype), leaf(b, dtype)] for dtype in (np.float64, np.float16))
        values = [losses.cosine_embedding_loss(*x, np.array([y])) for x in (double, half)]
        assert values[1].dtype == np.float16
        np.testing.assert_allclose(values[1].data, values[0].data, rtol=2e-3)
        for value in values:
            value.backward()
        for x, exact in zip(half, double, strict=True):
            assert x.grad.dtype == np.float16
            np.testing.assert_allclose(x.grad.data, exact.grad.data, rtol=2e-2, atol=1e-6)
