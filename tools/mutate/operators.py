"""The ways to break a piece of code: for a node of the syntax tree, what could stand in its place."""

import ast
import builtins
from collections.abc import Iterator
from typing import Any, NamedTuple

from .scope import Scope
from .source import Text

Way = tuple[str, str]
"""The kind of a mutation, and the text that stands in place of the node."""

ARITHMETIC: dict[type[ast.operator], tuple[str, ...]] = {
    ast.Add: ("-",),
    ast.Sub: ("+",),
    ast.Mult: ("/",),
    ast.Div: ("*",),
    ast.FloorDiv: ("/",),
    ast.Mod: ("//",),
    ast.Pow: ("*",),
    ast.BitAnd: ("|",),
    ast.BitOr: ("&",),
}

COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<", "<=", ">"),
    ast.LtE: ("<=", "<", ">="),
    ast.Gt: (">", ">=", "<"),
    ast.GtE: (">=", ">", "<="),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
"""The sign itself, and what takes its place."""

_PAIRS = (
    "sin cos, sinh cosh, tan tanh, exp expm1, exp2 exp, log log1p, sqrt cbrt, square abs, sign abs, abs sign",
    "hypot maximum, maximum minimum, max min, argmax argmin, argsort argmin, any all, isnan isfinite",
    "sum mean, prod sum, cumsum cumprod, floor ceil, rint trunc, deg2rad rad2deg, tril triu",
    "zeros ones, zeros_like ones_like, inv pinv, dot outer, matvec vecmat",
)
_SPLIT: list[Any] = [pair.split() for pairs in _PAIRS for pair in pairs.split(", ")]
COUNTERPARTS = {b: a for a, b in _SPLIT} | dict(_SPLIT)
"""Functions of NumPy that take the same arguments and give something else."""

CONSTANTS = {"pi": "3", "inf": "0"}

_FORM = ("shape", "ndim", "dtype", "size")

BINDING = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.Subscript, ast.Attribute)
"""Nodes whose parts need brackets, unless these bind as well."""


class Place(NamedTuple):
    """A node and what is known where it stands."""

    node: ast.AST
    text: Text
    scope: Scope
    parent: ast.AST

    def of(self, node: ast.AST) -> str:
        """The text of a node, in brackets unless it can do without beside any operator."""
        return bracketed(self.text.of(node))


def bracketed(text: str) -> str:
    """An expression that means the same beside any operator."""
    node, has_brackets = _parsed(text)
    atoms = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant)
    return text if isinstance(node, atoms) or has_brackets else f"({text})"


def _parsed(text: str) -> tuple[ast.expr, bool]:
    """An expression, and whether all of it is in brackets that it can do without."""
    node = ast.parse(f"({text})", mode="eval").body
    return node, (node.lineno, node.col_offset) > (1, 1)


def ways_to_break(place: Place) -> Iterator[Way]:
    """All single changes of the node itself, not of what is inside it."""
    for kind, new in _changes(place):
        while _parsed(new)[1] and "\n" not in new:
            new = new[1:-1].strip()
        if isinstance(place.parent, ast.Attribute) and new.isdigit():
            new = f"({new})"
        yield kind, bracketed(new) if isinstance(place.parent, BINDING) else new


def _changes(place: Place) -> Iterator[Way]:
    node = place.node
    match node:
        case ast.BinOp():
            yield from _binary(place, node)
        case ast.UnaryOp(operand=ast.Constant()):
            yield from _numbers(ast.literal_eval(node))
        case ast.UnaryOp(op=ast.USub()):
            yield "sign", place.of(node.operand)
        case ast.UnaryOp():
            yield "condition", place.of(node.operand)
        case ast.Compare():
            yield from _comparison(place, node)
        case ast.BoolOp():
            joint = " or " if isinstance(node.op, ast.And) else " and "
            yield "condition", joint.join(map(place.of, node.values))
            yield from (("condition", place.of(value)) for value in node.values)
        case ast.IfExp():
            yield "branch", place.of(node.body)
            yield "branch", place.of(node.orelse)
        case ast.Constant(value=int() | float()):
            yield from _numbers(node.value)
        case ast.Attribute():
            yield from _attribute(place, node)
        case ast.Name(ctx=ast.Load()):
            yield from _name(place, node)
        case ast.Call():
            yield from _call(place, node)
        case ast.Subscript(ctx=ast.Load()):
            yield from _subscript(place, node)


