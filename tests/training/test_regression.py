"""Metrics of numbers are those of scikit-learn, whole or batch by batch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as referee

from tests.sampling import few
from tinygrad_course import data, nn
from tinygrad_course.errors import DataError, ShapeError
from tinygrad_course.training import evaluate, mae, r2

OURS = {mae: referee.mean_absolute_error, r2: referee.r2_score}


@few(60)
@given(st.integers(0, 10**6), st.integers(2, 20), st.integers(0, 3), st.booleans(), st.booleans())
def test_they_are_scikit_learns(seed, m, outputs, weighted, constant):
    rng = np.random.default_rng(seed)
    shape = (m, outputs) if outputs else (m,)
    target = np.full(shape, 0.75) if constant else rng.normal(size=shape)
    prediction = target + rng.normal(size=shape) * rng.integers(0, 2)
    weights = rng.uniform(0.5, 2, m) if weighted else None
    for ours, theirs in OURS.items():
        found = ours(prediction, target, sample_weight=weights)
        np.testing.assert_allclose(found, theirs(target, prediction, sample_weight=weights))


def test_a_single_row_has_no_spread():
    assert np.isnan(r2(np.ones(1), np.ones(1)))
    assert mae(np.ones(1), np.zeros(1)) == 1


@pytest.mark.parametrize("metric", OURS, ids=lambda f: f.__name__)
def test_what_does_not_fit(metric):
    with pytest.raises(DataError, match="the prediction has nan"):
        metric(np.array([0.0, np.nan]), np.array([0.0, 1.0]))
    with pytest.raises(ShapeError, match=rf"{metric.__name__}: .*\(3, 1\) and the target \(3,\)"):
        metric(np.zeros((3, 1)), np.zeros(3))
    with pytest.raises(DataError, match="there are no predictions"):
        metric(np.zeros(0), np.zeros(0))
    with pytest.raises(ShapeError, match="one number per row"):
        metric(np.zeros(2), np.zeros(2), sample_weight=[1.0])


@pytest.mark.parametrize("weighted", [False, True])
def test_rows_in_pieces_have_the_same_figures(weighted):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 4)), rng.normal(size=(50, 2))
    weights = rng.integers(0, 2, 50).astype(float) if weighted else None
    model, metrics = nn.Linear(4, 2, rng=0), {"MAE": mae, "R²": r2}
    whole = evaluate(model, x, y, metrics=metrics, sample_weight=weights)
    pieces = data.ArrayPieces(x, y, weights, rows=8)
    assert evaluate(model, pieces, metrics=metrics, batch_size=5) == pytest.approx(whole)
