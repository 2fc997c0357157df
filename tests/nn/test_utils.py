"""Clipping of gradients."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tensors import leaf
from tinygrad_course import nn, optim
from tinygrad_course.errors import ChangedValueError, DivergenceError, SettingError
from tinygrad_course.nn.utils import clip_grad_norm_, clip_grad_value_


def tensors(*gradients, dtype=np.float64):
    made = []
    for g in gradients:
        p = leaf(np.zeros(np.shape(g)), dtype)
        p.grad = np.asarray(g, dtype)
        made.append(p)
    return made


def norm_of(params, order):
    flat = np.concatenate([p.grad.data.astype(float).reshape(-1) for p in params])
    return np.linalg.norm(flat, order)


@given(st.integers(0, 999), st.floats(0.01, 100), st.sampled_from([1.0, 2.0, 3.0, np.inf]))
def test_the_norm_before_is_returned_and_that_after_is_the_bound(seed, bound, order):
    rng = np.random.default_rng(seed)
    params = tensors(rng.normal(size=(3, 2)), rng.normal(size=4), rng.normal())
    before = [p.grad.data.copy() for p in params]
    expected = norm_of(params, order)
    norm = clip_grad_norm_(params, bound, order)
    assert norm == pytest.approx(expected)
    factor = min(1, bound / (norm + 1e-6))
    for p, g in zip(params, before):
        np.testing.assert_allclose(p.grad.data, factor * g)
    assert norm_of(params, order) <= bound * (1 + 1e-12) or factor == 1


def test_models_tensors_and_lists_are_taken_and_those_without_a_gradient_left_out():
    model = nn.Linear(2, 1, rng=0)
    assert clip_grad_norm_(model, 1.0) == 0
    model.weight.grad = np.full((1, 2), 3.0)
    for given_as in (model, model.parameters(), [model.weight], model.weight):
        model.weight.grad = np.full((1, 2), 3.0)
        assert clip_grad_norm_(given_as, 1.0) == pytest.approx(np.sqrt(18))
        assert norm_of([model.weight], 2) == pytest.approx(1, rel=1e-5)
    assert model.bias.grad is None


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("order", [1.0, 2.0, 3.0])
def test_no_power_overflows_or_vanishes(dtype, order):
    largest, tiny = float(np.finfo(dtype).max) / 4, float(np.finfo(dtype).tiny)
    for size in (largest, tiny):
        params = tensors(np.full(3, size), dtype=dtype)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            norm = clip_grad_norm_(params, size, order)
        assert norm == pytest.approx(size * 3 ** (1 / order), rel=1e-2)
    assert params[0].grad.dtype == dtype


def test_gradients_change_in_place_and_the_write_is_noted():
    w = leaf(np.full(100, 3.0))
    (w * w).sum().backward()
    array = w.grad._data
    dependent = leaf(np.ones(100))
    loss = (dependent * w.grad).sum()
    clip_grad_norm_([w], 1.0)
    assert w.grad._data is array
    with pytest.raises(ChangedValueError):
        loss.backward()


def test_recorded_gradients_are_replaced():
    w = leaf([3.0, 4.0])
    (w * w).sum().backward(create_graph=True)
    recorded = w.grad
    assert clip_grad_norm_([w], 5.0) == pytest.approx(10)
    np.testing.assert_allclose(w.grad.data, [3, 4], rtol=1e-6)
    np.testing.assert_array_equal(recorded.data, [6, 8])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_norms_that_are_not_finite(bad):
    params = tensors([1.0, bad], [2.0])
    params[0].name = "w"
    before = [p.grad.data.copy() for p in params]
    with pytest.raises(DivergenceError, match=r"'w' .* has (nan|infinity): tg\.detect_anomaly"):
        clip_grad_norm_(params, 1.0, error_if_nonfinite=True)
    for p, g in zip(params, before):
        np.testing.assert_array_equal(p.grad.data, g)
    norm = clip_grad_norm_(params, 1.0)
    assert np.isnan(norm) if np.isnan(bad) else norm == np.inf
    # As in PyTorch: nothing is left of the others.
    np.testing.assert_array_equal(params[1].grad.data, [np.nan if np.isnan(bad) else 0])


def test_values_are_clipped_one_by_one():
    params = tensors([1.0, -7.0, 0.5], [[2.0]])
    clip_grad_value_(params, 1.5)
    np.testing.assert_array_equal(params[0].grad.data, [1, -1.5, 0.5])
    np.testing.assert_array_equal(params[1].grad.data, [[1.5]])


def test_a_step_after_clipping_is_as_long_as_the_bound():
    p = leaf([0.0, 0.0])
    p.grad = np.array([300.0, 400.0])
    optim.clip_grad_norm_([p], 1.0)
    optim.SGD([p], lr=1.0).step()
    np.testing.assert_allclose(p.data, [-0.6, -0.8])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: clip_grad_norm_(p, -1), "max_norm=-1: must be a number, at least 0"),
        (lambda p: clip_grad_norm_(p, "1"), "max_norm='1'"),
        (lambda p: clip_grad_norm_(p, np.nan), "max_norm=nan"),
        (lambda p: clip_grad_norm_(p, 1.0, 0), "norm_type=0"),
        (lambda p: clip_grad_norm_(p, 1.0, 2, 1), "error_if_nonfinite=1: must be"),
        (lambda p: clip_grad_norm_([np.ones(2)], 1.0), "parameter 0 is .*give the model"),
        (lambda p: clip_grad_norm_(3, 1.0), "parameter 0 is 3, no tensor"),
        (lambda p: clip_grad_value_(p, -1), "clip_value=-1"),
    ],
)
def test_what_is_refused(call, message):
    params = tensors([1.0])
    with pytest.raises(SettingError, match=message):
        call(params)
    assert params[0].grad.item() == 1
