"""The size of a model's gradients, layer by layer: where they vanish or explode."""

from __future__ import annotations  # naming what matplotlib has would import it

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tinygrad_course.errors import DrawingError
from tinygrad_course.nn import Module, Parameter

from . import style
from .canvas import figure_of, panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .canvas import GivenAxes


class Size(NamedTuple):
    """The root mean square of a parameter's gradient, or a remark why there is none to draw."""

    name: str
    is_weight: bool
    rms: float = np.nan
    remark: str = ""

    @property
    def is_drawn(self) -> bool:
        """Whether it can be drawn on a logarithmic scale."""
        return bool(np.isfinite(self.rms)) and self.rms > 0


def gradient_flow(model: Module, *, ax: GivenAxes = None) -> Figure:
    """Draw the root mean square of each parameter's gradient, with the first layer at the top.

    The scale is logarithmic. A line joins the weights. Read upwards, in the direction of backpropagation,
    it leans to the left where gradients vanish and to the right where they explode. Gradients that are
    zero, not finite or missing are written as words.

    Call it after `backward()` and before `zero_grad()`; `fit` calls `zero_grad()` at its end.

    Raises: DrawingError for anything but a Module with gradients.

    Source: Deep Learning Specialization, course 2, week 1: vanishing and exploding gradients.
    """
    sizes = _sizes(model)
    (axes,) = panels(ax, 1, 1, size=(6.0, 1.2 + 0.27 * len(sizes)))
    _draw_scale(axes, sizes)
    weights = [row for row, size in enumerate(sizes) if size.is_weight]
    flow = [sizes[row].rms if sizes[row].is_drawn else np.nan for row in weights]
    axes.plot(flow, weights, color=style.BLUE, linewidth=1.5, alpha=0.5)
    for row, size in enumerate(sizes):
        if size.is_drawn:
            _draw_size(axes, row, size)
        else:
            _write_remark(axes, row, size)
    style.tidy(axes, _summary(sizes), x="root mean square of the gradient")
    axes.set_yticks(range(len(sizes)), [size.name for size in sizes])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return figure_of(axes)


def _sizes(model: Module) -> list[Size]:
    if not isinstance(model, Module):
        raise DrawingError(f"a {type(model).__name__} has no layers: give a Module, such as nn.MLP")
    parameters = dict(model.named_parameters())
    if all(parameter.grad is None for parameter in parameters.values()):
        raise DrawingError(
            f"no parameter of {type(model).__name__} has a gradient: call loss.backward() first, and "
            f"zero_grad() later (fit(…) calls it at its end)"
            if parameters
            else f"{type(model).__name__} has no parameters, so there are no gradients to draw"
        )
    return [_size(name, parameter) for name, parameter in parameters.items()]


def _size(name: str, parameter: Parameter) -> Size:
    is_weight = parameter.ndim >= 2
    if parameter.grad is None:
        remark = "no gradient" if parameter.requires_grad else "requires no gradient"
        return Size(name, is_weight, remark=remark)
    g = np.asarray(parameter.grad.data, np.float64)
    largest = float(np.abs(g).max(initial=0.0))
    if largest == 0:
        return Size(name, is_weight, 0.0, "zero")
    if not np.isfinite(largest):
        return Size(name, is_weight, largest, "not finite")
    # Scaled by the largest, so that no square underflows or overflows.
    return Size(name, is_weight, largest * float(np.sqrt(np.mean((g / largest) ** 2))))


def _draw_scale(ax: Axes, sizes: Sequence[Size]) -> None:
    """Set a scale of whole decades, with room for the numbers beside the points."""
    from matplotlib.ticker import NullFormatter

    drawn = [np.log10(size.rms) for size in sizes if size.is_drawn] or [0.0]
    low = np.floor(min(drawn) - 0.1)
    high = np.ceil(max(drawn) + 0.1 + 0.1 * (max(drawn) - low))
    ax.set_xscale("log")
    ax.set_xlim(10.0**low, 10.0**high)
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_ylim(len(sizes) - 0.5, -0.5)
    ax.grid(axis="x", color=style.ink(ax), alpha=0.15, linewidth=0.6)
    ax.set_axisbelow(True)


def _draw_size(ax: Axes, row: int, size: Size) -> None:
    marker, colour = ("o", style.BLUE) if size.is_weight else ("D", style.ORANGE)
    ax.plot([size.rms], [row], marker, color=colour, markersize=6 if size.is_weight else 4.5)
    ax.annotate(
        f"{size.rms:.1e}",
        (size.rms, row),
        xytext=(7, 0),
        textcoords="offset points",
        va="center",
        fontsize=style.SMALL - 1,
    )


def _write_remark(ax: Axes, row: int, size: Size) -> None:
    ax.text(
        0.02,
        row,
        size.remark,
        transform=ax.get_yaxis_transform(),
        va="center",
        fontsize=style.SMALL,
        style="italic",
        color=style.legible(ax, style.VERMILLION),
    )


def _summary(sizes: Sequence[Size]) -> str:
    """The first weights compared with the last, if all have a gradient."""
    weights = [size for size in sizes if size.is_weight]
    if len(weights) < 2 or not all(size.is_drawn for size in weights):
        return ""
    ratio = weights[0].rms / weights[-1].rms
    return f"gradient at the first weights: {ratio:.2g} × that at the last"
