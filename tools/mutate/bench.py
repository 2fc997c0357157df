"""One rule's probes, what the original does on them, and how another rule compares."""

from collections.abc import Callable
from inspect import signature

from tinygrad_course.primitive import Rule
from tinygrad_course.testing import Case

from .build import AnyPrimitive
from .equivalence import AskedRule, Outcome, difference, outcome, slopes
from .probes import probes_of


class Bench:
    """What rules for one operand are compared on."""

    def __init__(self, primitive: AnyPrimitive, operand: str, cases: list[Case]) -> None:
        rule = primitive.rules[operand]
        assert rule is not None
        self.primitive, self.rule = primitive, rule
        self.cases = set(map(id, cases))
        self.probes = probes_of(primitive, cases, operand)
        asked = self._asked(rule)
        self.outcomes = [outcome(asked, probe) for probe in self.probes]
        self.slopes: list[Outcome | None] = []

    def prepare_slopes(self) -> None:
        """Differentiate the original on all moderate probes; it must be in force."""
        if not self.slopes:
            asked = self._asked(self.rule)
            self.slopes = [slopes(asked, p) if p.is_moderate else None for p in self.probes]

    def wants_of(self, rule: Rule) -> tuple[str, ...]:
        """What a rule asks for after g."""
        return tuple(signature(rule).parameters)[1:]

    def telling_case(self, rule: Rule) -> Case | None:
        """The first case whose plain arrays tell a rule from the original."""
        asked = self._asked(rule)
        for probe, original in zip(self.probes, self.outcomes):
            if id(probe.case) not in self.cases:
                return None  # from here on they are variations
            if difference(original, outcome(asked, probe), probe):
                return probe.case
        return None

    def difference(self, rule: Rule) -> str | None:
        """What tells a rule from the original, by its first or its second derivatives."""
        asked = self._asked(rule)
        for probe, original, slope in zip(self.probes, self.outcomes, self.slopes):
            found = difference(original, outcome(asked, probe), probe)
            if not found and slope is not None:
                found = difference(slope, slopes(asked, probe), probe)
                found = found and f"differentiated, {found}"
            if found:
                return f"{found} at {_shown(probe.case)}"
        return None

    def runs_until(self, rule: Rule, enough: Callable[[], bool]) -> bool:
        """Run a rule on one probe after the other; whether it was enough."""
        asked = self._asked(rule)
        for probe in self.probes:
            outcome(asked, probe)
            if probe.is_moderate and not enough():
                slopes(asked, probe)
            if enough():
                return True
        return False

    def _asked(self, rule: Rule) -> AskedRule:
        return AskedRule(self.primitive, rule, self.wants_of(rule))


def _shown(case: Case) -> str:
    shown = [repr(x).replace("\n", "") for x in case.operands]
    given = [f"{name}={value!r}" for name, value in case.parameters.items()]
    return f"({', '.join([*shown, *given])})"
