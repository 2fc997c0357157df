"""All mutants of a topic, and how one takes the place of the real rules."""

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from tinygrad_course import ops
from tinygrad_course.composition import composed
from tinygrad_course.primitive import Primitive, Rule, of_numpy, registry
from tinygrad_course.testing import replaced_rules

from .changes import ENDLESS, Change, changes_of
from .source import Piece, Slot, pieces_of, slots_in
from .whole import ways_to_break

Target = tuple[str, str]
"""The names of a primitive and of one of its operands."""

Rules = dict[str, dict[str, Rule | None]]
"""Rules by primitive and operand."""


@dataclass(frozen=True)
class Mutant:
    """Rules with one change in them."""

    topic: str
    place: str
    """The rule, or the function that rules call."""
    line: int
    """0 where a rule is broken as a whole."""
    kind: str
    change: str
    rules: tuple[Target, ...]
    """Those that may compute something else now."""
    made: Callable[[], Rules]

    @property
    def identity(self) -> str:
        """All but what changes with every edit of the file."""
        return f"{self.topic}: {self.place}: {self.change}"

    def __str__(self) -> str:
        line = f"line {self.line}, " if self.line else ""
        return f"{self.identity}  ({line}{self.kind})"


@contextmanager
def in_force(mutant: Mutant) -> Iterator[None]:
    """The mutant in place of the real rules, which the engine trusts as much."""
    with ExitStack() as stack:
        for name, rules in mutant.made().items():
            stack.enter_context(replaced_rules(registry[name], **rules))
            registry[name].trusted = True
        yield


@cache
def mutants_of(topic: str) -> list[Mutant]:
    """All of them, always in the same order."""
    module = import_module(f"{ops.__name__}.{topic}")
    whole = [
        mutant
        for primitive in registry.values()
        if primitive.__module__ == module.__name__
        for operand, rule in primitive.rules.items()
        if rule is not None
        for mutant in _broken_as_a_whole(topic, primitive, operand)
    ]
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    return whole + [m for piece in pieces_of(tree) for m in _changed(module, tree, piece)]


def _broken_as_a_whole(
    topic: str, primitive: Primitive[..., Any], operand: str
) -> Iterator[Mutant]:
    for kind, shown, rule in ways_to_break(primitive, operand):
        yield Mutant(
            topic,
            place=f"{primitive.name} by {operand}",
            line=0,
            kind=kind,
            change=shown,
            rules=((primitive.name, operand),),
            made=partial(dict, {primitive.name: {operand: rule}}),
        )


def _changed(module: ModuleType, tree: ast.Module, piece: Piece) -> Iterator[Mutant]:
    rules = tuple(
        (getattr(module, name).name, operand)
        for name, operand in piece.rules
        if hasattr(module, name)  # some need a newer NumPy
    )
    names = {operand for primitive, _ in rules for operand in registry[primitive].operands}
    for slot, (kind, new) in _changes_in(piece.node, [], {"g", "out", *names}):
        yield Mutant(
            topic=module.__name__.rpartition(".")[2],
            place=piece.name,
            line=getattr(slot.node, "lineno", 0),
            kind=kind,
            change=f"{ast.unparse(slot.node)} → {ast.unparse(new)}",
            rules=rules,
            made=partial(_made, module, tree, slot, new, {name for name, _ in rules}),
        )


def _changes_in(
    node: ast.AST, arrays: Sequence[str], operands: set[str], in_loop: bool = False
) -> Iterator[tuple[Slot, Change]]:
    """Every change of a part of a node; `arrays` are the names of arrays where it stands."""
    if isinstance(node, ast.Lambda):
        arrays = [p.arg for p in node.args.args if p.arg in operands]
    elif isinstance(node, ast.FunctionDef):
        arrays = [p.arg for p in node.args.args if p.annotation and _is_array(p.annotation)]
    in_loop = in_loop or isinstance(node, ast.While)
    for slot in slots_in(node):
        changes = [c for c in changes_of(slot.node, arrays) if not _is_same(slot.node, c[1])]
        if slot.key == "test" and isinstance(node, (ast.If, ast.IfExp)):
            changes += [("condition", ast.Constant(True)), ("condition", ast.Constant(False))]
        yield from ((slot, change) for change in changes if not (in_loop and change[0] in ENDLESS))
        yield from _changes_in(slot.node, arrays, operands, in_loop)


def _is_same(old: ast.AST, new: ast.AST) -> bool:
    return ast.dump(old) == ast.dump(new)


def _is_array(annotation: ast.expr) -> bool:
    return ast.unparse(annotation) == "Array"


def _made(module: ModuleType, tree: ast.Module, slot: Slot, new: ast.AST, names: set[str]) -> Rules:
    """The rules that a file declares with a node replaced; it is run beside the real one."""
    node = slot.node
    slot.holder[slot.key] = new
    try:
        code = compile(ast.fix_missing_locations(tree), str(module.__file__), "exec")
    finally:
        slot.holder[slot.key] = node
    with _registers_kept():
        before = dict(registry)
        exec(code, {"__name__": module.__name__, "__package__": module.__package__})
        made = {name: new for name, new in registry.items() if new is not before[name]}
    for primitive in made.values():
        primitive.trusted = True  # as the package does with its own
    return {name: made[name].rules for name in names}


@contextmanager
def _registers_kept() -> Iterator[None]:
    registers: tuple[dict[Any, Any], ...] = (registry, of_numpy, composed)
    before = [dict(register) for register in registers]
    try:
        yield
    finally:
        for register, entries in zip(registers, before, strict=True):
            register.clear()
            register.update(entries)
