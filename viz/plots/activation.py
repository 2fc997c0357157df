"""Activation functions and their derivatives, and where they are saturated."""

from __future__ import annotations  # naming what matplotlib has would import it

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tinygrad_course import Tensor, elementwise_grad, no_grad
from tinygrad_course.errors import DrawingError
from tinygrad_course.nn import Module, functional
from tinygrad_course.primitive import Primitive

from . import style
from .canvas import figure_of, panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from .canvas import GivenAxes

POINTS = 801

LARGEST = 1e307
"""What is larger is drawn as infinite: matplotlib computes with sums of a few values."""

ZOOMS = 16
"""How often a peak is looked at closer, each time 16 times: 16¹⁶ is beyond the precision of a float."""

POLE = 1e6
"""A peak that rises this much under zoom is a pole. The mildest that is told apart rises like 1/√z."""

WITHIN = 0.9
"""The share of the values of a curve with a pole that its axis shows."""

BY_NAME = [
    name
    for name in functional.__all__
    if getattr(getattr(functional, name), "signature", None) == "()->()"
]
"""The names that `activation` accepts: the elementwise functions of nn.functional."""


class Range(NamedTuple):
    """The values that an axis shows at least. `is_clipped` if the curve goes on beyond without end."""

    low: float
    high: float
    is_clipped: bool = False


class Curve(NamedTuple):
    """An activation function, its derivative, and the intervals of z in which it is saturated.

    Both are NaN where they are not finite, and the derivative also where the function is not.
    """

    name: str
    values: NDArray[Any]
    slopes: NDArray[Any]
    shown: Range
    shown_slopes: Range
    saturated: list[tuple[float, float]]


def activation(
    *functions: str | Callable[[Any], Any],
    limits: tuple[float, float] = (-5.0, 5.0),
    saturated: float = 0.05,
    ax: GivenAxes = None,
) -> Figure:
    """Draw g(z) and, below it, g′(z) for each function: viz.activation("sigmoid", "tanh", "relu").

    A function is given by its name in nn.functional, or is any elementwise function of a Tensor: a
    primitive, np.tanh, nn.ELU(alpha=2.0), your own function. Derivatives are computed by reverse mode.
    Regions where a function is saturated, |g′| < `saturated`, are shaded: hardly any gradient passes
    through it there, and the weights before it stop learning. `ax` are 2 × n axes.

    A curve has gaps where it is not defined or infinite. One with a pole, as 1/z, is cut off by the axis.

    Raises: DrawingError for an unknown name, for a function that is not elementwise, or for one without a
    finite value within the limits; and whatever the function itself raises.

    Source: Deep Learning Specialization, course 1, week 3: activation functions and their derivatives.
    """
    if not functions:
        raise DrawingError('give at least one function: viz.activation("sigmoid", "tanh", "relu")')
    low, high = limits
    if not -LARGEST <= low < high <= LARGEST:
        raise DrawingError(
            f"limits={limits}: must be two finite numbers up to {LARGEST:g}, the smaller one first"
        )
    z = np.linspace(low, high, POINTS)
    curves = [_curve(function, z, saturated) for function in functions]
    axes = panels(ax, 2, len(curves), size=(0.6 + 2.3 * len(curves), 4.2))
    above, below = axes[: len(curves)], axes[len(curves) :]
    _draw_row(above, z, [(curve.values, curve.shown) for curve in curves], "g(z)", style.BLUE)
    _draw_row(
        below,
        z,
        [(curve.slopes, curve.shown_slopes) for curve in curves],
        "g′(z)",
        style.VERMILLION,
    )
    for top, bottom, curve in zip(above, below, curves):
        top.set_title(curve.name, fontsize=style.NORMAL, loc="left")
        bottom.set_title(_steepest(curve), fontsize=style.SMALL, loc="right")
        bottom.set_xlabel("z", fontsize=style.NORMAL)
        for start, stop in curve.saturated:
            for panel in (top, bottom):
                panel.axvspan(start, stop, color=style.ink(panel), alpha=0.1, linewidth=0)
    _explain_shading(above, curves)
    if ax is None:
        for panel in axes:
            panel.label_outer()
    return figure_of(axes[0])


def _curve(given: str | Callable[[Any], Any], z: NDArray[Any], threshold: float) -> Curve:
    g = _function(given)
    name = _name(given, g)

    def value(z: NDArray[Any]) -> NDArray[Any]:
        with no_grad():
            return _finite(g(Tensor(z)))

    def slope(z: NDArray[Any]) -> NDArray[Any]:
        # A rule may give numbers where there is no function: log has the slope 1/z for z < 0.
        return np.where(np.isnan(value(z)), np.nan, _finite(elementwise_grad(g)(z)))

    with np.errstate(all="ignore"):  # what is infinite or not defined is drawn as a gap
        _check_elementwise(name, g, z)
        values, slopes = value(z), slope(z)
        if np.isnan(values).all():
            raise DrawingError(
                f"{name} has no finite value up to {LARGEST:g} between z = {z[0]:g} and {z[-1]:g}, so that "
                f"there is nothing to draw: if it has some elsewhere, give limits=(low, high) there"
            )
        shown, shown_slopes = _range(value, z, values), _range(slope, z, slopes)
    edges = np.flatnonzero(np.diff(np.abs(slopes) < threshold, prepend=False, append=False))
    intervals = [(float(z[i]), float(z[j - 1])) for i, j in edges.reshape(-1, 2)]
    return Curve(name, values, slopes, shown, shown_slopes, intervals)


def _finite(values: Any) -> NDArray[Any]:
    """Values for an axis, in double precision, whatever the function computes in."""
    values = np.asarray(values, float)
    return np.where(np.abs(values) <= LARGEST, values, np.nan)


