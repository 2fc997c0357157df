"""Does gradcheck call a wrong gradient wrong, and say what is wrong with it? Plant faults and ask.

    python -m tests.testing.gradients.planted 1000 0        # so many points, from this seed

Each rule of the registry in turn is taken times a constant, at random points.
"""

import sys
import warnings
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from tests.testing.gradients.points import applied, elsewhere, random_case
from tinygrad_course.errors import TinygradCourseError
from tinygrad_course.primitive import registry
from tinygrad_course.testing import GradientReport, Verdict, gradcheck, replaced_rules

CAUSES = {
    -1.0: "its sign is wrong",
    2.0: "it is 2 times too large",
    0.5: "it is 2 times too small",
    5.0: "it is 5 times too large",
    -3.0: "its sign is wrong, and it is 3 times too large",
    1.001: "it is 1.001 times the right one",
}
"""The factor, and what the report should call it."""


def times(rule: Callable[..., Any], factor: float) -> Callable[..., Any]:
    """The rule, times a constant."""

    @wraps(rule)
    def fault(*arguments: Any) -> Any:
        return rule(*arguments) * factor

    return fault


def sweep(count: int, start: int = 0) -> Counter[str]:
    """Plant so many faults and count what became of them."""
    rng = np.random.default_rng(start)
    rules = [
        (primitive, operand, rule)
        for _, primitive in sorted(registry.items())
        for operand, rule in primitive.rules.items()
        if rule is not None
    ]
    tally: Counter[str] = Counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for k in range(count):
            primitive, operand, rule = rules[k % len(rules)]
            factor = list(CAUSES)[rng.integers(len(CAUSES))]
            kind = ("generic", "anywhere")[rng.integers(2)]
            case = elsewhere(primitive, random_case(primitive.name, rng), kind, rng)
            f, inputs = applied(primitive, case)
            try:
                right = gradcheck(f, *inputs, raises=False)
                with replaced_rules(primitive, **{operand: times(rule, factor)}):
                    report = gradcheck(f, *inputs, raises=False)
            except (TinygradCourseError, ValueError):
                tally["refused by the function"] += 1
                continue
            tally[_outcome(right, report, factor)] += 1
    return tally


def _outcome(right: GradientReport, report: GradientReport, factor: float) -> str:
    """What became of a fault."""
    ours = {entry.place: entry.ours for entry in right.entries}
    changed = [e for e in report.entries if abs(e.ours - ours[e.place]) > 1e-5]
    if not changed:
        return "without effect"
    if not report.counts[Verdict.WRONG]:
        return "missed"
    if any(CAUSES[factor] in remark for remark in report.remarks):
        return "found, with the cause"
    # 1.001 is the right factor for any one number, and so explains nothing.
    alone = factor == 1.001 and len({entry.by for entry in changed}) == len(changed) == 1
    return "found, one number by itself" if alone else "found, without the cause"


if __name__ == "__main__":
    found = sweep(*map(int, sys.argv[1:]))
    for outcome, count in found.most_common():
        print(f"{outcome:<30}{count:>8}")
    sys.exit(found["missed"] > 0)
