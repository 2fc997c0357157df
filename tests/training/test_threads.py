"""Threads and tasks: each trains as it would alone."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tinygrad_course import Tensor, grad, is_grad_enabled, nn, no_grad, optim


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
