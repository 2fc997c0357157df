"""All mutations of a file: its rules walked node by node, and what rules return broken as a whole."""

import ast
from collections.abc import Iterator
from pathlib import Path

from .mutation import Mutation
from .operators import ARITHMETIC, BINDING, Place, Way, bracketed, ways_to_break
from .scope import Scope, scope_of
from .source import RuleCode, Text

AS_A_WHOLE: tuple[Way, ...] = (
    ("sign", "-{0}"),
    ("scale", "2 * {0}"),
    ("scale", "1.001 * {0}"),
    ("term", "0 * {0}"),
    ("term", "{0} + 0.001"),
    ("transpose", "np.flip({1})"),
    ("transpose", "{0}.T"),
    ("dtype", "{0} * np.float64(1)"),
)
"""What is done to the value that a rule, or a helper of one, returns: {0} is it in brackets, {1} without."""

_OF_NUMBERS = AS_A_WHOLE[:5]


def mutations_of(
    path: Path, text: str, pieces: list[RuleCode], operands: frozenset[str]
) -> list[Mutation]:
    """The mutations of pieces of a file, in order. `operands` are the names of its primitives' operands."""
    walk = _Walk(Text(text), operands | {"g", "out"})
    found: dict[tuple[int, str], Mutation] = {}
    for code in pieces:
        for node, kind, new, parent in walk.through(code):
            binding = isinstance(parent, BINDING)
            start, end = walk.text.span_in_brackets(node) if binding else walk.text.span(node)
            made = Mutation(path, start, end, kind, new, isinstance(node, ast.stmt))
            # Two ways may lead to the same text.
            found.setdefault((start, ast.unparse(ast.parse(new))), made)
    return sorted(found.values())


Found = tuple[ast.AST, str, str, ast.AST | None]
"""A node, the kind of the mutation, what stands there instead, and the node that it is a part of."""


class _Walk:
    def __init__(self, text: Text, arrays: frozenset[str]) -> None:
        self.text, self.arrays = text, arrays

    def through(self, code: RuleCode) -> Iterator[Found]:
        node = code.node
        if isinstance(node, ast.Lambda):
            yield from self._renamed(node, code.siblings)
        if isinstance(node, ast.Assign):
            yield from self._value(node)
        yield from self._inside(node, Scope(), node)

    def _inside(self, node: ast.AST, scope: Scope, parent: ast.AST) -> Iterator[Found]:
        """The node's own mutations, and those of its parts."""
        match node:
            case ast.FunctionDef():
                scope = scope_of(node, self.arrays)
                for statement in node.body:
                    if not _is_docstring(statement):
                        yield from self._inside(statement, scope, node)
            case ast.Lambda():
                scope = scope_of(node, self.arrays)
                if "g" in scope.arrays:
                    yield from self._as_a_whole(node.body, scope)
                yield from self._inside(node.body, scope, node)
            case ast.Return(value=ast.expr() as result):
                if not isinstance(result, _NO_ARRAYS):
                    yield from self._as_a_whole(result, scope)
                yield from self._inside(result, scope, node)
            case ast.Raise():
                yield node, "statement", "pass", parent
            case ast.AugAssign():
                yield node, "statement", "pass", parent
                target, value = self.text.of(node.target), self.text.of(node.value)
                for other in ARITHMETIC.get(type(node.op), ()):
                    yield node, "operator", f"{target} {other}= {value}", parent
                yield from self._inside(node.value, scope, node)
            case ast.Assign():
                if isinstance(node.targets[0], ast.Subscript):
                    yield node, "statement", "pass", parent
                yield from self._inside(node.value, scope, node)
            case ast.AnnAssign(value=ast.expr() as assigned):
                yield from self._inside(assigned, scope, node)
            case ast.JoinedStr():
                return  # what errors say
            case _:
                for kind, new in ways_to_break(Place(node, self.text, scope, parent)):
                    yield node, kind, new, parent
                for test, outcomes in _tests(node):
                    yield from ((test, "branch", outcome, node) for outcome in outcomes)
                if not isinstance(node, ast.UnaryOp) or not isinstance(node.operand, ast.Constant):
                    for part in ast.iter_child_nodes(node):
                        yield from self._inside(part, scope, node)

    def _as_a_whole(self, value: ast.expr, scope: Scope) -> Iterator[Found]:
        text = self.text.of(value)
        if scope.result in ("Array", "int", "float"):
            for kind, form in AS_A_WHOLE if scope.result == "Array" else _OF_NUMBERS:
                yield value, kind, form.format(bracketed(text), text), None
        if scope.result == "Array":
            for array in scope.arrays:
                yield value, "memory", f"_overwriting({array}, {text})", None

    def _renamed(self, rule: ast.Lambda, siblings: tuple[str, ...]) -> Iterator[Found]:
        """The rule with another operand, or the output, in place of one that it asks for."""
        names = [p.arg for p in rule.args.args]
        for name in names[1:]:
            others = (*siblings, "out") if name in self.arrays else ()
            if name.endswith("_shape"):
                others = tuple(f"{sibling}_shape" for sibling in siblings)
            for other in others:
                if other not in names:
                    yield rule, "operand", _with_name(rule, name, other), None

    def _value(self, node: ast.Assign) -> Iterator[Found]:
        """A constant of the file, scaled."""
        if isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "float":
            text = self.text.of(node.value)
            yield node.value, "scale", f"2 * {text}", None
            yield node.value, "scale", f"1.001 * {text}", None


_NO_ARRAYS = (ast.Lambda, ast.Tuple, ast.Constant, ast.Compare, ast.BoolOp)


def _tests(node: ast.AST) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
    """The conditions that a node decides by, and what they may be taken for."""
    if isinstance(node, (ast.If, ast.IfExp)):
        yield node.test, ("True", "False")
    elif isinstance(node, ast.While):
        yield node.test, ("False",)  # the other one would go on for ever
    elif isinstance(node, ast.comprehension):
        yield from ((test, ("True",)) for test in node.ifs)


def _with_name(rule: ast.Lambda, name: str, other: str) -> str:
    copy = ast.parse(ast.unparse(rule), mode="eval")
    for node in ast.walk(copy):
        if isinstance(node, ast.arg) and node.arg == name:
            node.arg = other
        elif isinstance(node, ast.Name) and node.id == name:
            node.id = other
    return ast.unparse(copy)


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
