"""Activations at their kinks, losses at the far ends, and what they refuse."""

import numpy as np
import pytest

from tinygrad_course import grad
from tinygrad_course.errors import DtypeError, ShapeError, TargetError
from tinygrad_course.ops import neural
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck

EXTREME = np.array([-1e4, -50.0, 0.0, 50.0, 1e4], dtype=np.float32)


def leaf(data, dtype=None):
    return Tensor(np.array(data, dtype=dtype), requires_grad=True)


def gradient(y, x):
    y.sum().backward()
    return x.grad.numpy()


@pytest.mark.parametrize(
    ("activation", "slope"),
    [(neural.relu, 0), (neural.leaky_relu, 0.01), (neural.elu, 1)],
)
def test_slope_at_zero(activation, slope):
    x = leaf([0.0, -0.0])
    np.testing.assert_allclose(gradient(activation(x), x), slope)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0])
def test_slopes_of_elu_at_zero(alpha):
    slope = grad(lambda x: neural.elu(x, alpha=alpha))
    assert slope(0.0) == alpha
    # The minimum in it splits its tie: half of what is on the left, and nothing is on the right.
    assert grad(slope)(0.0) == alpha / 2


@pytest.mark.parametrize(
    "activation",
    [neural.sigmoid, neural.softplus, neural.gelu, neural.elu, neural.softmax, neural.log_softmax],
)
def test_activations_are_finite_at_extremes_in_float32(activation):
    x = leaf(EXTREME)
    y = activation(x)
    assert y.dtype == np.float32
    assert np.isfinite(y.data).all()
    assert np.isfinite(gradient(y, x)).all()


def test_sigmoid_reaches_its_limits():
    np.testing.assert_array_equal(neural.sigmoid(EXTREME[[0, 2, 4]]), [0, 0.5, 1])


def test_softmax_of_equal_rows_sums_to_one_along_any_axis():
    for axis in (0, 1, -1):
        np.testing.assert_allclose(
            neural.softmax(np.ones((2, 3)) * 1e4, axis=axis).sum(axis=axis), 1
        )


def test_log_softmax_keeps_small_probabilities():
    np.testing.assert_allclose(neural.log_softmax(np.array([0.0, -1e4])), [0, -1e4])


# --- losses from logits: the textbook's gradients, at any size ------------------------------------


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
@pytest.mark.parametrize(("reduction", "divisor"), [("mean", 5), ("sum", 1)])
def test_gradient_of_bce_with_logits_is_the_textbooks(scale, reduction, divisor):
    logits = leaf(np.array([-1.0, -0.3, 0.0, 0.4, 1.0]) * scale, np.float32)
    target = np.array([0, 1, 1, 0, 1], dtype=np.float32)
    loss = neural.binary_cross_entropy_with_logits(logits, target, reduction=reduction)
    loss.backward()
    assert np.isfinite(loss.item())
    assert logits.grad.dtype == loss.dtype == np.float32
    sigma = 1 / (1 + np.exp(-np.clip(logits.data.astype(float), -700, 700)))
    np.testing.assert_allclose(logits.grad.numpy(), (sigma - target) / divisor, atol=1e-7)


