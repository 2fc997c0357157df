"""The error of numerical differentiation against its step: truncation on one side, rounding on the other."""

from __future__ import annotations  # naming what matplotlib has would import it

from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_course.errors import DrawingError

from . import style
from .canvas import figure_of, panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation
    from numpy.typing import NDArray

    from tinygrad_course.testing import Entry, GradientReport

    from .canvas import GivenAxes


def gradcheck(
    report: GradientReport, entry: Entry | None = None, *, ax: GivenAxes = None
) -> Figure:
    """Draw the error of central differences, and of the complex step, against the step h.

    `report` is what `testing.gradcheck` returned, `entry` one of `report.entries`, by default the worst.

    Read it from right to left. The truncation error falls with h², until the rounding error dominates,
    which grows with 1/h. The complex step subtracts nothing and becomes exact. If a curve levels off
    above the allowed error, the gradient is wrong.

    Raises: DrawingError for anything but a report, and if no step gives a finite derivative.

    Source: Deep Learning Specialization, course 2, week 1: gradient checking.
    """
    from tinygrad_course.testing import GradientReport, Verdict

    if not isinstance(report, GradientReport):
        raise DrawingError(
            f"a {type(report).__name__} is not a report: give what testing.gradcheck(f, x) returned "
            f"(with raises=False, if the gradient is wrong)"
        )
    if not report.entries:
        raise DrawingError("nothing was compared: the inputs or the outputs are empty")
    chosen = report.entries[0] if entry is None else entry
    found = report.error_versus_step(chosen)
    curves = {"central difference": found.central}
    if found.complex_step is not None:
        curves["complex step"] = found.complex_step
    errors = np.concatenate(list(curves.values()))
    if not np.isfinite(errors).any():
        raise DrawingError(
            f"at no step is the numerical derivative of {found.output} by {found.by} a finite number: "
            f"print the report to see why"
        )
    exact = errors[np.isfinite(errors) & (errors > 0)].min(initial=np.finfo(float).eps) / 10
    (axes,) = panels(ax, 1, 1, size=(6.0, 4.0))
    axes.set(xscale="log", yscale="log")
    for number, (name, curve) in enumerate(curves.items()):
        _draw_errors(axes, found.steps, np.where(curve == 0, exact, curve), name, number)
    _draw_level(axes, chosen.allowed, "allowed")
    if (errors == 0).any():
        _draw_level(axes, exact, "exact")
    if chosen.verdict == Verdict.CORRECT:
        _explain(axes, found.steps, found.central)
    low, high = axes.get_ylim()
    axes.set_ylim(low / 10, high * 10)  # room for text above and below the curves
    style.tidy(
        axes,
        f"derivative of {found.output} by {found.by}: {chosen.verdict}",
        x="step h",
        y="|numerical − claimed|",
    )
    return figure_of(axes)


def _draw_errors(
    ax: Axes, steps: NDArray[np.float64], errors: NDArray[np.float64], name: str, number: int
) -> None:
    """Draw one curve, with its name at the left end: above the first curve, below the second."""
    colour = style.PALETTE[number]
    ax.plot(
        steps,
        errors,
        color=colour,
        linewidth=1.3,
        marker=style.MARKERS[number],
        markersize=3.5,
        label=name,
    )
    at_left = np.isfinite(errors) & (steps < steps.min() * 1e4)
    if at_left.any():
        edge, offset = (np.min, -15) if number else (np.max, 8)
        words = _write(ax, name, (steps.min(), edge(errors[at_left])), (0, offset))
        words.set_color(style.legible(ax, colour))


def _draw_level(ax: Axes, height: float, words: str) -> None:
    """Draw a line across the plot at this error, with its name in the margin."""
    if height > 0:
        ax.axhline(height, color=style.ink(ax), alpha=0.5, linewidth=0.8, linestyle=":")
        margin = ax.get_yaxis_transform()
        ax.text(1.01, height, words, transform=margin, va="center", fontsize=style.SMALL)


def _explain(ax: Axes, steps: NDArray[np.float64], errors: NDArray[np.float64]) -> None:
    """Mark the best step, and label both sides where the errors follow h² or 1/h."""
    seen = np.isfinite(errors) & (errors > 0)
    if not seen.any():
        return
    h, error = steps[seen], errors[seen]
    best = h[error.argmin()]
    arrow = {"arrowstyle": "-", "color": style.ink(ax), "linewidth": 0.6, "shrinkB": 3}
    words = f"best step: {best:.0e}"
    _write(ax, words, (best, error.min()), (-26, -18), ha="right", arrowprops=arrow)
    laws = (("∝ h²", 2, h > 10 * best, (8, -10)), ("∝ 1/h", -1, h < best / 10, (8, 8)))
    for law, power, side, offset in laws:
        if side.sum() < 4:
            continue
        slope, _ = np.polyfit(np.log(h[side]), np.log(error[side]), 1)
        if abs(slope - power) < 0.3:
            middle = np.flatnonzero(side)[side.sum() // 2]
            _write(ax, law, (h[middle], error[middle]), offset)


def _write(
    ax: Axes, words: str, point: tuple[float, float], offset: tuple[float, float], **options: Any
) -> Annotation:
    """Write words at an offset from a point, in points of 1/72 inch."""
    return ax.annotate(
        words,
        point,
        xytext=offset,
        textcoords="offset points",
        fontsize=style.SMALL,
        bbox={"facecolor": style.paper(ax), "edgecolor": "none", "pad": 0.5},
        **options,
    )
