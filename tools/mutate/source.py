"""Where a file has its rules: what `.vjp(…)` is given, and the helpers that this calls."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

REGISTERING = ("primitive", "composition")
"""Decorators of functions that are no rules."""


class Text:
    """A file's text, cut at the places that a syntax tree gives, which count bytes."""

    def __init__(self, text: str) -> None:
        self.data = text.encode()
        self._starts = [0]
        for line in self.data.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends."""
        at = vars(node)
        return (
            self._starts[at["lineno"] - 1] + at["col_offset"],
            self._starts[at["end_lineno"] - 1] + at["end_col_offset"],
        )

    def of(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.data[start:end].decode()

    def span_in_brackets(self, node: ast.AST) -> tuple[int, int]:
        """The same, with the brackets round a node that has some."""
        start, end = self.span(node)
        around = self.data[start - 1 : start] + self.data[end : end + 1]
        return (start - 1, end + 1) if around == b"()" else (start, end)


class RuleCode(NamedTuple):
    """A piece of code that a rule runs: what was given to `.vjp(…)` beside `siblings`, or a helper."""

    node: ast.AST
    siblings: tuple[str, ...] = ()


def rule_code(text: str) -> list[RuleCode]:
    """All of it in a file, in order."""
    tree = ast.parse(text)
    given = list(_given_to_vjp(tree))
    helpers = dict(_helpers(tree))
    reached: dict[str, ast.stmt] = {}
    waiting = [name for code in given for name in _names(code.node)]
    while waiting:
        name = waiting.pop()
        if name in helpers and name not in reached:
            reached[name] = helpers[name]
            waiting.extend(_names(helpers[name]))
    distinct = {id(node): node for node in reached.values()}
    return sorted([*given, *map(RuleCode, distinct.values())], key=_place)


def top_level_function(text: str, name: str) -> ast.FunctionDef:
    """The definition of a function."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node
    raise LookupError(f"there is no function {name!r} to mutate")


def _place(code: RuleCode) -> tuple[int, int]:
    at = vars(code.node)
    return at["lineno"], at["col_offset"]


def _given_to_vjp(tree: ast.Module) -> Iterator[RuleCode]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "vjp"
        ):
            names = tuple(keyword.arg for keyword in node.keywords if keyword.arg)
            yield from (RuleCode(keyword.value, names) for keyword in node.keywords)


def _helpers(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """What the file defines by name, but for primitives and compositions."""
    for node in _top_level(tree.body):
        if isinstance(node, ast.FunctionDef) and not any(map(_registers, node.decorator_list)):
            yield node.name, node
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node


def _top_level(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those that depend on a condition included."""
    for node in statements:
        yield node
        if isinstance(node, ast.If):
            yield from _top_level([*node.body, *node.orelse])


def _registers(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id in REGISTERING


def _names(node: ast.AST) -> Iterator[str]:
    """The names that it uses, but for its types."""
    if isinstance(node, ast.Name):
        yield node.id
    for field, value in ast.iter_fields(node):
        if field not in ("annotation", "returns"):
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, ast.AST):
                    yield from _names(part)
