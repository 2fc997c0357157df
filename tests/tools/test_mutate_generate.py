"""Mutations of rules: which there are, and that each changes what it says it does."""

import ast
from pathlib import Path

import pytest

from tools.mutate.generate import mutations_of
from tools.mutate.source import rule_code

TEXT = '''\
"""A topic, with a − sign and an x̄ in it: places count bytes."""

_SCALE = float(np.log(2))

@primitive("f")
def f(x, y):
    """z = x y;   x̄ = z̄ ⊙ y,   ȳ = z̄ ⊙ x"""
    return _forward(x * y)

def _forward(x: Array) -> Array:
    return x + 1

def _helper(g: Array, x: Array, axis: int) -> Array:
    """Reached by a rule."""
    if axis > 0:
        return (g - x).sum(axis=axis, keepdims=True)
    return np.sin(g) @ x.T

def _deeper(x: Array) -> Array:
    return x[..., 1:] / _SCALE

f.vjp(x=lambda g, y: _helper(g, _deeper(y), 0), y=lambda g, x: -g * x)
'''

MUTATIONS = mutations_of(Path("topic.py"), TEXT, rule_code(TEXT), frozenset("xy"))


def changed(kind):
    return {m.shown(TEXT)[1] for m in MUTATIONS if m.kind == kind}


def test_only_what_rules_reach_is_mutated():
    lines = {m.line(TEXT) for m in MUTATIONS}
    helper, deeper, scale, rules = (
        1 + TEXT[: TEXT.index(part)].count("\n")
        for part in ("if axis", "return x[", "_SCALE", "f.vjp")
    )
    assert lines == {scale, helper, helper + 1, helper + 2, deeper, rules}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: f"{m.kind}: {m.new}")
def test_every_mutation_is_python_and_another_program(mutation):
    before, after, marked = (
        ast.dump(ast.parse(text)) for text in (TEXT, mutation.applied(TEXT), mutation.marked(TEXT))
    )
    assert before != after
    assert "_reached" in marked
    old, new = mutation.shown(TEXT)
    assert old != new
    assert old in TEXT or "\n" in old


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("sign", "f.vjp(x=lambda g, y: _helper(g, _deeper(y), 0), y=lambda g, x: -(-g * x))"),
        ("sign", "f.vjp(x=lambda g, y: _helper(g, _deeper(y), 0), y=lambda g, x: g * x)"),
        ("scale", "f.vjp(x=lambda g, y: 1.001 * _helper(g, _deeper(y), 0), y=lambda g, x: -g * x)"),
        ("scale", "_SCALE = 2 * float(np.log(2))"),
        ("term", "return g.sum(axis=axis, keepdims=True)"),
        ("term", "return (-x).sum(axis=axis, keepdims=True)"),
        ("factor", "return x[..., 1:]"),
        ("operator", "return (g + x).sum(axis=axis, keepdims=True)"),
        ("operand", "f.vjp(x=lambda g, y: _helper(g, _deeper(y), 0), y=lambda g, y: -g * y)"),
        ("operand", "return (g - g).sum(axis=axis, keepdims=True)"),
        ("transpose", "return np.sin(g) @ x"),
        ("transpose", "return np.flip(np.sin(g) @ x.T)"),
        ("transpose", "return x.T @ np.sin(g)"),
        ("constant", "f.vjp(x=lambda g, y: _helper(g, _deeper(y), 1), y=lambda g, x: -g * x)"),
        ("condition", "if axis >= 0:"),
        ("branch", "if True:"),
        ("function", "return np.cos(g) @ x.T"),
        ("call", "return g - x"),
        ("axis", "return (g - x).sum(axis=axis)"),
        ("index", "return x / _SCALE"),
        ("index", "return x[..., :] / _SCALE"),
        ("dtype", "return (np.sin(g) @ x.T) * np.float64(1)"),
        ("memory", "return _overwriting(x, np.sin(g) @ x.T)"),
        ("second order", "return np.sin(_detached(g)) @ x.T"),
    ],
)
def test_rules_are_broken_in_many_ways(kind, line):
    assert line in changed(kind)


def test_mutations_come_in_the_order_of_the_file_and_only_once():
    places = [(m.start, m.end, m.kind, m.new) for m in MUTATIONS]
    assert places == sorted(set(places))
    assert mutations_of(Path("topic.py"), TEXT, rule_code(TEXT), frozenset("xy")) == MUTATIONS


def test_loops_are_never_made_endless():
    text = "def _vjp(g: Array) -> Array:\n    while g:\n        g = g // 2\n    return g\nf.vjp(x=_vjp)\n"
    mutations = mutations_of(Path("topic.py"), text, rule_code(text), frozenset())
    loops = {mutation.shown(text)[1] for mutation in mutations}
    assert "while False:" in loops
    assert "while True:" not in loops