def _binary(place: Place, node: ast.BinOp) -> Iterator[Way]:
    left, right = place.of(node.left), place.of(node.right)
    additive = isinstance(node.op, (ast.Add, ast.Sub))
    mask = isinstance(node.op, (ast.BitAnd, ast.BitOr))
    kind = "term" if additive else "condition" if mask else "factor"
    yield kind, left
    if isinstance(node.op, ast.Sub):
        yield kind, f"-{right}"
    elif isinstance(node.op, (ast.Div, ast.FloorDiv)):
        yield kind, f"1 / {right}"
    else:
        yield kind, right
    if isinstance(node.op, ast.MatMult):
        yield "transpose", f"{right} @ {left}"
        yield "transpose", f"{left}.mT @ {right}"
        yield "transpose", f"{left} @ {right}.mT"
    for other in ARITHMETIC.get(type(node.op), ()):
        yield "operator", f"{left} {other} {right}"


def _comparison(place: Place, node: ast.Compare) -> Iterator[Way]:
    values = [place.of(value) for value in (node.left, *node.comparators)]
    signs = [COMPARISONS[type(op)][0] for op in node.ops]
    for i, op in enumerate(node.ops):
        for other in COMPARISONS[type(op)][1:]:
            changed = [*signs[:i], other, *signs[i + 1 :]]
            rest = (f" {sign} {value}" for sign, value in zip(changed, values[1:]))
            yield "condition", f"{values[0]}{''.join(rest)}"


def _numbers(value: object) -> Iterator[Way]:
    if isinstance(value, bool):
        yield "constant", repr(not value)
    elif isinstance(value, int):
        yield "constant", str(value + 1)
        yield "constant", str(value - 1) if value != 0 else "-1"
    elif isinstance(value, float):
        yield "constant", repr(2 * value)
        yield "constant", repr(1.001 * value)


def _attribute(place: Place, node: ast.Attribute) -> Iterator[Way]:
    if node.attr in ("T", "mT"):
        yield "transpose", place.of(node.value)
    elif node.attr in CONSTANTS and ast.unparse(node.value) == "np":
        yield "constant", CONSTANTS[node.attr]


def _name(place: Place, node: ast.Name) -> Iterator[Way]:
    for other in place.scope.others(node.id):
        yield "operand", other
    asks_for_form = isinstance(place.parent, ast.Attribute) and place.parent.attr in _FORM
    if node.id in place.scope.arrays and not asks_for_form:
        yield "transpose", f"np.flip({node.id})"
        if not isinstance(place.parent, ast.Compare):  # which has no derivative anyway
            yield "second order", f"_detached({node.id})"


def _call(place: Place, node: ast.Call) -> Iterator[Way]:
    function = place.text.of(node.func)
    arguments = [place.text.of(x) for x in node.args]
    keywords = [f"{k.arg}={place.text.of(k.value)}" for k in node.keywords]
    if None in [k.arg for k in node.keywords]:
        return

    def called(function: str, arguments: list[str], keywords: list[str]) -> str:
        return f"{function}({', '.join([*arguments, *keywords])})"

    for i, keyword in enumerate(node.keywords):
        rest = keywords[:i] + keywords[i + 1 :]
        kind = "dtype" if keyword.arg == "dtype" else "axis"
        yield kind, called(function, arguments, rest)
    plain = not any(isinstance(x, ast.Starred) for x in node.args)
    for i in range(len(arguments) - 1) if plain else ():
        swapped = [*arguments[:i], arguments[i + 1], arguments[i], *arguments[i + 2 :]]
        yield "operand", called(function, swapped, keywords)
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in COUNTERPARTS:
            other = f"{place.of(node.func.value)}.{COUNTERPARTS[node.func.attr]}"
            yield "function", called(other, arguments, keywords)
        if not ast.unparse(node.func).startswith("np."):
            yield ("dtype" if node.func.attr == "astype" else "call"), place.of(node.func.value)
            return
    if ast.unparse(node.func) not in dir(builtins) and plain:
        yield from (("call", place.of(x)) for x in node.args[:3])


def _subscript(place: Place, node: ast.Subscript) -> Iterator[Way]:
    value = place.of(node.value)
    yield "index", value
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    texts = [place.text.of(part) for part in parts]
    for i, part in enumerate(parts):
        if isinstance(part, ast.Slice):
            for shorter in _slices(place, part):
                yield "index", f"{value}[{', '.join([*texts[:i], shorter, *texts[i + 1 :]])}]"


def _slices(place: Place, node: ast.Slice) -> Iterator[str]:
    ends = [place.text.of(x) if x else "" for x in (node.lower, node.upper, node.step)]
    for i, end in enumerate(ends):
        if end:
            left = [*ends[:i], "", *ends[i + 1 :]]
            yield ":".join(left if left[2] else left[:2])