def _range(
    f: Callable[[NDArray[Any]], NDArray[Any]], z: NDArray[Any], values: NDArray[Any]
) -> Range:
    """The values that show a curve: all that are finite, or most of them if it has a pole."""
    finite = values[~np.isnan(values)]
    if not finite.size:
        return Range(0.0, 0.0)
    is_clipped = _has_pole(f, z, values)
    if is_clipped:
        size = np.abs(finite)
        finite = finite[size <= np.quantile(size, WITHIN)]
    return Range(float(finite.min()), float(finite.max()), is_clipped)


def _has_pole(
    f: Callable[[NDArray[Any]], NDArray[Any]], z: NDArray[Any], values: NDArray[Any]
) -> bool:
    """Whether the highest peak rises without end when it is looked at closer and closer."""
    highest = np.nanmax(np.abs(values))
    points, sizes = z, np.abs(values)
    for _ in range(ZOOMS):
        peak = int(np.nanargmax(sizes))
        step = points[1] - points[0]
        near = np.linspace(points[peak] - step, points[peak] + step, 33)
        points = np.clip(near, z[0], z[-1])
        sizes = np.abs(f(points))
        if np.isnan(sizes).all():
            return False
        if np.nanmax(sizes) / POLE > highest:
            return True
    return False


def _steepest(curve: Curve) -> str:
    """The title of the derivative."""
    if np.isnan(curve.slopes).all():
        return f"none below {LARGEST:g}"  # nor is infinity or NaN
    if curve.shown_slopes.is_clipped:
        return "unbounded"
    return f"at most {np.nanmax(np.abs(curve.slopes)):.3g}"


def _function(given: str | Callable[[Any], Any]) -> Callable[[Any], Any]:
    if isinstance(given, str):
        if given in functional.__all__:
            found: Callable[[Any], Any] = getattr(functional, given)
            return found
        import difflib  # where it is used: it takes time to import

        close = difflib.get_close_matches(given.lower(), BY_NAME, n=1)
        guess = f"did you mean {close[0]!r}? Known" if close else "known"
        raise DrawingError(
            f"there is no activation {given!r}: {guess} are {', '.join(BY_NAME)}; any elementwise "
            f"function of a Tensor works too, e.g. np.sin"
        )
    if isinstance(given, type) and issubclass(given, Module):
        return given()  # the class nn.Tanh for a new nn.Tanh()
    if not callable(given):
        raise DrawingError(
            f"{given!r} is not an activation: give a name, such as 'relu', or a function of a Tensor"
        )
    return given


def _name(given: str | Callable[[Any], Any], g: Callable[[Any], Any]) -> str:
    if isinstance(given, str):
        return given.replace("_", " ")
    if isinstance(g, Module):
        return f"{type(g).__name__}({g.extra_repr()})".removesuffix("()")
    name = g.name if isinstance(g, Primitive) else getattr(g, "__name__", type(g).__name__)
    return "g" if name == "<lambda>" else name.replace("_", " ")


def _check_elementwise(name: str, g: Callable[[Any], Any], z: NDArray[Any]) -> None:
    """Refuse a g for which every other element of z does not give every other element of the result."""
    try:
        with no_grad():
            values, of_half = (np.asarray(g(Tensor(x))) for x in (z, z[::2]))
    except (TypeError, ValueError) as error:
        raise DrawingError(f"{name} can't be drawn as an activation, g(z): {error}") from error
    if values.shape != z.shape or not np.allclose(values[::2], of_half, equal_nan=True):
        raise DrawingError(
            f"{name} is not elementwise, so that there is no curve g(z) to draw; the elementwise functions "
            f"of nn.functional are {', '.join(BY_NAME)}"
        )


def _draw_row(
    axes: Sequence[Axes],
    z: NDArray[Any],
    curves: Sequence[tuple[NDArray[Any], Range]],
    label: str,
    colour: str,
) -> None:
    """Draw a curve in each panel, on a common scale."""
    low = min(0.0, *(shown.low for _, shown in curves))
    high = max(0.0, *(shown.high for _, shown in curves))
    room = 0.07 * (high - low or 1.0)
    for ax, (curve, shown) in zip(axes, curves):
        style.tidy(ax)
        ax.plot(*_broken(z, curve, shown), color=colour, linewidth=2)
        ax.axhline(0, color=style.ink(ax), alpha=0.4, linewidth=0.8, zorder=1)
        ax.set_xlim(z[0], z[-1])
        ax.set_ylim(low - room, high + room)
    axes[0].set_ylabel(label, fontsize=style.NORMAL)


def _broken(
    z: NDArray[Any], curve: NDArray[Any], shown: Range
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The curve with a gap at each pole between two points, where it leaves on one side of the axis and
    returns on the other: tan(z) at π/2."""
    if not shown.is_clipped:
        return z, curve
    side = np.where(curve > shown.high, 1, 0) - np.where(curve < shown.low, 1, 0)
    poles = np.flatnonzero(side[:-1] * side[1:] < 0) + 1
    return np.insert(z, poles, z[poles]), np.insert(curve, poles, np.nan)


def _explain_shading(axes: Sequence[Axes], curves: Sequence[Curve]) -> None:
    """Label the first shaded interval."""
    for ax, curve in zip(axes, curves):
        for start, stop in curve.saturated[:1]:
            transform = ax.get_xaxis_transform()
            middle = (start + stop) / 2
            words = ax.text(middle, 0.95, "saturated", transform=transform, fontsize=style.SMALL)
            words.set(rotation=90, ha="center", va="top")
            return
