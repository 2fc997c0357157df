"""Losses at the far ends, and what they refuse."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tensors import gradient, leaf
from tinygrad_course.errors import DtypeError, ShapeError, TargetError
from tinygrad_course.ops import activations, losses
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


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
@pytest.mark.parametrize(("reduction", "divisor"), [("mean", 3), ("sum", 1)])
def test_gradient_of_cross_entropy_is_the_textbooks(scale, reduction, divisor):
    logits = leaf(
        np.array([[1.0, 0.2, -1.0], [0.0, 0.5, 0.1], [-1.0, 1.0, 0.9]]) * scale, np.float32
    )
    target = np.array([2, 1, 0])
    loss = losses.cross_entropy(logits, target, reduction=reduction)
    loss.backward()
    assert np.isfinite(loss.item())
    assert logits.grad.dtype == loss.dtype == np.float32
    shifted = logits.data.astype(float) - logits.data.max(axis=1, keepdims=True)
    softmax = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(
        logits.grad.numpy(), (softmax - np.eye(3)[target]) / divisor, atol=2e-7
    )


def test_cross_entropy_of_a_certain_and_wrong_answer():
    loss = losses.cross_entropy(np.float32([[1e4, -1e4]]), np.array([1]))
    assert loss == 2e4


def test_both_cross_entropies_agree():
    z = np.array([-2.0, 0.3, 1.7])
    two_classes = np.stack([np.zeros(3), z], axis=1)
    target = np.array([1, 0, 1])
    np.testing.assert_allclose(
        losses.cross_entropy(two_classes, target),
        losses.binary_cross_entropy_with_logits(z, target.astype(float)),
    )
    np.testing.assert_allclose(
        losses.binary_cross_entropy(activations.sigmoid(z), target.astype(float)),
        losses.binary_cross_entropy_with_logits(z, target.astype(float)),
    )


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

PAIRED = [losses.mse, losses.binary_cross_entropy, losses.binary_cross_entropy_with_logits]


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


@pytest.mark.parametrize("wrong", [(1,), (4, 1), (1, 4), (4, 3), (4, 3, 1), (3,), (3, 4), (4, 4)])
@pytest.mark.parametrize("of_logits", [(4, 3), (4, 1), (4,), (2, 2, 3)])
def test_each_advice_about_classes_makes_a_loss_work(wrong, of_logits):
    logits, targets = np.zeros(of_logits), np.zeros(wrong, int)
    with pytest.raises(ShapeError) as raised:
        losses.cross_entropy(logits, targets)
    message = str(raised.value)
    ways = ADVICE.findall(message)
    for way_out in ways:
        changed = eval(way_out)
        if way_out.startswith("logits"):
            logits = changed
        else:
            targets = changed
    if "with_logits" in message:
        assert losses.binary_cross_entropy_with_logits(logits, targets).shape == ()
    elif ways:
        assert losses.cross_entropy(logits, targets).shape == ()
    else:
        assert re.search("one class for each of the 4 rows|one number per class", message)


@pytest.mark.parametrize("loss", PAIRED)
def test_unknown_reduction_is_named(loss):
    with pytest.raises(ValueError, match="'average': must be 'mean', 'sum' or 'none'"):
        loss(np.array([0.5]), np.array([0.5]), reduction="average")


@pytest.mark.parametrize("prediction", [[-0.1, 0.5], [0.5, 1.5]])
def test_bce_refuses_what_is_no_probability(prediction):
    with pytest.raises(TargetError, match="with_logits"):
        losses.binary_cross_entropy(np.array(prediction), np.array([0.0, 1.0]))


@pytest.mark.parametrize("target", [[0, 3], [-1, 0]])
def test_cross_entropy_refuses_classes_that_do_not_exist(target):
    with pytest.raises(TargetError, match=r"3 classes, 0 to 2"):
        losses.cross_entropy(np.zeros((2, 3)), np.array(target))


@pytest.mark.parametrize(
    ("logits", "target"), [((2, 3), (2, 1)), ((2, 3), (3,)), ((6,), (6,)), ((2, 3), (2, 3))]
)
def test_cross_entropy_refuses_shapes(logits, target):
    with pytest.raises(ShapeError, match=r"\(m, classes\) and \(m,\)"):
        losses.cross_entropy(leaf(np.zeros(logits)), np.zeros(target, dtype=int))


def test_cross_entropy_refuses_float_targets():
    with pytest.raises(DtypeError, match="astype"):
        losses.cross_entropy(np.zeros((2, 3)), np.array([0.0, 1.0]))


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
