"""Cross-entropy and log-likelihood: weights, classes that are left out, smoothing, and what they refuse."""

import re

import dask.array
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.tensors import gradient, leaf
from tinygrad_course.errors import DtypeError, SettingError, ShapeError, TargetError
from tinygrad_course.ops import activations, class_losses, losses
from tinygrad_course.testing import gradcheck

ADVICE = re.compile(
    r"(?:target|prediction|logits)s?(?:\[[^\]]*\]|\.T\b|\.(?:reshape|argmax)\([^)]*\))"
)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
@pytest.mark.parametrize(("reduction", "divisor"), [("mean", 3), ("sum", 1)])
def test_gradient_of_cross_entropy_is_the_textbooks(scale, reduction, divisor):
    logits = leaf(
        np.array([[1.0, 0.2, -1.0], [0.0, 0.5, 0.1], [-1.0, 1.0, 0.9]]) * scale, np.float32
    )
    target = np.array([2, 1, 0])
    loss = class_losses.cross_entropy(logits, target, reduction=reduction)
    loss.backward()
    assert np.isfinite(loss.item())
    assert logits.grad.dtype == loss.dtype == np.float32
    shifted = logits.data.astype(float) - logits.data.max(axis=1, keepdims=True)
    softmax = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(
        logits.grad.numpy(), (softmax - np.eye(3)[target]) / divisor, atol=2e-7
    )


def test_cross_entropy_of_a_certain_and_wrong_answer():
    loss = class_losses.cross_entropy(np.float32([[1e4, -1e4]]), np.array([1]))
    assert loss == 2e4


def test_both_cross_entropies_agree():
    z = np.array([-2.0, 0.3, 1.7])
    two_classes = np.stack([np.zeros(3), z], axis=1)
    target = np.array([1, 0, 1])
    np.testing.assert_allclose(
        class_losses.cross_entropy(two_classes, target),
        losses.binary_cross_entropy_with_logits(z, target.astype(float)),
    )
    np.testing.assert_allclose(
        losses.binary_cross_entropy(activations.sigmoid(z), target.astype(float)),
        losses.binary_cross_entropy_with_logits(z, target.astype(float)),
    )


@pytest.mark.parametrize("wrong", [(1,), (4, 1), (1, 4), (4, 3), (4, 3, 1), (3,), (3, 4), (4, 4)])
@pytest.mark.parametrize("of_logits", [(4, 3), (4, 1), (4,), (2, 2, 3)])
def test_each_advice_about_classes_makes_a_loss_work(wrong, of_logits):
    logits, targets = np.zeros(of_logits), np.zeros(wrong, int)
    with pytest.raises(ShapeError) as raised:
        class_losses.cross_entropy(logits, targets)
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
        assert class_losses.cross_entropy(logits, targets).shape == ()
    else:
        assert re.search("one class for each of the 4 rows|one number per class", message)


@pytest.mark.parametrize("target", [[0, 3], [-1, 0]])
def test_cross_entropy_refuses_classes_that_do_not_exist(target):
    with pytest.raises(TargetError, match=r"3 classes, 0 to 2"):
        class_losses.cross_entropy(np.zeros((2, 3)), np.array(target))


@pytest.mark.parametrize(
    ("logits", "target"), [((2, 3), (2, 1)), ((2, 3), (3,)), ((6,), (6,)), ((2, 3), (2, 3))]
)
def test_cross_entropy_refuses_shapes(logits, target):
    with pytest.raises(ShapeError, match=r"\(m, classes\) and \(m,\)"):
        class_losses.cross_entropy(leaf(np.zeros(logits)), np.zeros(target, dtype=int))


def test_cross_entropy_refuses_float_targets():
    with pytest.raises(DtypeError, match="astype"):
        class_losses.cross_entropy(np.zeros((2, 3)), np.array([0.0, 1.0]))


# --- weights, rows that are left out, smoothing ------------------------------------------------------

shapes = st.tuples(st.integers(2, 6), st.integers(1, 5))
seeds = st.integers(0, 999)