def test_bce_with_logits_costs_what_the_logit_is_off():
    loss = neural.binary_cross_entropy_with_logits(
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
    loss = neural.cross_entropy(logits, target, reduction=reduction)
    loss.backward()
    assert np.isfinite(loss.item())
    assert logits.grad.dtype == loss.dtype == np.float32
    shifted = logits.data.astype(float) - logits.data.max(axis=1, keepdims=True)
    softmax = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(
        logits.grad.numpy(), (softmax - np.eye(3)[target]) / divisor, atol=2e-7
    )


def test_cross_entropy_of_a_certain_and_wrong_answer():
    loss = neural.cross_entropy(np.float32([[1e4, -1e4]]), np.array([1]))
    assert loss == 2e4


def test_both_cross_entropies_agree():
    z = np.array([-2.0, 0.3, 1.7])
    two_classes = np.stack([np.zeros(3), z], axis=1)
    target = np.array([1, 0, 1])
    np.testing.assert_allclose(
        neural.cross_entropy(two_classes, target),
        neural.binary_cross_entropy_with_logits(z, target.astype(float)),
    )
    np.testing.assert_allclose(
        neural.binary_cross_entropy(neural.sigmoid(z), target.astype(float)),
        neural.binary_cross_entropy_with_logits(z, target.astype(float)),
    )


def test_bce_is_finite_at_certainty():
    prediction = leaf([0.0, 1.0, 0.0, 1.0])
    loss = neural.binary_cross_entropy(prediction, np.array([0.0, 1.0, 1.0, 0.0]), reduction="none")
    np.testing.assert_array_equal(loss.data, [0, 0, 100, 100])
    np.testing.assert_array_equal(gradient(loss, prediction), [0, 0, -1e12, 1e12])


def test_slopes_of_bce_by_its_target_at_certainty():
    target = leaf([0.0, 1.0])
    loss = neural.binary_cross_entropy(np.array([0.0, 1.0]), target, reduction="sum")
    np.testing.assert_array_equal(gradient(loss, target), [100, -100])


@pytest.mark.parametrize("dtype", [np.int64, bool])
@pytest.mark.parametrize("loss", [neural.mse, neural.binary_cross_entropy_with_logits])
def test_targets_need_not_be_floats(loss, dtype):
    x, target = np.array([0.2, 0.7, -1.0]), np.array([0, 1, 1], dtype=dtype)
    gradcheck(lambda x: loss(x, target), x, order=2)


def test_whole_predictions_leave_the_gradient_of_the_target_exact():
    target = leaf([0.5, 1.5])
    loss = neural.mse(np.array([1, 1]), target, reduction="sum")
    np.testing.assert_array_equal(gradient(loss, target), [-1, 1])


# --- what losses refuse ---------------------------------------------------------------------------

PAIRED = [neural.mse, neural.binary_cross_entropy, neural.binary_cross_entropy_with_logits]


@pytest.mark.parametrize("loss", PAIRED)
@pytest.mark.parametrize("shapes", [((4, 1), (4,)), ((4,), (4, 1)), ((3,), (1,)), ((2, 2), ())])
def test_losses_never_broadcast(loss, shapes):
    prediction, target = np.full(shapes[0], 0.5), np.full(shapes[1], 0.5)
    for kind in (np.asarray, lambda x: Tensor(x, requires_grad=True)):
        with pytest.raises(ShapeError) as raised:
            loss(kind(prediction), target)
        for shape in shapes:
            assert str(shape) in str(raised.value)
        assert "target[:, None]" in str(raised.value)


@pytest.mark.parametrize("loss", PAIRED)
def test_unknown_reduction_is_named(loss):
    with pytest.raises(ValueError, match="'average': must be 'mean', 'sum' or 'none'"):
        loss(np.array([0.5]), np.array([0.5]), reduction="average")


@pytest.mark.parametrize("prediction", [[-0.1, 0.5], [0.5, 1.5]])
def test_bce_refuses_what_is_no_probability(prediction):
    with pytest.raises(TargetError, match="with_logits"):
        neural.binary_cross_entropy(np.array(prediction), np.array([0.0, 1.0]))


@pytest.mark.parametrize("target", [[0, 3], [-1, 0]])
def test_cross_entropy_refuses_classes_that_do_not_exist(target):
    with pytest.raises(TargetError, match=r"3 classes, 0 to 2"):
        neural.cross_entropy(np.zeros((2, 3)), np.array(target))


@pytest.mark.parametrize(
    ("logits", "target"), [((2, 3), (2, 1)), ((2, 3), (3,)), ((6,), (6,)), ((2, 3), (2, 3))]
)
def test_cross_entropy_refuses_shapes(logits, target):
    with pytest.raises(ShapeError, match=r"\(m, classes\) and \(m,\)"):
        neural.cross_entropy(
            Tensor(np.zeros(logits), requires_grad=True), np.zeros(target, dtype=int)
        )


def test_cross_entropy_refuses_float_targets():
    with pytest.raises(DtypeError, match="astype"):
        neural.cross_entropy(np.zeros((2, 3)), np.array([0.0, 1.0]))


@pytest.mark.parametrize(
    ("x", "weight", "bias"),
    [((2, 3), (4, 2), (4,)), ((2, 3), (4, 3), (3,)), ((2, 3), (4, 3), (1, 4)), ((), (4, 3), (4,))],
)
def test_linear_refuses_shapes(x, weight, bias):
    with pytest.raises(ShapeError, match="linear"):
        neural.linear(np.zeros(x), np.zeros(weight), np.zeros(bias))


def test_linear_takes_its_bias_by_name():
    x, weight, bias = np.ones((2, 3)), np.ones((4, 3)), leaf(np.zeros(4))
    np.testing.assert_array_equal(gradient(neural.linear(x, weight, bias=bias), bias), [2, 2, 2, 2])


def test_linear_takes_what_is_true_for_1():
    x, weight = np.array([[True, False, True], [True, True, False]]), leaf(np.ones((4, 3)))
    found = gradient(neural.linear(x, weight), weight)
    np.testing.assert_array_equal(found, np.tile([2.0, 1.0, 1.0], (4, 1)))


def test_linear_leaves_its_operands_alone_when_dtypes_differ():
    x, weight, bias = np.ones((2, 3), np.float32), np.ones((4, 3), np.float32), np.ones(4)
    z = neural.linear(x, weight, bias)
    assert z.dtype == np.float64
    np.testing.assert_array_equal(bias, 1)


BINARY_LOSSES = [neural.binary_cross_entropy, neural.binary_cross_entropy_with_logits]


@pytest.mark.parametrize("loss", BINARY_LOSSES)
@pytest.mark.parametrize("wrong", [[0, 2], [-1, 1], [0.0, np.nan]])
def test_binary_losses_refuse_targets_that_are_no_probability(loss, wrong):
    with pytest.raises(TargetError, match="targets run from"):
        loss(Tensor([0.2, 0.7]), np.array(wrong))


@pytest.mark.parametrize("loss", [neural.mse, *BINARY_LOSSES])
@pytest.mark.parametrize("kind", [np.int64, np.uint8, bool])
def test_labels_keep_the_loss_and_its_gradient_in_float32(loss, kind):
    x = Tensor(np.array([0.2, 0.7], np.float32), requires_grad=True)
    value = loss(x, np.array([0, 1], kind))
    value.backward()
    assert value.dtype == x.grad.dtype == np.float32
    exact = Tensor(x.data.astype(float), requires_grad=True)
    loss(exact, np.array([0.0, 1.0])).backward()
    np.testing.assert_allclose(x.grad.data, exact.grad.data, rtol=1e-6)


@pytest.mark.parametrize(
    ("x", "weight", "way_out"),
    [
        ((4, 3), (3, 2), r"With weight\.T it would fit"),
        ((3, 4), (2, 3), r"With x\.T it would fit"),
        ((4, 3), (2, 5), r"as long as in_features$"),
    ],
)
def test_linear_says_what_would_fit_transposed(x, weight, way_out):
    with pytest.raises(ShapeError, match=way_out):
        neural.linear(np.ones(x), np.ones(weight))
