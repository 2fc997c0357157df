"""The report of `gradcheck`: a table to read, the numbers behind it, and the error by the step.

The error of a central difference falls with h² as the step h gets shorter, until rounding, which grows with
1/h, takes over; the best step is near the cube root of the machine epsilon. The complex step subtracts
nothing and stays exact. `error_versus_step` computes the data for a plot of that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context
from functools import cached_property
from itertools import islice

import numpy as np

from .complex_step import complex_step
from .findings import Findings
from .verdicts import CORRECT, VERDICTS, Entry, Floats, Index, Verdict

STEPS = np.logspace(-1, -12, 45)
"""Four steps per decade, relative to the largest entry of the input."""

_SHOWN = 8
"""The number of entries in a table: those that are not correct, or half as many where all are."""


@dataclass(frozen=True)
class ErrorVersusStep:
    """|numerical − claimed| of one entry at each of the `steps`, which get shorter.

    If the gradient is right, that is the error of the numerical derivative; if it is wrong, the curve levels
    off at the error of the gradient. `output` and `by` name the entry, and `claimed` is its value. `central`
    has the errors of central differences, `complex_step` those of complex ones, or None where f does not take
    complex arrays.
    """

    output: str
    by: str
    claimed: float
    steps: Floats
    central: Floats
    complex_step: Floats | None


class GradientReport:
    """What `gradcheck` compared, and the verdict on each number. Printed, it is a table.

    report.counts                 how often each verdict was given: {"wrong": 2, "correct": 166, …}
    report.entries                every number as an `Entry`, the worst first
    report.remarks                likely causes of what is wrong; remarks on kinks and precision
    report.error_versus_step()    steps and errors of numerical differentiation, for a plot
    """

    def __init__(self, parts: Sequence[Findings]) -> None:
        self._parts = tuple(parts)

    @property
    def order(self) -> int:
        """2 if second derivatives were compared as well, else 1."""
        return self._parts[-1].order

    @property
    def what(self) -> str:
        """What was compared, in words."""
        return self._parts[-1].point.what

    @property
    def checked(self) -> int:
        """How many numbers were compared."""
        return sum(part.claimed.size for part in self._parts)

    @property
    def max_error(self) -> float:
        """The largest difference between both sides, except at kinks, where there is no derivative."""
        return max(part.max_error for part in self._parts)

    @cached_property
    def counts(self) -> dict[Verdict, int]:
        """How often each verdict was given."""
        codes = np.concatenate([part.verdicts.ravel() for part in self._parts])
        return {verdict: int((codes == code).sum()) for code, verdict in enumerate(VERDICTS)}

    @property
    def all_correct(self) -> bool:
        """Whether every number is correct: none is wrong, at a kink or imprecise."""
        return self.counts[Verdict.CORRECT] == self.checked

    @cached_property
    def entries(self) -> list[Entry]:
        """Every number that was compared, the worst first."""
        return [entry for part in self._parts for entry in part.entries()]

    @property
    def remarks(self) -> list[str]:
        """What explains the numbers that are not correct, in words."""
        return [remark for part in self._parts for remark in part.remarks]

    def error_versus_step(
        self, entry: Entry | None = None, steps: Sequence[float] | Floats = STEPS
    ) -> ErrorVersusStep:
        """The error of central differences and of the complex step by the step: the data for a plot.

        By default it is that of the worst entry. Each step calls the function three times.

        Raises: ValueError if nothing was compared.
        """
        if not self.entries:
            raise ValueError("nothing was compared: the inputs or the outputs are empty")
        wanted = self.entries[0] if entry is None else entry
        part = next(part for part in self._parts if part.order == wanted.order)
        return _error_versus_step(part, wanted.index, steps)

    def __repr__(self) -> str:
        return "\n".join(line for part in self._parts for line in _lines(part))


def _error_versus_step(
    findings: Findings, index: Index, steps: Sequence[float] | Floats
) -> ErrorVersusStep:
    """Differentiate one number with all these steps."""
    point, (row, column) = findings.point, index
    direction, claimed = point.directions[column], float(findings.claimed[index])
    line = point.line(direction)
    h = np.asarray(steps, np.float64) * line.scale
    with np.errstate(all="ignore"):
        ahead, behind = line.values(h), line.values(-h)
        central = np.abs((ahead - behind)[:, row] / (2 * h) - claimed)
    by_complex_step = [complex_step(point, direction, t) for t in h]
    exact = [abs(float(found[row]) - claimed) for found in by_complex_step if found is not None]
    return ErrorVersusStep(
        output=point.labels[row],
        by=direction.label,
        claimed=claimed,
        steps=h,
        central=central,
        complex_step=np.array(exact) if len(exact) == len(h) else None,
    )


def _lines(part: Findings) -> Iterator[str]:
    counts = [(int((part.verdicts == code).sum()), v) for code, v in enumerate(VERDICTS)]
    verdicts = ", ".join(f"{n} {verdict}" for n, verdict in reversed(counts) if n)
    derivatives = "second derivative" if part.order == 2 else "derivative"
    derivatives += "" if part.claimed.size == 1 else "s"
    error = f"; largest error {part.max_error:.1e}" if np.isfinite(part.max_error) else ""
    yield f"{part.claimed.size} {derivatives}: {verdicts or 'none'} ({part.point.what}{error})"
    bad = int((part.verdicts != CORRECT).sum())
    shown = min(bad, _SHOWN) if bad else _SHOWN // 2
    yield from _table(list(islice(part.entries(), shown)), part.column)
    if bad > shown:
        yield f"  … and {bad - shown} more"
    yield from part.remarks


def _table(entries: Sequence[Entry], column: str) -> Iterator[str]:
    heads = ("derivative of", "by", column, "numerical", "error", "allowed", "verdict")
    rows = [heads, *map(_cells, entries)] if entries else []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  " + "  ".join(cells).rstrip()


def _cells(entry: Entry) -> tuple[str, ...]:
    numerical, error = f"{entry.numerical:.6g}", f"{entry.error:.1e}"
    if entry.left is not None and entry.verdict is Verdict.KINK:
        numerical, error = f"{_slope(entry.left)} | {_slope(entry.right)}", ""
    claimed = f"{entry.claimed:.6g}"
    if entry.shape is not None:
        claimed, error = f"shape {entry.shape}", ""
    return (
        entry.output,
        entry.by,
        claimed,
        numerical,
        error,
        _allowed(entry) if error else "",
        f"{entry.verdict}, {entry.note}" if entry.note else str(entry.verdict),
    )


def _allowed(entry: Entry) -> str:
    """One digit, rounded towards the side of the error on which it is."""
    rounding = ROUND_FLOOR if entry.verdict is Verdict.WRONG else ROUND_CEILING
    return f"{float(Context(prec=1, rounding=rounding).create_decimal(entry.allowed)):.0e}"


def _slope(slope: float | None) -> str:
    return "none" if slope is None or np.isnan(slope) else f"{slope:.4g}"
