"""All mutants of a topic, and how a mutant replaces the real rules."""

import ast
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from tinygrad_course import numerics, ops
from tinygrad_course.composition import composed
from tinygrad_course.primitive import Primitive, Rule, of_numpy, registry
from tinygrad_course.testing import replaced_rules

from .edits import Edit, edits_of
from .source import Piece, Target, functions_of, pieces_of
from .whole import ways_to_break

Trees = dict[ModuleType, ast.Module]
"""The files of a topic, each after those that it imports."""

Rules = dict[str, dict[str, Rule | None]]
"""Rules by primitive and operand."""


@dataclass(frozen=True)
class Mutant:
    """Rules with one change in them."""

    topic: str
    piece: str
    """The rule, or the function that rules call."""
    line: int
    """0 if a rule is broken as a whole."""
    kind: str
    change: str
    rules: tuple[Target, ...]
    """The rules that the change affects."""
    made: Callable[[], Rules]

    @property
    def identity(self) -> str:
        """What identifies the mutant, without the line number, which changes with the file."""
        return f"{self.topic}: {self.piece}: {self.change}"

    def __str__(self) -> str:
        line = f"line {self.line}, " if self.line else ""
        return f"{self.identity}  ({line}{self.kind})"


@contextmanager
def in_force(mutant: Mutant) -> Iterator[None]:
    """Replace the real rules by the mutant, which the engine trusts as well."""
    with ExitStack() as stack:
        for name, rules in mutant.made().items():
            stack.enter_context(replaced_rules(registry[name], **rules))
            registry[name].trusted = True
        yield


@cache
def mutants_of(topic: str) -> list[Mutant]:
    """All mutants of a topic, always in the same order."""
    module = import_module(f"{ops.__name__}.{topic}")
    whole = [
        mutant
        for primitive in registry.values()
        if primitive.__module__ == module.__name__
        for operand, rule in primitive.rules.items()
        if rule is not None
        for mutant in _broken_as_a_whole(topic, primitive, operand)
    ]
    trees = {
        file: ast.parse(Path(str(file.__file__)).read_text("utf-8")) for file in (numerics, module)
    }
    functions = {name: node for tree in trees.values() for name, node in functions_of(tree).items()}
    pieces = pieces_of(trees[module], functions)
    return whole + [m for piece in pieces for m in _edited(topic, module, trees, piece)]


def _broken_as_a_whole(
    topic: str, primitive: Primitive[..., Any], operand: str
) -> Iterator[Mutant]:
    for kind, shown, rule in ways_to_break(primitive, operand):
        yield Mutant(
            topic,
            piece=f"{primitive.name} by {operand}",
            line=0,
            kind=kind,
            change=shown,
            rules=((primitive.name, operand),),
            made=partial(dict, {primitive.name: {operand: rule}}),
        )


def _edited(topic: str, module: ModuleType, trees: Trees, piece: Piece) -> Iterator[Mutant]:
    rules = tuple(
        (getattr(module, name).name, operand)
        for name, operand in piece.rules
        if hasattr(module, name)  # some need a newer NumPy
    )
    names = {operand for primitive, _ in rules for operand in registry[primitive].operands}
    for edit in edits_of(piece.node, {"g", "out", *names}):
        yield Mutant(
            topic,
            piece=piece.name,
            line=edit.line,
            kind=edit.kind,
            change=str(edit),
            rules=rules,
            made=partial(_declared_anew, trees, edit, {name for name, _ in rules}),
        )


def _declared_anew(trees: Trees, edit: Edit, names: set[str]) -> Rules:
    """The rules that the files declare with an edit. Each file is run in a new module."""
    with edit.made():
        codes = {
            file: compile(ast.fix_missing_locations(tree), str(file.__file__), "exec")
            for file, tree in trees.items()
        }
    before = dict(registry)
    with ExitStack() as stack:
        for register in (registry, of_numpy, composed, sys.modules):
            stack.enter_context(patch.dict(register))
        for file, code in codes.items():
            # The next file imports this module.
            sys.modules[file.__name__] = beside = ModuleType(file.__name__)
            beside.__package__ = file.__package__
            exec(code, vars(beside))
        made = {name: new for name, new in registry.items() if new is not before[name]}
    for primitive in made.values():
        primitive.trusted = True  # as in the package
    return {name: made[name].rules for name in names}
