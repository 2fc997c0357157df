"""Where a file has its rules: what `.vjp(…)` is given, and the functions that this calls."""

import ast
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

FORWARD = ("primitive", "composition")
"""Decorators of functions that are no part of a rule."""


class Piece(NamedTuple):
    """Code that rules run: what `.vjp(…)` is given for an operand, or a function."""

    name: str
    node: ast.AST
    rules: tuple[tuple[str, str], ...]
    """What their primitives are called in the file, and the operands."""


class Slot(NamedTuple):
    """A place of a syntax tree: what holds the node there, and under which key."""

    holder: Any
    key: Any

    @property
    def node(self) -> ast.AST:
        """What is there now."""
        node: ast.AST = self.holder[self.key]
        return node


def pieces_of(tree: ast.Module) -> list[Piece]:
    """All code of a file that rules run, each piece with the rules that it is a part of."""
    helpers = {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not any(map(_registers, node.decorator_list))
    }
    pieces: list[Piece] = []
    users: dict[str, list[tuple[str, str]]] = {}
    for owners, keyword in _given_to_vjp(tree.body, {}):
        rules = tuple((owner, keyword.arg or "") for owner in owners)
        if not isinstance(keyword.value, ast.Name):
            name = f"{', '.join(owners)} by {keyword.arg}"
            pieces.append(Piece(name, keyword.value, rules))
        for name in _reached(keyword.value, helpers):
            users.setdefault(name, []).extend(rules)
    return pieces + [Piece(name, helpers[name], tuple(rules)) for name, rules in users.items()]


def slots_in(node: ast.AST) -> Iterator[Slot]:
    """The places of a node's parts, but for declarations, errors, and the strictness of zip."""
    for field, value in ast.iter_fields(node):
        if field in ("args", "returns", "annotation") and not isinstance(node, ast.Call):
            continue
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


def _reached(node: ast.AST, helpers: dict[str, ast.FunctionDef]) -> list[str]:
    """The helpers that a node calls, and those that these call."""
    found: list[str] = []
    waiting: list[ast.AST] = [node]
    while waiting:
        for part in ast.walk(waiting.pop()):
            if isinstance(part, ast.Name) and part.id in helpers and part.id not in found:
                found.append(part.id)
                waiting.append(helpers[part.id])
    return found