def textbook(logits, target, weight, ignore_index, smoothing, reduction):
    """Row by row, in plain Python."""
    m, c = logits.shape
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    w = np.ones(c) if weight is None else weight
    rows, counts = [], []
    for i in range(m):
        if target.ndim == 1 and target[i] == ignore_index:
            rows.append(0.0)
            counts.append(0.0)
            continue
        q = np.eye(c)[target[i]] if target.ndim == 1 else target[i]
        q = (1 - smoothing) * q + smoothing / c
        rows.append(-sum(q[k] * w[k] * np.log(p[i, k]) for k in range(c)))
        counts.append(w[target[i]] if target.ndim == 1 else 1.0)
    return {"mean": sum(rows) / sum(counts), "sum": sum(rows), "none": np.array(rows)}[reduction]


@given(
    shapes, seeds, st.booleans(), st.booleans(), st.sampled_from([0.0, 0.1, 1.0]),
    st.sampled_from(["mean", "sum", "none"]), st.sampled_from([-100, 0]),
)  # fmt: skip
def test_it_is_the_textbooks(shape, seed, weighted, probabilities, smoothing, reduction, ignored):
    (m, c), rng = shape, np.random.default_rng(seed)
    logits, weight = rng.normal(size=shape), rng.uniform(0.5, 3, c) if weighted else None
    target = rng.integers(0, c, m)
    if probabilities:
        target, ignored = rng.dirichlet(np.ones(c), m), -100
    else:
        target[0], target[-1] = ignored, c - 1
    assume(c > 1 or ignored != 0)  # some row is left
    settings = {"weight": weight, "ignore_index": ignored, "label_smoothing": smoothing}
    found = class_losses.cross_entropy(logits, target, **settings, reduction=reduction)
    expected = textbook(logits, target, weight, ignored, smoothing, reduction)
    np.testing.assert_allclose(found, expected)
    if not probabilities and not smoothing:
        scores = activations.log_softmax(logits)
        by_nll = class_losses.nll_loss(
            scores, target, weight=weight, ignore_index=ignored, reduction=reduction
        )
        np.testing.assert_allclose(by_nll, expected)
    gradcheck(
        lambda x: class_losses.cross_entropy(x, target, **settings, reduction=reduction), logits
    )


@given(shapes, seeds)
def test_rows_that_are_left_out_are_as_if_they_were_not_there(shape, seed):
    (m, c), rng = shape, np.random.default_rng(seed)
    logits, target = rng.normal(size=shape), rng.integers(0, c, m)
    some = np.arange(m) % 2 == 0
    hidden = np.where(some, target, -1)
    x, kept = leaf(logits), leaf(logits[some])
    settings = {"weight": rng.uniform(0.5, 2, c), "label_smoothing": 0.2}
    one = class_losses.cross_entropy(x, hidden, ignore_index=-1, **settings)
    other = class_losses.cross_entropy(kept, target[some], **settings)
    np.testing.assert_allclose(one.data, other.data)
    np.testing.assert_allclose(gradient(one, x)[some], gradient(other, kept))
    np.testing.assert_array_equal(x.grad.data[~some], 0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_weights_keep_the_dtype(dtype, smoothing):
    x = leaf(np.zeros((70_000, 2)), dtype)  # so many that half precision can't count them
    target = np.arange(70_000) % 2
    weight = np.array([3.0, 1.0])
    cost = class_losses.cross_entropy(x, target, weight=weight, label_smoothing=smoothing)
    assert cost.dtype == gradient(cost, x).dtype == dtype
    np.testing.assert_allclose(cost.data, np.log(2), rtol=1e-3)


def test_masked_classes_cost_nothing_where_they_have_no_share():
    x = leaf([[0.0, 0.0, -np.inf]])
    for settings in ({"weight": np.ones(3)}, {"ignore_index": 2}):
        cost = class_losses.cross_entropy(x, np.array([1]), **settings)
        np.testing.assert_allclose(cost.data, np.log(2))
    cost = class_losses.cross_entropy(x, np.array([[0.5, 0.5, 0.0]]))
    np.testing.assert_allclose(cost.data, np.log(2))
    np.testing.assert_allclose(gradient(cost, x), [[0, 0, 0]])


@pytest.mark.parametrize("loss", [class_losses.cross_entropy, class_losses.nll_loss])
def test_a_mean_of_no_rows_is_refused_and_the_advice_works(loss):
    x, ignored = leaf(np.zeros((2, 3))), np.array([1, 1])
    with pytest.raises(TargetError, match=r"all 2 targets are 1, the ignore_index.*'sum'"):
        loss(x, ignored, ignore_index=1)
    with pytest.raises(TargetError, match="of a class with weight 0"):
        loss(x, ignored, weight=np.array([1.0, 0.0, 1.0]))
    assert loss(x, ignored, ignore_index=1, reduction="sum").item() == 0


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"weight": np.ones(2)}, ShapeError, r"one number per class, of shape \(3,\)"),
        ({"label_smoothing": 1.5}, SettingError, "label_smoothing=1.5: must be between 0 and 1"),
    ],
)
def test_settings_that_do_not_fit(settings, error, message):
    with pytest.raises(error, match=message):
        class_losses.cross_entropy(np.zeros((2, 3)), np.array([0, 2]), **settings)


