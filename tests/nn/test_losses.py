import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.errors import DtypeError, SettingError, ShapeError, TargetError
from tinygrad_course.nn import BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, MSELoss
from tinygrad_course.tensor import Tensor

rows = st.integers(1, 6)
seeds = st.integers(0, 999)
reductions = st.sampled_from(["mean", "sum", "none"])
REDUCE = {"mean": np.mean, "sum": np.sum, "none": lambda losses: losses}


@given(rows, seeds, reductions)
def test_each_is_its_textbook_formula(m, seed, reduction):
    rng = np.random.default_rng(seed)
    scores, y = rng.normal(size=m), rng.integers(0, 2, m)
    p = 1 / (1 + np.exp(-scores))
    binary = REDUCE[reduction](-y * np.log(p) - (1 - y) * np.log(1 - p))
    squares = REDUCE[reduction]((scores - y) ** 2)
    np.testing.assert_allclose(MSELoss(reduction=reduction)(Tensor(scores), y).data, squares)
    np.testing.assert_allclose(BCELoss(reduction=reduction)(Tensor(p), y).data, binary)
    np.testing.assert_allclose(
        BCEWithLogitsLoss(reduction=reduction)(Tensor(scores), y).data, binary
    )
    logits = np.stack([np.zeros(m), scores], axis=1)
    np.testing.assert_allclose(
        CrossEntropyLoss(reduction=reduction)(Tensor(logits), y).data, binary
    )


@pytest.mark.parametrize("loss", [MSELoss(), BCELoss(), BCEWithLogitsLoss()], ids=repr)
@pytest.mark.parametrize("dtype", [np.int64, np.bool_, np.uint8])
def test_labels_of_any_kind_keep_the_dtype_of_the_predictions(loss, dtype):
    prediction = Tensor(np.full(3, 0.25, np.float32), requires_grad=True)
    value = loss(prediction, np.array([0, 1, 1], dtype))
    value.backward()
    assert value.dtype == prediction.grad.dtype == np.float32


@pytest.mark.parametrize("loss", [MSELoss(), BCELoss(), BCEWithLogitsLoss()], ids=repr)
def test_a_column_against_a_vector_is_an_error(loss):
    with pytest.raises(ShapeError, match=r"\(3, 1\).*\(3,\).*[Rr]eshape") as caught:
        loss(Tensor(np.full((3, 1), 0.5)), np.ones(3))
    assert type(loss).__name__ in str(caught.value)


@pytest.mark.parametrize("loss", [BCELoss(), BCEWithLogitsLoss()], ids=repr)
@pytest.mark.parametrize("wrong", [2, -1, np.nan])
def test_binary_targets_outside_the_classes(loss, wrong):
    with pytest.raises(TargetError, match="0, 1 or a probability"):
        loss(Tensor([0.5, 0.5]), np.array([1, wrong]))


def test_class_targets_that_do_not_fit():
    logits, loss = Tensor(np.zeros((2, 3))), CrossEntropyLoss()
    with pytest.raises(TargetError, match="3 classes, 0 to 2"):
        loss(logits, [0, 3])
    with pytest.raises(DtypeError, match="astype"):
        loss(logits, [0.0, 1.0])
    with pytest.raises(ShapeError, match="argmax"):
        loss(logits, np.eye(3, dtype=int)[:2])


def test_an_unknown_reduction():
    with pytest.raises(SettingError, match="'mean', 'sum' or 'none'"):
        MSELoss(reduction="average")
