"""The engine in 100 lines has the real engine's gradients, to the last bit, wherever its rules can go."""

from pathlib import Path

import numpy as np
import pytest

import tinygrad_course as tg
from examples import engine_in_100_lines as small

rng = np.random.default_rng(0)
A, B, C = rng.normal(size=(3, 4)), rng.normal(size=(4,)), rng.normal(size=(4, 2))


def test_it_has_100_lines():
    source = Path(small.__file__).read_text("utf-8")
    assert len(source.splitlines()) <= 100


FUNCTIONS = {
    "numbers": (lambda a, b, c: 3 * (a + b * c), (5.0, 3.0, 2.0)),
    "used many times": (lambda a: np.sum(a * a / (a + 3 * np.exp(a)) - np.sin(a) * a), (A,)),
    "broadcasting": (lambda a, b: np.sum(np.tanh(a * b + b) ** 2), (A, B)),
    "a column and a row": (lambda a, b: np.mean(np.cos(a + b) * a), (A[:, :1], B)),
    "products": (lambda a, b, c: np.max(np.exp(a @ c) @ np.transpose(c) @ b), (A, B, C)),
    "parameters": (lambda a: np.sum(np.prod(a, axis=0, keepdims=True) / np.std(a)), (A,)),
    "a condition": (lambda a, b: np.sum(np.where(A > 0, a * b, np.exp(b))), (A, B)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_its_gradients_are_the_real_ones(name):
    function, arguments = FUNCTIONS[name]
    values = [small.Value(x) for x in arguments]
    small.backward(function(*values))
    leaves = [tg.Tensor(x, requires_grad=True) for x in arguments]
    function(*leaves).backward()
    for value, leaf in zip(values, leaves, strict=True):
        assert value.grad.tobytes() == leaf.grad.data.tobytes()


def test_a_second_pass_starts_anew():
    a = small.Value(2.0)
    result = a * a * a
    small.backward(result)
    small.backward(result)
    assert a.grad == 12.0


def test_the_order_puts_every_value_after_its_operands():
    a = small.Value(2.0)
    b = a + a
    c = b * a
    assert list(small.topological_order(c, {})) == [id(a), id(b), id(c)]
