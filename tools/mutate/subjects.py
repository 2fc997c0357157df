"""What is mutated: the files of rules, and the engine's `unbroadcast`, which ends most of them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from tinygrad_course import ops
from tinygrad_course.engine import pullbacks
from tinygrad_course.primitive import Rule, registry
from tinygrad_course.testing import replaced_rules

from .build import INJECTED, AnyPrimitive, essence, executed
from .generate import mutations_of
from .mutation import Mutation
from .source import RuleCode, rule_code, top_level_function

Target = tuple[str, str]
"""The names of a primitive and of one of its operands."""


Broken = Callable[[], AbstractContextManager[None]]
"""Called for a `with` block in which everything is as a mutation makes it."""


@dataclass(frozen=True)
class Mutant:
    """What a mutation makes of one rule, or of all that share something."""

    rules: dict[Target, Rule]
    """The rules that it shows in."""
    broken: Broken


def _nothing() -> None:
    """What happens where nobody asks whether a place was reached."""


class RuleFile:
    """A file of `tinygrad_course/ops`, whose rules are mutated one by one."""

    tests_first = False
    """Whether the tests know inputs that no probe has."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.path = Path(str(module.__file__))
        self.topic = self.path.stem
        self.text = self.path.read_text("utf-8")
        self.own = {n: p for n, p in registry.items() if p.__module__ == module.__name__}
        self.names = {self.topic, *self.own}

    def mutations(self) -> list[Mutation]:
        """All of them, in order."""
        operands = frozenset(name for p in self.own.values() for name in p.operands)
        return mutations_of(self.path, self.text, self._code(), operands)

    def _code(self) -> list[RuleCode]:
        return rule_code(self.text)

    def changed(self, text: str) -> list[Target]:
        """The rules that are others if another text takes the place of the file's own."""
        _, made = executed(self.module, text)
        return [
            (name, operand)
            for name, primitive in self.own.items()
            for operand, rule in primitive.rules.items()
            if rule is not None and self._essence(rule) != self._essence(made[name].rules[operand])
        ]

    def mutant(self, text: str, target: Target, reached: Callable[[], None] = _nothing) -> Mutant:
        """The rule of a target as another text declares it."""
        _, made = executed(self.module, text, reached)
        name, operand = target
        rule = made[name].rules[operand]
        assert rule is not None
        return Mutant({target: rule}, partial(_installed, registry[name], {operand: rule}))

    def _essence(self, value: Any) -> Any:
        return essence(value, self.module.__name__)


@contextmanager
def _installed(primitive: AnyPrimitive, rules: dict[str, Rule]) -> Iterator[None]:
    """Other rules for a primitive, which the engine trusts as it trusts the original ones."""
    trusted = primitive.trusted
    with replaced_rules(primitive, **rules):
        primitive.trusted = trusted
        yield


class Unbroadcasting(RuleFile):
    """The function that sums over stretched axes, seen through one primitive of each gufunc signature."""

    tests_first = True

    def __init__(self) -> None:
        super().__init__(pullbacks)
        self.function: Any = pullbacks.unbroadcast
        self.names = {self.topic, self.function.__name__}
        by_signature: dict[str | None, AnyPrimitive] = {}
        for primitive in registry.values():
            if primitive.broadcasts and len(primitive.operands) > 1:
                by_signature.setdefault(primitive.signature, primitive)
        self.rules = {
            (primitive.name, operand): rule
            for primitive in by_signature.values()
            for operand, rule in primitive.rules.items()
            if rule is not None
        }

    def _code(self) -> list[RuleCode]:
        return [RuleCode(top_level_function(self.text, self.function.__name__))]

    def changed(self, text: str) -> list[Target]:
        names, _ = executed(self.module, text)
        same = self._essence(names[self.function.__name__]) == self._essence(self.function)
        return [] if same else [(self.function.__name__, "any operand")]

    def mutant(self, text: str, target: Target, reached: Callable[[], None] = _nothing) -> Mutant:
        names, _ = executed(self.module, text, reached)
        made = names[self.function.__name__]
        return Mutant(self.rules, partial(_running, self.function, made, reached))


@contextmanager
def _running(
    function: FunctionType, other: FunctionType, reached: Callable[[], None]
) -> Iterator[None]:
    """A function that does what another one does, wherever it was imported to."""
    code, names = function.__code__, function.__globals__
    before = dict(names)
    function.__code__ = other.__code__
    names.update({**INJECTED, "np": np, "_reached": reached})
    try:
        yield
    finally:
        function.__code__ = code
        names.clear()
        names.update(before)


def subjects() -> Iterator[RuleFile]:
    """All of them, in the order of the package."""
    for topic in ops.__all__:
        yield RuleFile(import_module(f"{ops.__name__}.{topic}"))
    yield Unbroadcasting()
