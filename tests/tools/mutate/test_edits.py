"""Edits of code: which there are, and that each does what it says."""

import ast

import pytest

from tools.mutate.edits import edits_of
from tools.mutate.source import functions_of, pieces_of

TEXT = '''
@primitive("f")
def f(x, y):
    """z = x y;   x̄ = z̄ ⊙ y,   ȳ = z̄ ⊙ x"""
    return _forward(x * y)

def _forward(x: Array) -> Array:
    return x + 1

def _helper(g: Array, x: Array, axis: int) -> Array:
    """Reached by a rule."""
    if axis > 0:
        raise ValueError(f"axis {axis + 1}")
    while axis:
        axis = axis // 2
    return np.sin(g, dtype=x.dtype) @ x.T

def _deeper(x: Array) -> Array:
    return x[..., 1:] / 0.5

f.vjp(x=lambda g, y: _helper(g, _deeper(y), 0), y=lambda g, x: -g * x)
for each in (f, h):
    each.vjp(x=_deeper, y=lambda g, y, out: g - y)
'''
TREE = ast.parse(TEXT)
PIECES = {piece.name: piece for piece in pieces_of(TREE, functions_of(TREE))}
EDITS = [
    (piece.name, edit) for piece in PIECES.values() for edit in edits_of(piece.node, {"g", *"xy"})
]


def test_pieces_are_what_rules_run_and_know_which():
    assert {name: piece.rules for name, piece in PIECES.items()} == {
        "f by x": (("f", "x"),),
        "f by y": (("f", "y"),),
        "f, h by y": (("f", "y"), ("h", "y")),
        "_helper": (("f", "x"),),
        "_deeper": (("f", "x"), ("h", "x")),
    }


def test_rules_that_are_declared_in_another_way_are_an_error():
    tree = ast.parse("for each in primitives:\n    each.vjp(x=lambda g: g)")
    with pytest.raises(LookupError, match="line 2: whose rules"):
        pieces_of(tree, {})


@pytest.mark.parametrize(("_", "edit"), EDITS, ids=lambda x: str(x))
def test_every_edit_makes_another_program_as_long_as_it_is_made(_, edit):
    before = ast.dump(TREE)
    with edit.made():
        compile(ast.fix_missing_locations(TREE), "text", "exec")
        assert ast.dump(TREE) != before
    assert ast.dump(TREE) == before


@pytest.mark.parametrize(
    "line",
    [
        "term: f, h by y: g - y → g",
        "term: f, h by y: g - y → -y",
        "sign: f, h by y: g - y → g + y",
        "sign: f by y: -g * x → g * x",
        "factor: f by y: -g * x → x",
        "factor: _deeper: x[..., 1:] / 0.5 → 1 / 0.5",
        "operand: f by y: -g * x → -g * g",
        "operand: f by x: _helper(g, _deeper(y), 0) → _helper(_deeper(y), g, 0)",
        "permutation: _helper: np.sin(g, dtype=x.dtype) @ x.T → np.sin(g, dtype=x.dtype) @ x",
        "permutation: _helper: np.sin(g, dtype=x.dtype) @ x.T → x.T @ np.sin(g, dtype=x.dtype)",
        "constant: f by x: _helper(g, _deeper(y), 0) → _helper(g, _deeper(y), 1)",
        "constant: _deeper: x[..., 1:] / 0.5 → x[..., 1:] / 1.0",
        "condition: _helper: axis > 0 → axis >= 0",
        "condition: _helper: axis > 0 → True",
        "call: _helper: np.sin(g, dtype=x.dtype) → g",
        "call: f by x: _deeper(y) → y",
        "argument: _helper: np.sin(g, dtype=x.dtype) → np.sin(g)",
        "index: _deeper: x[..., 1:] → x",
        "constant: _deeper: x[..., 1:] → x[..., 2:]",
    ],
)
def test_code_is_broken_in_many_ways(line):
    assert line in {f"{edit.kind}: {name}: {edit}" for name, edit in EDITS}


def test_errors_and_the_ends_of_loops_are_left_alone():
    shown = {str(edit) for _, edit in EDITS}
    assert "axis // 2 → axis" in shown
    assert not shown & {"axis // 2 → axis // 3", "axis + 1 → axis"}
    assert len({(id(edit.slot.node), edit.kind, str(edit)) for _, edit in EDITS}) == len(EDITS)
