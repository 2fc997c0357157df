"""Where a file has its rules: what `.vjp(…)` is given, and the functions that this calls."""

import ast
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

Target = tuple[str, str]
"""The names of a primitive and of one of its operands."""

FORWARD = ("primitive", "composition")
"""Decorators of functions that are no part of a rule."""


class Piece(NamedTuple):
    """Code that rules run: what `.vjp(…)` is given for an operand, or a function."""

    name: str
    node: ast.AST
    rules: tuple[Target, ...]


class Slot(NamedTuple):
    """A place of a syntax tree: what holds the node there, and under which key."""

    holder: Any
    key: Any

    @property
    def node(self) -> ast.AST:
        """What is there now."""
        node: ast.AST = self.holder[self.key]
        return node


def functions_of(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """The functions of a file that are no operations themselves, by name."""
    return {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not any(map(_registers, node.decorator_list))
    }


def pieces_of(tree: ast.Module, functions: dict[str, ast.FunctionDef]) -> list[Piece]:
    """What a file gives to its rules, and those of the `functions` that these call, directly or not.

    Raises: LookupError if it declares rules in a way that is not understood here.
    """
    pieces: list[Piece] = []
    users: dict[str, dict[Target, None]] = {}
    given = list(_given_to_vjp(tree.body, {}))
    for owners, keyword in given:
        rules = dict.fromkeys((owner, keyword.arg or "") for owner in owners)
        if not isinstance(keyword.value, ast.Name):
            pieces.append(Piece(f"{', '.join(owners)} by {keyword.arg}", keyword, tuple(rules)))
        for name in _reached(keyword.value, functions):
            users.setdefault(name, {}).update(rules)
    understood = [keyword for _, keyword in given]
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(_, "vjp"), _, keywords):
                if not all(keyword in understood for keyword in keywords):
                    raise LookupError(f"line {node.lineno}: whose rules? {ast.unparse(node)}")
    return pieces + [Piece(name, functions[name], tuple(rules)) for name, rules in users.items()]


def slots_in(node: ast.AST) -> Iterator[Slot]:
    """The places of a node's parts, but for declarations, errors, and the strictness of zip."""
    for field, value in ast.iter_fields(node):
        if field in ("args", "returns", "annotation") and not isinstance(node, ast.Call):
            continue
        if isinstance(node, ast.UnaryOp) and isinstance(value, ast.Constant):
            continue  # it is broken together with its sign
        for slot in map(Slot, *_places(node, field, value)):
            if not isinstance(slot.node, (ast.Raise, ast.JoinedStr)) and not _is_strict(slot.node):
                yield slot


def _is_strict(node: ast.AST) -> bool:
    """What zip is asked to check changes nothing where all is well."""
    return isinstance(node, ast.keyword) and node.arg == "strict"


def _places(node: ast.AST, field: str, value: Any) -> tuple[Sequence[Any], Sequence[Any]]:
    if isinstance(value, list):
        places = [i for i, part in enumerate(value) if isinstance(part, ast.AST)]
        return [value] * len(places), places
    return ([vars(node)], [field]) if isinstance(value, ast.AST) else ([], [])


def _given_to_vjp(
    statements: Sequence[ast.stmt], loops: dict[str, list[str]]
) -> Iterator[tuple[list[str], ast.keyword]]:
    """What each call of `.vjp(…)` gives, and to which primitives: several in a loop over them."""
    for node in statements:
        match node:
            case ast.If():
                yield from _given_to_vjp([*node.body, *node.orelse], loops)
            case ast.For(ast.Name(variable), ast.Tuple(each)):
                names = [ast.unparse(name) for name in each]
                yield from _given_to_vjp(node.body, {**loops, variable: names})
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(owner), "vjp"), _, keywords)):
                yield from ((loops.get(owner, [owner]), keyword) for keyword in keywords)


def _registers(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id in FORWARD


def _reached(node: ast.AST, functions: dict[str, ast.FunctionDef]) -> list[str]:
    """The functions that a node calls, and those that these call."""
    found: list[str] = []
    waiting: list[ast.AST] = [node]
    while waiting:
        for part in ast.walk(waiting.pop()):
            if isinstance(part, ast.Name) and part.id in functions and part.id not in found:
                found.append(part.id)
                waiting.append(functions[part.id])
    return found
