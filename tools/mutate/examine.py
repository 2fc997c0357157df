"""What becomes of a mutant: caught by a law or a test, equivalent to the original, or neither."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple, Protocol

from tinygrad_course import Tensor
from tinygrad_course.primitive import Primitive, registry
from tinygrad_course.testing import Case

from .bench import Bench
from .build import AnyPrimitive
from .laws import Verdict, broken_law, cases_of
from .mutation import Mutation
from .subjects import Broken, Mutant, RuleFile, Target


class Result(NamedTuple):
    """What became of the rule for one operand of one primitive with a mutation in it."""

    target: Target
    outcome: str
    """caught, equivalent, survived; unreached, where no probe gets to the mutation; or untested, where the
    suite fails without it, too."""
    check: str = ""
    crashed: bool = False
    note: str = ""


class Tests(Protocol):
    """The tests beside the laws."""

    def first_failure(self, topic: str, primitive: AnyPrimitive, broken: Broken) -> Verdict | None:
        """The first of a primitive's tests that fails in a `broken` block, if one does."""


def primitives_with_methods() -> frozenset[str]:
    """The primitives that operators and methods of Tensor are compiled for.

    That happens when they are first looked at: here, and not later with a mutant's rules in force.
    """
    functions = [getattr(Tensor, name, None) for name in dir(Tensor)]
    cells = [cell for f in functions for cell in getattr(f, "__closure__", None) or ()]
    return frozenset(c.cell_contents.name for c in cells if isinstance(c.cell_contents, Primitive))


class Examiner:
    """Holds mutants against the suite. What it needs for a rule it makes once.

    `alive` is called between the steps, each of which ends unless a mutant goes on for ever.
    """

    def __init__(self, tests: Tests, alive: Callable[[], None] = lambda: None) -> None:
        self.tests, self.alive = tests, alive
        self.has_methods = primitives_with_methods()
        self.cases: Callable[[str], list[Case]] = cache(cases_of)
        self.bench: Callable[[Target], Bench] = cache(self._bench)
        self.baseline: Callable[[RuleFile, Target], Verdict | None] = cache(self._baseline)

    def examined(self, subject: RuleFile, mutation: Mutation, target: Target) -> Result:
        """What becomes of one mutant, by the cheapest check that tells."""
        if without := self.baseline(subject, target):
            return Result(target, "untested", without.check)
        mutant = subject.mutant(mutation.applied(subject.text), target)
        self.alive()
        if verdict := self._law(mutant):
            return Result(target, "caught", *verdict)
        self.alive()
        if subject.tests_first and (verdict := self._test(subject, mutant)):
            return Result(target, "caught", *verdict)
        difference = self._difference(mutant)
        self.alive()
        reached = bool(difference) or self._is_reached(subject, mutation, target)
        if reached and not difference:
            return Result(target, "equivalent")
        if not subject.tests_first and (verdict := self._test(subject, mutant)):
            return Result(target, "caught", *verdict)
        if not difference:
            return Result(target, "unreached")
        return Result(target, "survived", note=difference)

    def _law(self, mutant: Mutant) -> Verdict | None:
        for target, rule in mutant.rules.items():
            bench, primitive = self.bench(target), registry[target[0]]
            with mutant.broken():
                telling = bench.telling_case(rule)
                cases = [] if telling is None else [telling]
                if verdict := broken_law(primitive, [*cases, *self.cases(target[0])]):
                    return verdict
            self.alive()
        return None

    def _test(self, subject: RuleFile, mutant: Mutant) -> Verdict | None:
        (name, operand), rule = next(iter(mutant.rules.items()))
        bench = self.bench((name, operand))
        asks_for_others = bench.wants_of(rule) != bench.wants_of(bench.rule)
        if asks_for_others and name in self.has_methods:
            return None  # what the original asks for is what these save
        return self.tests.first_failure(subject.topic, registry[name], mutant.broken)

    def _difference(self, mutant: Mutant) -> str | None:
        for target, rule in mutant.rules.items():
            bench = self.bench(target)
            bench.prepare_slopes()
            with mutant.broken():
                if found := bench.difference(rule):
                    return found
        return None

    def _is_reached(self, subject: RuleFile, mutation: Mutation, target: Target) -> bool:
        """Whether a probe gets to the place of a mutation: if not, they say nothing about it."""
        reached: list[bool] = []
        marked = mutation.marked(subject.text)
        mutant = subject.mutant(marked, target, lambda: reached.append(True))
        with mutant.broken():
            for part, rule in mutant.rules.items():
                if self.bench(part).runs_until(rule, lambda: bool(reached)):
                    return True
        return False

    def _bench(self, target: Target) -> Bench:
        return Bench(registry[target[0]], target[1], self.cases(target[0]))

    def _baseline(self, subject: RuleFile, target: Target) -> Verdict | None:
        """The law that is broken with the rules declared anew, unchanged."""
        mutant = subject.mutant(subject.text, target)
        if not all(self.cases(name) for name, _ in mutant.rules):
            return Verdict("no cases", False)
        for part in mutant.rules:
            self.bench(part)
        return self._law(mutant)
