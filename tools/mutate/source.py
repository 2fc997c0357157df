"""Finds the rules in a file: the arguments of `.vjp(…)`, and the functions that these call."""

import ast
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

Target = tuple[str, str]
"""The names of a primitive and of one of its operands."""

FORWARD = ("primitive", "composition")
"""Decorators of functions that are not part of a rule."""


class Piece(NamedTuple):
    """Code that rules run: the argument of `.vjp(…)` for an operand, or a function."""

    name: str
    node: ast.AST
    rules: tuple[Target, ...]


class Slot(NamedTuple):
    """A position in a syntax tree: the container of the node, and its key there."""

    holder: Any
    key: Any

    @property
    def node(self) -> ast.AST:
        """The node that is there now."""
        node: ast.AST = self.holder[self.key]
        return node


def functions_of(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """The functions of a file that are not operations, by name."""
    return {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not any(map(_registers, node.decorator_list))
    }


def pieces_of(tree: ast.Module, functions: dict[str, ast.FunctionDef]) -> list[Piece]:
    """The rules of a file, and those of the `functions` that they call, directly or indirectly.

    Raises: LookupError if it declares rules in a way that is not supported here.
    """
    pieces: list[Piece] = []
    users: dict[str, dict[Target, None]] = {}
    declared = list(_arguments_of_vjp(tree.body, {}))
    for owners, keyword in declared:
        rules = dict.fromkeys((owner, keyword.arg or "") for owner in owners)
        if not isinstance(keyword.value, ast.Name):
            pieces.append(Piece(f"{', '.join(owners)} by {keyword.arg}", keyword, tuple(rules)))
        for name in _reached(keyword.value, functions):
            users.setdefault(name, {}).update(rules)
    understood = [keyword for _, keyword in declared]
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(_, "vjp"), _, keywords):
                if not all(keyword in understood for keyword in keywords):
                    raise LookupError(f"line {node.lineno}: whose rules? {ast.unparse(node)}")
    return pieces + [Piece(name, functions[name], tuple(rules)) for name, rules in users.items()]


def slots_in(node: ast.AST) -> Iterator[Slot]:
    """The positions of a node's parts, except declarations, errors, and `strict=` of zip."""
    for field, value in ast.iter_fields(node):
        if field in ("args", "returns", "annotation") and not isinstance(node, ast.Call):
            continue
        if isinstance(node, ast.UnaryOp) and isinstance(value, ast.Constant):
            continue  # it is changed together with its sign
        for slot in map(Slot, *_positions(node, field, value)):
            if not isinstance(slot.node, (ast.Raise, ast.JoinedStr)) and not _is_strict(slot.node):
                yield slot


def _is_strict(node: ast.AST) -> bool:
    """Whether it is `strict=` of zip, which makes no difference if the lengths are equal."""
    return isinstance(node, ast.keyword) and node.arg == "strict"


def _positions(node: ast.AST, field: str, value: Any) -> tuple[Sequence[Any], Sequence[Any]]:
    if isinstance(value, list):
        indices = [i for i, part in enumerate(value) if isinstance(part, ast.AST)]
        return [value] * len(indices), indices
    return ([vars(node)], [field]) if isinstance(value, ast.AST) else ([], [])


def _arguments_of_vjp(
    statements: Sequence[ast.stmt], loops: dict[str, list[str]]
) -> Iterator[tuple[list[str], ast.keyword]]:
    """The arguments of each call of `.vjp(…)`, and its primitives: several in a loop over them."""
    for node in statements:
        match node:
            case ast.If():
                yield from _arguments_of_vjp([*node.body, *node.orelse], loops)
            case ast.For(ast.Name(variable), ast.Tuple(each)):
                names = [ast.unparse(name) for name in each]
                yield from _arguments_of_vjp(node.body, {**loops, variable: names})
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(owner), "vjp"), _, keywords)):
                yield from ((loops.get(owner, [owner]), keyword) for keyword in keywords)


def _registers(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id in FORWARD


def _reached(node: ast.AST, functions: dict[str, ast.FunctionDef]) -> list[str]:
    """The functions that a node calls, directly or indirectly."""
    reached: list[str] = []
    waiting: list[ast.AST] = [node]
    while waiting:
        for part in ast.walk(waiting.pop()):
            if isinstance(part, ast.Name) and part.id in functions and part.id not in reached:
                reached.append(part.id)
                waiting.append(functions[part.id])
    return reached