def test_targets_of_the_wrong_kind():
    logits, q = np.zeros((2, 3)), np.full((2, 3), 1 / 3)
    with pytest.raises(SettingError, match="ignore_index=0 is a class index"):
        class_losses.cross_entropy(logits, q, ignore_index=0)
    with pytest.raises(DtypeError, match="use cross_entropy on logits, or kl_div"):
        class_losses.nll_loss(logits, q)
    with pytest.raises(TargetError, match="probability"):
        class_losses.cross_entropy(logits, 2 * q + 1)
    with pytest.raises(TargetError, match="run from 0 to 3"):
        class_losses.cross_entropy(logits, np.array([0, 3]), ignore_index=5)


def test_each_row_has_its_own_cotangent():
    target = np.array([[0.2, 0.8], [0.5, 0.5], [1.0, 0.0]])
    logits = np.array([[1.0, 2.0], [0.5, -1.0], [0.0, 3.0]])
    shares, cotangent = leaf(target), np.array([1.0, 5.0, -2.0])
    class_losses.cross_entropy(logits, shares, reduction="none").backward(cotangent)
    expected = -cotangent[:, None] * activations.log_softmax(logits)
    np.testing.assert_allclose(shares.grad.data, expected)


def test_an_infinite_cotangent_reaches_the_class_of_its_row_alone():
    x = leaf([[-1.0, -2.0], [-3.0, -0.5], [-1.0, -1.0]])
    loss = class_losses.nll_loss(x, np.array([1, 0, 1]), weight=[2.0, 3.0], reduction="none")
    loss.backward(np.array([np.inf, 7.0, -np.inf]))
    np.testing.assert_array_equal(x.grad.data, [[0, -np.inf], [-14, 0], [0, np.inf]])


def test_a_mean_of_many_rows_in_half_precision():
    rng = np.random.default_rng(0)
    scores, target = rng.normal(size=(70_000, 3)).astype(np.float16), rng.integers(0, 3, 70_000)
    weight = np.array([1.0, 2.0, 0.5])
    half, double = leaf(scores, np.float16), leaf(scores.astype(float))
    for x in (half, double):
        class_losses.cross_entropy(x, target, weight=weight).backward()
    # The smallest numbers in half precision are 6e-8 apart.
    np.testing.assert_allclose(half.grad.data, double.grad.data, rtol=1e-2, atol=6e-8)


def test_how_much_rows_count_when_they_are_lazy():
    target, weight = np.array([0, 2, 1, -100, 2]), np.array([1.0, 0.5, 3.0])
    lazy = dask.array.from_array(target, chunks=2)
    for given_weight in (None, weight):
        plain = class_losses.class_counts(target, given_weight, -100)
        counts = class_losses.class_counts(lazy, given_weight, -100)
        assert isinstance(counts, dask.array.Array)
        np.testing.assert_array_equal(counts.compute(), plain)
        assert counts.dtype == plain.dtype == np.float64
