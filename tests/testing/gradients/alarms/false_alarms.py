"""Does gradcheck ever call a right gradient wrong?

The points are primitives of the registry, random programs, difficult functions, each a quarter, and functions
in all units and precisions: see `points` and `scales`. Every gradient is right, so every "wrong" is a false
alarm.
"""

import warnings
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain, islice

import numpy as np

from tests.testing.gradients.alarms.points import (
    of_difficult_functions,
    of_programs,
    of_the_registry,
)
from tests.testing.gradients.alarms.scales import of_scales
from tinygrad_course.errors import TinygradCourseError
from tinygrad_course.testing import Verdict, gradcheck


@dataclass
class Tally:
    """Points and numbers by their verdicts, and the reports of false alarms."""

    numbers: Counter[Verdict] = field(default_factory=Counter)
    points: Counter[Verdict] = field(default_factory=Counter)
    refused: int = 0
    alarms: list[str] = field(default_factory=list)

    def add(self, point, report):
        """Count a report. A point counts for its worst verdict."""
        self.numbers.update(report.counts)
        given = [verdict for verdict in Verdict if report.counts[verdict]] or [Verdict.CORRECT]
        self.points[given[-1]] += 1
        if report.counts[Verdict.WRONG]:
            self.alarms.append(f"{point}\n{report}")

    def __str__(self):
        lines = [
            f"{verdict:<22}{self.points[verdict]:>9} points {self.numbers[verdict]:>9} numbers"
            for verdict in Verdict
        ]
        refused = f"{'refused by the function':<22}{self.refused:>8} points"
        return "\n".join([*lines, refused, f"false alarms: {len(self.alarms)}"])


def sweep(count, start=0):
    """Check this many points."""
    rng = np.random.default_rng(start)
    programs = difficult = scaled = count // 4
    points = chain(
        of_programs(programs, start),
        of_difficult_functions(difficult, rng),
        islice(of_scales(rng), scaled),
        islice(of_the_registry(rng), count - programs - difficult - scaled),
    )
    tally = Tally()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for point in points:
            try:
                report = gradcheck(
                    point.f,
                    *point.inputs,
                    order=point.order,
                    gradient=point.gradient,
                    raises=False,
                )
            except (TinygradCourseError, ValueError):  # outside of its domain
                tally.refused += 1
            else:
                tally.add(point, report)
    return tally
