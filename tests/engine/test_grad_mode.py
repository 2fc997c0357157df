"""no_grad and enable_grad: blocks, decorators, nesting, errors, threads and tasks."""

import asyncio
import contextvars
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course import Tensor, enable_grad, is_grad_enabled, no_grad
from tinygrad_course.errors import UnsupportedError


def records():
    """Whether operations, of every kind of recorder, are recorded; they must agree."""
    x = Tensor([1.0, 2.0], requires_grad=True)
    results = [
        x * x,
        -x,
        x * 2.0,
        2.0 * x,
        np.exp(x),
        x.sum(),
        np.add(x, x),
        x[0],
        np.stack([x, x]),
    ]
    recorded = {result.requires_grad for result in results}
    assert len(recorded) == 1
    (answer,) = recorded
    assert answer == is_grad_enabled()
    return answer


@given(st.lists(st.sampled_from([no_grad, enable_grad])))
def test_the_innermost_block_decides_and_leaving_restores(blocks):
    expected = [True]
    opened = []
    for block in blocks:
        manager = block()
        manager.__enter__()
        opened.append(manager)
        expected.append(block is enable_grad)
        assert records() == expected[-1]
    while opened:
        opened.pop().__exit__(None, None, None)
        expected.pop()
        assert records() == expected[-1]


def test_an_exception_restores_the_mode():
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert records()


def test_as_decorators():
    @no_grad()
    def off():
        return records()

    @enable_grad()
    def on():
        return records()

    @no_grad()
    def recursive(depth):
        return records() or (depth > 0 and recursive(depth - 1)) or on() is False

    assert not off()
    assert not recursive(3)
    assert records()
    with no_grad():
        assert on()
        assert not records()


def test_one_object_can_be_entered_again():
    block = no_grad()
    with block, block:
        assert not records()
    assert records()


def test_under_no_grad_nothing_is_held():
    x = Tensor(2.0, requires_grad=True)
    with no_grad():
        y = x * x
    assert y.node is None
    assert y.is_leaf
    assert not y.requires_grad
    assert x.requires_grad
    # A leaf made inside is a leaf all the same.
    with no_grad():
        assert Tensor(1.0, requires_grad=True).requires_grad


def test_a_thread_has_its_own_mode():
    inside, done = threading.Event(), threading.Event()
    seen = []

    def other():
        with no_grad():
            inside.set()
            done.wait(5)
            seen.append(records())
        seen.append(records())

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(5)
    assert records()
    done.set()
    thread.join()
    assert seen == [False, True]


def test_tasks_have_their_own_mode():
    async def task(block, expected):
        with block():
            for _ in range(3):
                await asyncio.sleep(0)
                assert records() == expected
        assert records()

    async def main():
        await asyncio.gather(task(no_grad, False), task(enable_grad, True), task(no_grad, False))

    asyncio.run(main())


def test_a_context_copied_within_a_block_outlives_it():
    # As a task does that is started within the block and runs after it.
    with no_grad():
        context = contextvars.copy_context()
    assert not context.run(records)
    assert records()


def test_backward_within_no_grad():
    x = Tensor(3.0, requires_grad=True)
    y = x * x * x
    with no_grad():
        y.backward(create_graph=True)
    assert x.grad is not None
    assert x.grad.requires_grad, "create_graph=True asks for a graph of the gradient"
    first, x.grad = x.grad, None
    with no_grad():
        first.backward()
    assert x.grad is not None
    assert not x.grad.requires_grad
    assert x.grad.item() == 18.0


def _generator():
    yield 1


async def _coroutine(): ...


async def _async_generator():
    yield 1


@pytest.mark.parametrize("suspended", [_generator, _coroutine, _async_generator])
@pytest.mark.parametrize("mode", [no_grad, enable_grad])
def test_what_is_suspended_can_t_be_decorated(mode, suspended):
    with pytest.raises(UnsupportedError, match=r"write `with \w+_grad\(\):` inside"):
        mode()(suspended)
