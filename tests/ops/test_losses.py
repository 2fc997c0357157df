"""Losses element by element: at the far ends, with weights, and what they refuse."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tensors import gradient, leaf
from tinygrad_course.errors import SettingError, ShapeError, TargetError
from tinygrad_course.ops import losses
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck

EXTREME = np.array([-1e4, -50.0, 0.0, 50.0, 1e4], dtype=np.float32)


# --- losses from logits: the textbook's gradients, at any size ------------------------------------


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
@pytest.mark.parametrize(("reduction", "divisor"), [("mean", 5), ("sum", 1)])
def test_gradient_of_bce_with_logits_is_the_textbooks(scale, reduction, divisor):
    logits = leaf(np.array([-1.0, -0.3, 0.0, 0.4, 1.0]) * scale, np.float32)
    target = np.array([0, 1, 1, 0, 1], dtype=np.float32)
    loss = losses.binary_cross_entropy_with_logits(logits, target, reduction=reduction)
    loss.backward()
    assert np.isfinite(loss.item())
    assert logits.grad.dtype == loss.dtype == np.float32
    sigma = 1 / (1 + np.exp(-np.clip(logits.data.astype(float), -700, 700)))
    np.testing.assert_allclose(logits.grad.numpy(), (sigma - target) / divisor, atol=1e-7)


def test_bce_with_logits_costs_what_the_logit_is_off():
    loss = losses.binary_cross_entropy_with_logits(
        EXTREME[[0, 4, 0, 4]], np.float32([1, 0, 0, 1]), reduction="none"
    )
    np.testing.assert_array_equal(loss, [1e4, 1e4, 0, 0])


def test_bce_is_finite_at_certainty():
    prediction = leaf([0.0, 1.0, 0.0, 1.0])
    loss = losses.binary_cross_entropy(prediction, np.array([0.0, 1.0, 1.0, 0.0]), reduction="none")
    np.testing.assert_array_equal(loss.data, [0, 0, 100, 100])
    np.testing.assert_array_equal(gradient(loss, prediction), [0, 0, -1e12, 1e12])


def test_slopes_of_bce_by_its_target_at_certainty():
    target = leaf([0.0, 1.0])
    loss = losses.binary_cross_entropy(np.array([0.0, 1.0]), target, reduction="sum")
    np.testing.assert_array_equal(gradient(loss, target), [100, -100])


@pytest.mark.parametrize("dtype", [np.int64, bool])
@pytest.mark.parametrize("loss", [losses.mse, losses.binary_cross_entropy_with_logits])
def test_targets_need_not_be_floats(loss, dtype):
    x, target = np.array([0.2, 0.7, -1.0]), np.array([0, 1, 1], dtype=dtype)
    gradcheck(lambda x: loss(x, target), x, order=2)


def test_whole_predictions_leave_the_gradient_of_the_target_exact():
    target = leaf([0.5, 1.5])
    loss = losses.mse(np.array([1, 1]), target, reduction="sum")
    np.testing.assert_array_equal(gradient(loss, target), [-1, 1])


# --- what losses refuse ---------------------------------------------------------------------------

PAIRED = [
    *(losses.mse, losses.binary_cross_entropy, losses.binary_cross_entropy_with_logits),
    *(losses.l1_loss, losses.huber_loss, losses.smooth_l1_loss, losses.kl_div),
]


@pytest.mark.parametrize("loss", PAIRED)
@pytest.mark.parametrize("shapes", [((4, 1), (4,)), ((4,), (4, 1)), ((3,), (1,)), ((2, 2), ())])
def test_losses_never_broadcast(loss, shapes):
    prediction, target = np.full(shapes[0], 0.5), np.full(shapes[1], 0.5)
    for kind in (np.asarray, leaf):
        with pytest.raises(ShapeError) as raised:
            loss(kind(prediction), target)
        for shape in shapes:
            assert str(shape) in str(raised.value)


ADVICE = re.compile(
    r"(?:target|prediction|logits)s?(?:\[[^\]]*\]|\.T\b|\.(?:reshape|argmax)\([^)]*\))"
)
shape_pairs = st.lists(st.integers(1, 4), min_size=1, max_size=3).flatmap(
    lambda shape: st.tuples(
        st.just(tuple(shape)),
        st.one_of(
            st.permutations([*shape, 1]).map(tuple),
            st.permutations(shape).map(tuple),
            st.just(tuple(shape[:-1])),
            st.just((*shape, 1)),
            st.lists(st.integers(1, 4), max_size=3).map(tuple),
        ),
    )
)


@given(shape_pairs)
def test_each_advice_about_shapes_makes_the_loss_work(shapes):
    prediction, target = (np.full(shape, 0.5) for shape in shapes)
    if prediction.shape == target.shape:
        target = target[None]
    with pytest.raises(ShapeError) as raised:
        losses.mse(prediction, target)
    advice = ADVICE.findall(str(raised.value))
    if prediction.shape == (*target.shape, 1) or target.shape == (*prediction.shape, 1):
        assert len(advice) == 2
    for way_out in advice:
        changed = eval(way_out)
        pair = (changed, target) if way_out.startswith("prediction") else (prediction, changed)
        assert losses.mse(*pair).shape == ()


@pytest.mark.parametrize("loss", PAIRED)
def test_unknown_reduction_is_named(loss):
    with pytest.raises(ValueError, match="'average': must be 'mean', 'sum' or 'none'"):
        loss(np.array([0.5]), np.array([0.5]), reduction="average")


@pytest.mark.parametrize("prediction", [[-0.1, 0.5], [0.5, 1.5]])
def test_bce_refuses_what_is_no_probability(prediction):
    with pytest.raises(TargetError, match="with_logits"):
        losses.binary_cross_entropy(np.array(prediction), np.array([0.0, 1.0]))


BINARY_LOSSES = [losses.binary_cross_entropy, losses.binary_cross_entropy_with_logits]


@pytest.mark.parametrize("loss", BINARY_LOSSES)
@pytest.mark.parametrize("wrong", [[0, 2], [-1, 1], [0.0, np.nan]])
def test_binary_losses_refuse_targets_that_are_no_probability(loss, wrong):
    with pytest.raises(TargetError, match="targets run from"):
        loss(Tensor([0.2, 0.7]), np.array(wrong))


@pytest.mark.parametrize("loss", [losses.mse, *BINARY_LOSSES])
@pytest.mark.parametrize("kind", [np.int64, np.uint8, bool])
def test_labels_keep_the_loss_and_its_gradient_in_float32(loss, kind):
    x = leaf([0.2, 0.7], np.float32)
    value = loss(x, np.array([0, 1], kind))
    value.backward()
    assert value.dtype == x.grad.dtype == np.float32
    exact = leaf(x.data.astype(float))
    loss(exact, np.array([0.0, 1.0])).backward()
    np.testing.assert_allclose(x.grad.data, exact.grad.data, rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize(
    ("loss", "slope"),
    [(losses.mse, 4), (losses.binary_cross_entropy_with_logits, 1 / (1 + np.exp(-2)))],
)
def test_the_average_of_many_losses_in_a_narrow_dtype(loss, slope, dtype):
    x, y = np.full(70_000, 2.0), np.zeros(70_000)
    narrow, double = leaf(x, dtype), leaf(x)
    costs = [loss(p, y.astype(p.dtype)) for p in (narrow, double)]
    assert costs[0].dtype == dtype
    np.testing.assert_allclose(*(cost.item() for cost in costs), rtol=2e-3)
    for cost, p in zip(costs, (narrow, double), strict=True):
        np.testing.assert_allclose(gradient(3 * cost, p), 3 * slope / 70_000, rtol=0.05)


def test_targets_in_more_digits_than_predictions_of_0_and_1():
    p = leaf([0.0, 1.0, 0.5], np.float16)
    slope = gradient(losses.binary_cross_entropy(p, np.array([0.0, 1.0, 0.0]), reduction="sum"), p)
    np.testing.assert_array_equal(slope, [0, 0, 2])


# --- weights --------------------------------------------------------------------------------------

seeds = st.integers(0, 999)


@given(seeds, st.sampled_from(["mean", "sum", "none"]))
def test_weights_of_binary_losses_multiply_and_the_mean_divides_by_the_number(seed, reduction):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(4, 3)), rng.uniform(size=(4, 3))
    w, p = rng.uniform(size=3), rng.uniform(0.5, 4, size=(4, 1))
    sigma = 1 / (1 + np.exp(-x))
    rows = -w * (p * y * np.log(sigma) + (1 - y) * np.log(1 - sigma))
    expected = {"mean": rows.mean(), "sum": rows.sum(), "none": rows}[reduction]
    with_logits = losses.binary_cross_entropy_with_logits
    settings = {"weight": w, "pos_weight": p, "reduction": reduction}
    np.testing.assert_allclose(with_logits(x, y, **settings), expected)
    plain = {"weight": w, "reduction": reduction}
    np.testing.assert_allclose(
        losses.binary_cross_entropy(sigma, y, **plain), with_logits(x, y, **plain)
    )


@pytest.mark.parametrize("p", [1.0, 7.0])
def test_a_positive_weight_stays_exact_at_any_size(p):
    logits = leaf(EXTREME, np.float32)
    cost = losses.binary_cross_entropy_with_logits(
        logits, np.ones(5, np.float32), pos_weight=p, reduction="none"
    )
    np.testing.assert_allclose(cost.data, p * np.logaddexp(0, -EXTREME.astype(float)), rtol=1e-6)
    slope = gradient(cost.sum(), logits)
    expected = -p / (1 + np.exp(np.clip(EXTREME.astype(float), -700, 700)))
    np.testing.assert_allclose(slope, expected, rtol=1e-6, atol=1e-30)


@pytest.mark.parametrize("weight", [np.ones(2), np.ones((1, 4, 3)), np.ones((3, 1))])
def test_weights_that_do_not_broadcast_are_refused(weight):
    x = np.full((4, 3), 0.5)
    for loss in BINARY_LOSSES:
        with pytest.raises(ShapeError, match=r"weight has shape .*one per column, \(3,\)"):
            loss(x, x, weight=weight)
        loss(x, x, weight=np.ones(3))


# --- robust losses --------------------------------------------------------------------------------


@given(seeds, st.floats(1e-3, 10))
def test_huber_is_a_parabola_near_and_a_line_far_away(seed, delta):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, 20)) * 3
    d = np.abs(x - y)
    expected = np.where(d <= delta, d**2 / 2, delta * (d - delta / 2))
    np.testing.assert_allclose(losses.huber_loss(x, y, delta=delta, reduction="none"), expected)
    smooth = losses.smooth_l1_loss(x, y, beta=delta, reduction="none")
    np.testing.assert_allclose(smooth, expected / delta)
    none = losses.smooth_l1_loss(x, y, beta=0, reduction="none")
    np.testing.assert_array_equal(none, losses.l1_loss(x, y, reduction="none"))


@pytest.mark.parametrize("loss", [losses.l1_loss, losses.huber_loss, losses.smooth_l1_loss])
def test_robust_losses_reach_no_infinity(loss):
    x = leaf([1e38, -1e38, 0.0], np.float32)
    cost = loss(x, np.zeros(3, np.float32), reduction="none")
    np.testing.assert_allclose(cost.data, [1e38, 1e38, 0], rtol=1e-6)
    np.testing.assert_array_equal(gradient(cost.sum(), x), [1, -1, 0])


def test_impossible_settings_of_robust_losses():
    x = np.ones(2)
    with pytest.raises(SettingError, match="delta=0: must be above 0"):
        losses.huber_loss(x, x, delta=0)
    with pytest.raises(SettingError, match="beta=-1: must be at least 0"):
        losses.smooth_l1_loss(x, x, beta=-1)


# --- divergence -----------------------------------------------------------------------------------


@given(seeds)
def test_the_divergence_of_rows_is_what_cross_entropy_has_above_the_entropy(seed):
    p, q = np.random.default_rng(seed).dirichlet(np.ones(4), (2, 3))
    expected = (q * np.log(q / p)).sum(axis=1)
    found = losses.kl_div(np.log(p), q, reduction="batchmean")
    np.testing.assert_allclose(found, expected.mean(), atol=1e-12)
    assert found >= 0
    logarithms = losses.kl_div(np.log(p), np.log(q), log_target=True, reduction="none")
    np.testing.assert_allclose(logarithms.sum(axis=1), expected, atol=1e-12)


def test_a_target_of_probability_0_adds_nothing():
    x = leaf(np.log([[0.5, 0.5]]))
    cost = losses.kl_div(x, np.array([[0.0, 1.0]]), reduction="sum")
    np.testing.assert_allclose(cost.data, np.log(2))
    np.testing.assert_array_equal(gradient(cost, x), [[0, -1]])


@pytest.mark.parametrize("order", [2])
def test_the_batch_mean_divides_by_rows(order):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 3, 4))
    y = np.abs(y) / np.abs(y).sum()
    gradcheck(lambda x, y: losses.kl_div(x, y, reduction="batchmean"), x, y, order=order)
    whole = losses.kl_div(x, y, reduction="sum")
    np.testing.assert_allclose(losses.kl_div(x, y, reduction="batchmean"), whole / 3)
    np.testing.assert_allclose(
        losses.kl_div(np.float64(-1.0), 0.5, reduction="batchmean"),
        losses.kl_div(np.float64(-1.0), 0.5),
    )
