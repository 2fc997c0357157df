"""Lazy arrays: Dask computes nothing before it is asked to."""

import copy

import dask
import dask.array as da
import numpy as np
import pytest

import tinygrad_course as tg
import viz
from tests.laws.dask_runs import Computed, building, chunked, computing
from tinygrad_course import Tensor, nn, optim
from tinygrad_course.errors import DetachError, OptimizerError, ShapeError, UnsupportedError
from tinygrad_course.lazy import as_numpy, is_concrete, known

X = np.random.default_rng(0).uniform(0.5, 1.5, (6, 3))


@pytest.fixture(autouse=True)
def nothing_is_computed():
    """But for what a test asks for: `numbers`, or `with computing()`."""
    with building():
        yield


def numbers(x):
    with computing():
        return np.asarray(x)


def lazy_leaf(x=X):
    return Tensor(chunked(x), requires_grad=True, name="x")


# --- questions for numbers -----------------------------------------------------------------------


@pytest.mark.parametrize("x", [X, X[0, 0], True, 2, 0.5])
def test_numpys_numbers_are_concrete(x):
    assert is_concrete(x)
    assert as_numpy(x) == pytest.approx(x)


def test_dasks_numbers_are_not_and_asking_for_them_is_refused():
    assert not is_concrete(chunked(X))
    for x in (chunked(X), Tensor(chunked(X))):
        with pytest.raises(UnsupportedError, match=r"computed later \(dask.array<.*np\.asarray"):
            as_numpy(x)


def test_a_condition_is_known_to_hold_or_not():
    assert known((X > 0).all())
    assert not known((X > 1).all())
    assert not known((chunked(X) > 0).all())


def test_the_fixture_would_notice():
    with pytest.raises(Computed):
        np.asarray(chunked(X))


# --- what does not compute -----------------------------------------------------------------------


def test_a_tensor_shows_dasks_own_words():
    x = lazy_leaf()
    assert repr(x) == f"Tensor({x.data!r}, name='x', requires_grad=True)"
    assert str(x * x).endswith(", from multiply)")


def test_a_drawing_of_small_arrays_shows_their_shapes():
    loss = (lazy_leaf(X[:2]) * 2.0).sum()
    loss.backward()
    drawn = viz.draw(loss).dot
    assert "(2, 3) float64" in drawn
    assert "dask" not in drawn


def test_targets_are_not_looked_at():
    x, p = lazy_leaf(), lazy_leaf(X / 2)
    nn.functional.cross_entropy(x, chunked(np.arange(6) % 3)).backward()
    nn.functional.binary_cross_entropy(p, chunked(X > 1)).backward()
    assert isinstance(x.grad.data, da.Array)
    assert isinstance(p.grad.data, da.Array)


def test_second_derivatives():
    x, y = lazy_leaf(), Tensor(X, requires_grad=True)
    for z in (x, y):
        (z**3).sum().backward(create_graph=True)
        first, z.grad = z.grad, None
        (first * first).sum().backward()
    np.testing.assert_allclose(numbers(x.grad), y.grad.data)


def test_derivatives_as_functions():
    def f(x):
        return np.tanh(x) * x

    for derivative in (
        lambda x: tg.grad(lambda x: f(x).sum())(x),
        lambda x: tg.vjp(f, x)[1](np.ones((6, 3)))[0],
        lambda x: tg.jvp(f, (x,), (x,))[1],
        lambda x: tg.hvp(lambda x: f(x).sum(), (x,), (x,))[0],
        lambda x: tg.jacobian(f)(x[0]),
    ):
        found = derivative(chunked(X))
        assert isinstance(found, da.Array)
        np.testing.assert_allclose(numbers(found), derivative(X))


def test_the_svd_of_a_tall_matrix_in_chunks():
    tall = da.from_array(X, chunks=(4, 3))
    x, y = (Tensor(z, requires_grad=True) for z in (tall, X))
    for z in (x, y):
        u, s, vh = np.linalg.svd(z, full_matrices=False)
        ((u * s) @ vh * X + s).sum().backward()
    np.testing.assert_allclose(numbers(x.grad), y.grad.data)


def test_whatever_stands_first_the_result_is_a_tensor():
    x, other = lazy_leaf(), chunked(X, 1)
    for result in (other + x, np.add(other, x), other @ x.T, np.stack([other, x]), X * x, x / X):
        assert isinstance(result, Tensor)
        assert isinstance(result.data, da.Array)


