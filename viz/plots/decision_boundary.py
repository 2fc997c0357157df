"""The decision boundary of a classifier in the plane, and its probabilities around it."""

from __future__ import annotations  # naming what matplotlib has would import it

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_course.errors import DrawingError
from tinygrad_course.nn import Module
from tinygrad_course.nn.data_checks import checked_inputs, checked_rows

from . import style
from .canvas import figure_of, panels
from .probabilities import Outputs, class_probabilities

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from .canvas import GivenAxes

STRENGTH = 0.55
"""How strong a class's colour is where the model is certain; the points have the full colour."""


def decision_boundary(
    model: Callable[[Any], Any],
    X: Any,
    y: Any,
    *,
    class_names: Sequence[str] | None = None,
    outputs: Outputs = "auto",
    resolution: int = 200,
    ax: GivenAxes = None,
) -> Figure:
    """Draw the points X with their classes y over the classes that the model predicts in the plane.

    Shapes: X (m, 2), y (m,) with classes 0, 1, …

    The colour is that of the most probable class, and paler where the model is less certain: white on the
    boundary, which for two classes is where P = 0.5. The model is a Module, a function of a Tensor, or
    anything with `predict_proba`. It is evaluated in evaluation mode, at resolution² points, and is not
    changed. `outputs` says whether it returns "logits" or "probabilities"; "auto" finds out.

    Raises: DrawingError if X does not have two columns, for classes that the model does not have, and if
    "auto" can't decide; DataError for NaN, infinity and anything that is not a number; DivergenceError if
    the model predicts NaN.

    Source: Deep Learning Specialization, course 1, week 3: planar data classification.
    """
    points = _plane(model, X)
    xs, ys = (_range(column, resolution) for column in points.T)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2).astype(points.dtype)
    plane = class_probabilities(model, grid, outputs).reshape(len(ys), len(xs), -1)
    c = plane.shape[-1]
    classes = _classes(y, len(points), c)
    names = _class_names(class_names, c)
    (axes,) = panels(ax, 1, 1, size=(5.4, 4.4))
    colours = [style.PALETTE[k % len(style.PALETTE)] for k in range(c)]
    image = _shading(plane, colours, style.paper(axes))
    extent = (xs[0], xs[-1], ys[0], ys[-1])
    axes.imshow(image, origin="lower", extent=extent, aspect="auto", interpolation="bilinear")
    _draw_boundary(axes, xs, ys, plane)
    for k, (colour, name) in enumerate(zip(colours, names)):
        axes.scatter(
            points[classes == k, 0],
            points[classes == k, 1],
            color=colour,
            marker=style.MARKERS[k % len(style.MARKERS)],
            edgecolors=style.paper(axes),
            linewidths=0.6,
            s=26,
            label=name,
        )
    style.tidy(axes, x="$x_1$", y="$x_2$")
    axes.set(xlim=extent[:2], ylim=extent[2:])
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=min(c, 5),
        frameon=False,
        fontsize=style.SMALL,
        borderaxespad=0.2,
        handletextpad=0.2,
        columnspacing=1.2,
    )
    return figure_of(axes)


def _plane(model: Callable[[Any], Any], X: Any) -> NDArray[Any]:
    """X as floating-point numbers, in the dtype of the model's parameters if it has any."""
    shape = np.shape(X)
    if len(shape) != 2 or shape[1] != 2:
        columns = "; choose two columns, X[:, [0, 1]]" if len(shape) == 2 and shape[1] > 2 else ""
        raise DrawingError(
            f"X has shape {shape}, but a plane has two coordinates, (m, 2): one row per sample{columns}"
        )
    points = checked_inputs("X", X, model if isinstance(model, Module) else Module())
    return points if points.dtype.kind == "f" else points.astype(float)


def _classes(y: Any, m: int, c: int) -> NDArray[Any]:
    classes = checked_rows("y", y, m)
    if classes.ndim != 1:
        raise DrawingError(f"y has shape {classes.shape}, but must be ({m},): give y[:, 0]")
    strange = classes[~np.isin(classes, np.arange(c))]
    if len(strange):
        raise DrawingError(f"y contains {strange[0]}, but the model has {c} classes: 0 to {c - 1}")
    return classes


def _class_names(given: Sequence[str] | None, c: int) -> Sequence[str]:
    names = [f"class {k}" for k in range(c)] if given is None else list(given)
    if len(names) != c:
        raise DrawingError(f"class_names has {len(names)} names, but there are {c} classes")
    return names


def _range(column: NDArray[Any], resolution: int) -> NDArray[Any]:
    """`resolution` points over the range of a column, with some room on both sides."""
    low, high = float(column.min()), float(column.max())
    room = 0.08 * (high - low) or 0.5
    return np.linspace(low - room, high + room, resolution)


def _shading(plane: NDArray[Any], colours: Sequence[str], paper: NDArray[Any]) -> NDArray[Any]:
    """The colour of the most probable class at each point, stronger where the model is more certain."""
    c = plane.shape[-1]
    certainty = (plane.max(axis=-1) - 1 / c) / (1 - 1 / c)
    strong = np.array([style.mixed(colour, paper, STRENGTH) for colour in colours])
    share = certainty[..., None]
    return share * strong[plane.argmax(axis=-1)] + (1 - share) * paper


def _draw_boundary(ax: Axes, xs: NDArray[Any], ys: NDArray[Any], plane: NDArray[Any]) -> None:
    """Draw the line between each class and the others, where its lead over the best of them is 0."""
    c = plane.shape[-1]
    for k in range(c if c > 2 else 1):
        lead = plane[..., k] - np.delete(plane, k, axis=-1).max(axis=-1)
        if lead.min() < 0 < lead.max():
            ax.contour(xs, ys, lead, levels=[0.0], colors=[style.ink(ax)], linewidths=1.4)
