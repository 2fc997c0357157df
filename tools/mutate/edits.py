"""All the ways to break a piece of code, node by node."""

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from .changes import ENDLESS, changes_of
from .source import Slot, slots_in

BARE = (ast.Name, ast.Constant, ast.Attribute, ast.UnaryOp, ast.Slice, ast.Tuple, ast.keyword)
"""Nodes that say little without what is around them."""


@dataclass(frozen=True)
class Edit:
    """A node of a syntax tree, and what stands there instead."""

    slot: Slot
    around: ast.AST
    """As much code as is needed to recognise it."""
    kind: str
    new: ast.AST

    @property
    def line(self) -> int:
        """Where it is in the file."""
        line: int = vars(self.slot.node)["lineno"]
        return line

    @contextmanager
    def made(self) -> Iterator[None]:
        """The tree with this edit, as long as the block lasts."""
        node = self.slot.node
        self.slot.holder[self.slot.key] = self.new
        try:
            yield
        finally:
            self.slot.holder[self.slot.key] = node

    def __str__(self) -> str:
        before = ast.unparse(self.around)
        if self.around is self.slot.node:
            return f"{before} → {ast.unparse(self.new)}"
        with self.made():
            return f"{before} → {ast.unparse(self.around)}"


def edits_of(
    node: ast.AST,
    operands: set[str],
    arrays: Sequence[str] = (),
    around: ast.AST | None = None,
    in_loop: bool = False,
) -> Iterator[Edit]:
    """Every change of a part of a node. `operands` are what arrays are called as parameters of a lambda.

    `arrays` are those of them that are known where the node stands, `around` is what it is a part of.
    """
    if isinstance(node, ast.Lambda):
        arrays = [p.arg for p in node.args.args if p.arg in operands]
    elif isinstance(node, ast.FunctionDef):
        arrays = [p.arg for p in node.args.args if p.annotation and _is_array(p.annotation)]
    in_loop = in_loop or isinstance(node, ast.While)
    around = node if around is None or not isinstance(node, BARE) else around
    for slot in slots_in(node):
        changes = list(changes_of(slot.node, arrays))
        if slot.key == "test" and isinstance(node, (ast.If, ast.IfExp)):
            changes += [("condition", ast.Constant(True)), ("condition", ast.Constant(False))]
        is_told = isinstance(slot.node, BARE) and not hasattr(around, "body")
        for kind, new in changes:
            is_other = ast.dump(new) != ast.dump(slot.node)
            if is_other and not (in_loop and kind in ENDLESS):
                yield Edit(slot, around if is_told else slot.node, kind, new)
        yield from edits_of(slot.node, operands, arrays, around, in_loop)


def _is_array(annotation: ast.expr) -> bool:
    return ast.unparse(annotation) == "Array"
