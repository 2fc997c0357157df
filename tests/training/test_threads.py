"""Threads and tasks: each trains as it would alone."""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController, threadpool_limits

from tinygrad_course import Tensor, grad, is_grad_enabled, nn, no_grad, optim
from tinygrad_course.errors import ThreadsWarning
from tinygrad_course.training import blas_threads, fit, threads


def trained(seed):
    """The weights after some steps, with an evaluation under no_grad after each."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(32, 6)).astype(np.float32), rng.integers(3, size=32)
    model = nn.MLP([6, 16, 3], rng=seed)
    optimizer = optim.Adam(model, lr=0.01)
    losses = []
    for _ in range(15):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
        with no_grad():
            losses.append(nn.functional.cross_entropy(model(x), y).item())
            assert not is_grad_enabled()
        assert is_grad_enabled()
    return [losses, *(p.data.tolist() for p in model.parameters())]


def test_eight_threads_train_eight_models_as_if_each_were_alone():
    alone = [trained(seed) for seed in range(8)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(trained, range(8)))
    assert together == alone


def test_derivatives_of_functions_in_threads():
    def f(n):
        return grad(grad(lambda x: x ** (n + 2.0)))(1.5)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(f, range(40)))
    np.testing.assert_allclose(found, [(n + 2) * (n + 1) * 1.5**n for n in range(40)])


def test_the_mode_does_not_leak_between_tasks():
    x = Tensor(1.0, requires_grad=True)

    async def off():
        with no_grad():
            for _ in range(5):
                await asyncio.sleep(0)
                assert not (x * 2.0).requires_grad

    async def on():
        for _ in range(5):
            await asyncio.sleep(0)
            assert (x * 2.0).requires_grad

    async def both():
        await asyncio.gather(off(), on(), off(), on())

    asyncio.run(both())
    assert is_grad_enabled()


@pytest.mark.parametrize("workers", [2, 8])
def test_gradients_of_a_shared_model_add_up_over_threads(workers):
    model = nn.MLP([4, 8, 2], rng=0, dtype=np.float64)
    rng = np.random.default_rng(0)
    batches = rng.normal(size=(16, 10, 4))

    def work(x):
        (model(x) ** 2).sum().backward()

    for x in batches:
        work(x)
    expected = [p.grad.data for p in model.parameters()]
    model.zero_grad()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, batches))
    for p, alone in zip(model.parameters(), expected, strict=True):
        np.testing.assert_allclose(p.grad.data, alone, rtol=1e-10)


# --- threads of the BLAS --------------------------------------------------------------------------


def blas():
    """The numbers of threads that the loaded BLAS libraries use."""
    return {pool["num_threads"] for pool in ThreadpoolController().select(user_api="blas").info()}


needs_known_blas = pytest.mark.skipif(
    not blas(), reason="threadpoolctl does not know NumPy's BLAS here"
)


@pytest.fixture
def two_threads():
    with threadpool_limits(2, user_api="blas"):
        yield


def during_fit(model, rows=64, batch_size=64, **options):
    """The numbers of threads while a model is trained."""
    x = np.zeros((rows, next(model.parameters()).shape[1]), np.float32)
    seen = []

    def loss(prediction, target):
        seen.append(blas())
        return nn.functional.mse(prediction, target)

    y = np.zeros((rows, [*model.parameters()][-1].size), np.float32)
    fit(model, loss, optim.SGD(model, 0.1), x, y, epochs=1, batch_size=batch_size, **options)
    return seen[-1]


SMALL, MIDDLE = nn.MLP([8, 4, 2], rng=0), nn.MLP([784, 128, 10], rng=0)


@needs_known_blas
@pytest.mark.parametrize(
    ("model", "options", "expected"),
    [
        (MIDDLE, {}, 1),
        (SMALL, {}, 2),  # the BLAS itself uses one thread for its products
        (MIDDLE, {"rows": 512, "batch_size": 512}, 2),
        (MIDDLE, {"rows": 64, "batch_size": 512}, 1),  # a batch has no more rows than there are
        (SMALL, {"threads": 1}, 1),
        (MIDDLE, {"threads": None}, 2),
        (MIDDLE, {"threads": 2}, 2),
    ],
)
def test_small_products_are_computed_by_one_thread(two_threads, model, options, expected):
    assert during_fit(model, **options) == {expected}
    assert blas() == {2}


@needs_known_blas
def test_the_number_returns_when_training_fails(two_threads):
    def fail(training):
        assert blas() == {1}
        raise KeyError

    with pytest.raises(KeyError):
        during_fit(MIDDLE, callbacks=[fail])
    assert blas() == {2}


@needs_known_blas
def test_several_trainings_at_once_leave_the_number_as_it_was(two_threads):
    first, second = blas_threads(1), blas_threads(2)
    with first:
        with second:
            assert blas() == {1}
        assert blas() == {1}
    assert blas() == {2}
    first, second = blas_threads(1), blas_threads(2)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)  # the one that began first may end first
    assert blas() == {2}
    second.__exit__(None, None, None)
    assert blas() == {2}


def test_the_choice_is_by_sizes_alone_so_that_equal_runs_give_equal_bits(two_threads):
    def run():
        rng = np.random.default_rng(0)
        x = rng.normal(size=(256, 784)).astype(np.float32)
        model = nn.MLP([784, 128, 10], rng=0)
        y = rng.integers(0, 10, 256)
        fit(model, nn.CrossEntropyLoss(), optim.SGD(model, 0.1), x, y, epochs=2, batch_size=64)
        return [p.data.tobytes() for p in model.parameters()]

    with threadpool_limits(1, user_api="blas"):
        alone = run()
    assert run() == alone


@pytest.mark.parametrize(
    ("cores", "set_already", "lines"), [(1, "", 0), (2, "", 1), (2, "4", 0), (None, "", 0)]
)
def test_without_threadpoolctl_nothing_changes_and_a_warning_says_so_once_where_it_matters(
    cores, set_already, lines, monkeypatch, recwarn
):
    threads._say_once_what_is_missing.cache_clear()
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    for name in threads._VARIABLES:
        monkeypatch.delenv(name, raising=False)
    if set_already:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", set_already)
    before = blas()
    during_fit(SMALL)
    assert not recwarn.list
    during_fit(MIDDLE)
    with blas_threads(1):
        assert blas() == before
    said = [str(w.message) for w in recwarn.list if w.category is ThreadsWarning]
    assert len(said) == len(recwarn.list) == lines
    assert all("tinygrad_course[threads]" in message for message in said)
