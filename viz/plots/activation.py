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

BY_NAME = [name for name in functional.__all__ if getattr(functional, name).signature == "()->()"]
"""The names that `activation` accepts: the elementwise functions of nn.functional."""


class Curve(NamedTuple):
    """An activation function, its derivative, and the intervals of z in which it is saturated."""

    name: str
    values: NDArray[Any]
    slopes: NDArray[Any]
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

    Raises: DrawingError for an unknown name, or for a function that is not elementwise; and whatever the
    function itself raises.

    Source: Deep Learning Specialization, course 1, week 3: activation functions and their derivatives.
    """
    if not functions:
        raise DrawingError('give at least one function: viz.activation("sigmoid", "tanh", "relu")')
    low, high = limits
    if not (np.isfinite(limits).all() and low < high):
        raise DrawingError(f"limits={limits}: must be two finite numbers, the smaller one first")
    z = np.linspace(low, high, POINTS)
    curves = [_curve(function, z, saturated) for function in functions]
    axes = panels(ax, 2, len(curves), size=(0.6 + 2.3 * len(curves), 4.2))
    above, below = axes[: len(curves)], axes[len(curves) :]
    _draw_row(above, z, [curve.values for curve in curves], "g(z)", style.BLUE)
    _draw_row(below, z, [curve.slopes for curve in curves], "g′(z)", style.VERMILLION)
    for top, bottom, curve in zip(above, below, curves):
        top.set_title(curve.name, fontsize=style.NORMAL, loc="left")
        steepest = np.nanmax(np.abs(curve.slopes))
        bottom.set_title(f"at most {steepest:.3g}", fontsize=style.SMALL, loc="right")
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
    values = _values(name, g, z)
    slopes = np.asarray(elementwise_grad(g)(z))
    edges = np.flatnonzero(np.diff(np.abs(slopes) < threshold, prepend=False, append=False))
    intervals = [(float(z[i]), float(z[j - 1])) for i, j in edges.reshape(-1, 2)]
    return Curve(name, values, slopes, intervals)


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


def _values(name: str, g: Callable[[Any], Any], z: NDArray[Any]) -> NDArray[Any]:
    """g(z), if g is elementwise: then every other element of z gives every other element of the result."""
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
    return values


def _draw_row(
    axes: Sequence[Axes],
    z: NDArray[Any],
    curves: Sequence[NDArray[Any]],
    label: str,
    colour: str,
) -> None:
    """Draw a curve in each panel, on a common scale."""
    low = min(0.0, *(float(np.nanmin(curve)) for curve in curves))
    high = max(0.0, *(float(np.nanmax(curve)) for curve in curves))
    room = 0.07 * (high - low or 1.0)
    for ax, curve in zip(axes, curves):
        style.tidy(ax)
        ax.plot(z, curve, color=colour, linewidth=2)
        ax.axhline(0, color=style.ink(ax), alpha=0.4, linewidth=0.8, zorder=1)
        ax.set_xlim(z[0], z[-1])
        ax.set_ylim(low - room, high + room)
    axes[0].set_ylabel(label, fontsize=style.NORMAL)


def _explain_shading(axes: Sequence[Axes], curves: Sequence[Curve]) -> None:
    """Label the first shaded interval."""
    for ax, curve in zip(axes, curves):
        for start, stop in curve.saturated[:1]:
            transform = ax.get_xaxis_transform()
            middle = (start + stop) / 2
            words = ax.text(middle, 0.95, "saturated", transform=transform, fontsize=style.SMALL)
            words.set(rotation=90, ha="center", va="top")
            return