# --- what does, when it is asked -----------------------------------------------------------------


def test_numbers_are_computed_when_they_are_asked_for():
    total = Tensor(chunked(X)).sum()
    for ask in (Tensor.item, float, bool, Tensor.numpy, np.asarray, lambda t: f"{t:.3f}"):
        with pytest.raises(Computed):
            ask(total)
        with computing():
            ask(total)
    with computing():
        assert total.item() == pytest.approx(X.sum())


# --- leaves --------------------------------------------------------------------------------------


def test_a_leaf_has_an_array_of_its_own():
    given = chunked(X)
    x = Tensor(given, requires_grad=True)
    loss = (x * x).sum()
    given[0] = 0.0
    loss.backward()
    np.testing.assert_allclose(numbers(x.grad), 2 * X)


def test_a_step_by_hand():
    x = lazy_leaf()
    loss = (x * x).sum()
    loss.backward()
    x.data = x.data - 0.25 * x.grad.data
    x.data -= x.data / 2
    x[0] = 7.0
    x.data = Tensor(x.data)
    assert isinstance(x.data, da.Array)
    assert x.requires_grad
    np.testing.assert_allclose(numbers(x.data), np.vstack([np.full((1, 3), 7.0), X[1:] / 4]))
    np.testing.assert_allclose(numbers(loss.data), (X * X).sum())
    with pytest.raises(DetachError):
        x.data = x * 2


def test_a_cotangent_of_numpys_gives_gradients_of_dasks():
    x = lazy_leaf()
    (x + 1.0).backward(X)
    assert isinstance(x.grad.data, da.Array)
    np.testing.assert_array_equal(numbers(x.grad), X)


def test_an_untracked_tensor_becomes_a_leaf_and_copies_are_leaves():
    x = Tensor(chunked(X))
    x.requires_grad = True
    for y in (x, copy.deepcopy(x)):
        np.tanh(y).sum().backward()
        assert isinstance(y.grad.data, da.Array)


def test_single_precision_stays():
    x = lazy_leaf(X.astype(np.float32))
    np.exp(x * 2.0).mean().backward()
    assert x.grad.dtype == numbers(x.grad).dtype == np.float32


# --- what is refused -----------------------------------------------------------------------------


def test_lengths_that_are_not_known_yet_are_refused():
    x, unknown = lazy_leaf(), chunked(X)[chunked(X)[:, 0] > 1]
    for attempt in (
        lambda: Tensor(unknown),
        lambda: Tensor(unknown, requires_grad=True),
        lambda: x[x > 1],
        lambda: x * unknown,
        lambda: np.where(unknown > 1, Tensor(1.0, requires_grad=True), 0.0),
    ):
        with pytest.raises(ShapeError, match=r"nan.* compute_chunk_sizes\(\)"):
            attempt()


def test_the_gradient_at_an_index_that_is_computed_later_is_refused():
    x = lazy_leaf()
    result = x[chunked(np.array([2, 0]))].sum()
    with pytest.raises(UnsupportedError, match="computed later"):
        result.backward()


# --- training ------------------------------------------------------------------------------------


def test_an_optimizer_refuses_leaves_that_it_cannot_write_into():
    with pytest.raises(OptimizerError, match=r"an array of dask.*p\.data = p\.data - lr"):
        optim.SGD([lazy_leaf()], lr=0.1)


def trained(x, y, runs):
    model = nn.MLP([3, 4, 1], activation="tanh", rng=0)
    adam = optim.Adam(model, lr=0.1)
    for _ in range(3):
        loss = nn.functional.binary_cross_entropy_with_logits(model(x), y)
        adam.zero_grad()
        loss.backward()
        with dask.config.set(scheduler=_counting(runs)):
            adam.step()
    return model


def _counting(runs):
    def get(graph, keys, **kwargs):
        runs.append(1)
        return dask.get(graph, keys, **kwargs)

    return get


def test_a_model_trained_on_dask_arrays_is_the_same_at_one_computation_a_step():
    x, y = X.astype(np.float32), (X[:, 0] > 1).astype(np.float32)
    runs = []
    ours = trained(chunked(x), chunked(y), runs)
    assert len(runs) == 3
    for p, expected in zip(ours.parameters(), trained(x, y, []).parameters(), strict=True):
        assert isinstance(p.grad, Tensor)
        assert type(p.grad.numpy()) is np.ndarray
        np.testing.assert_allclose(p.data, expected.data, rtol=1e-5, atol=1e-6)
