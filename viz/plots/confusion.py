"""The confusion matrix: how often each class is predicted for each true class."""

from __future__ import annotations  # naming what matplotlib has would import it

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_course.errors import DataError, DrawingError
from tinygrad_course.nn.data_checks import plain_array

from . import style
from .canvas import figure_of, panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from .canvas import GivenAxes

MOST = 40
"""In a matrix of more classes than this, text would not fit into the cells."""

STRENGTH = 0.75
"""How strong the colour is in the cell of a whole row: black text is readable on it."""


def confusion(
    y_true: Any,
    y_pred: Any,
    *,
    class_names: Sequence[str] | None = None,
    ax: GivenAxes = None,
) -> Figure:
    """Draw how often each class was predicted for each: viz.confusion(y_test, model.predict(x_test)).

    Shapes: y_true (m,), y_pred (m,): classes as numbers or as names.

    A row is a true class, a column a predicted one. A cell contains the count and, below, its share of
    the row. Its colour, blue where the prediction is right, grows with the root of that share, so that
    the few mistakes of a good model are visible too. `class_names` are the names of the classes 0, 1, …;
    without them the classes that occur are shown.

    Raises: DrawingError for scores instead of classes, and for different lengths.

    Source: Deep Learning Specialization, course 3, week 2: error analysis.
    """
    true, predicted = _labels("y_true", y_true), _labels("y_pred", y_pred)
    if len(true) != len(predicted):
        raise DrawingError(
            f"y_true has {len(true)} classes and y_pred {len(predicted)}: each sample needs both"
        )
    classes, names = _classes(true, predicted, class_names)
    counts = np.zeros((len(classes), len(classes)), dtype=int)
    np.add.at(counts, (np.searchsorted(classes, true), np.searchsorted(classes, predicted)), 1)
    side = 1.4 + max(3.0, 0.55 * len(classes))
    (axes,) = panels(ax, 1, 1, size=(side, side - 0.2))
    _draw_cells(axes, counts)
    right = int(np.trace(counts))
    style.tidy(axes, f"{_percent(right / len(true))} right: {right:,} of {len(true):,}")
    axes.set_xlabel("predicted class", fontsize=style.NORMAL)
    axes.set_ylabel("true class", fontsize=style.NORMAL)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    tilt = 45 if max(map(len, names)) > 3 and len(names) > 3 else 0
    axes.set_xticks(
        range(len(names)),
        names,
        rotation=tilt,
        ha="right" if tilt else "center",
        rotation_mode="anchor",
    )
    axes.set_yticks(range(len(names)), names)
    return figure_of(axes)


def _labels(name: str, y: Any) -> NDArray[Any]:
    """One class per sample: integers or names."""
    try:
        labels = plain_array(name, y)
    except DataError as error:
        raise DrawingError(str(error)) from None
    if labels.ndim == 2 and labels.size:
        one = labels.shape[1] == 1
        way_out = f"give {name}[:, 0]" if one else f"if it has scores, give {name}.argmax(axis=1)"
        raise DrawingError(
            f"{name} has shape {labels.shape}, but must be one class per sample, (m,): {way_out}"
        )
    if labels.ndim != 1 or not labels.size:
        raise DrawingError(
            f"{name} has shape {labels.shape}, but must be one class per sample, (m,)"
        )
    if labels.dtype.kind == "O" and all(isinstance(label, str) for label in labels):
        labels = labels.astype(str)  # as pandas has text
    if labels.dtype.kind not in "biufUS":
        raise DrawingError(f"{name} has dtype {labels.dtype}: classes are integers or names")
    if labels.dtype.kind == "f":
        gaps = np.flatnonzero(np.isnan(labels))
        if len(gaps):
            raise DrawingError(
                f"{name} has nan in row {gaps[0]}, which is no class: leave these rows out of both"
            )
        broken = labels[~np.isfinite(labels) | (labels != np.floor(labels))]
        if len(broken):
            raise DrawingError(
                f"{name} contains {broken[0]:g}, which is not a class: for probabilities of class 1 give "
                f"{name} > 0.5; for logits {name} > 0"
            )
    return labels if labels.dtype.kind in "US" else labels.astype(int)


def _classes(
    true: NDArray[Any], predicted: NDArray[Any], names: Sequence[str] | None
) -> tuple[NDArray[Any], list[str]]:
    """The classes in order, and their names."""
    if true.dtype.kind != predicted.dtype.kind:
        raise DrawingError(
            f"y_true has classes such as {true[0].item()!r} and y_pred such as {predicted[0].item()!r}: "
            f"give both as numbers or both as names"
        )
    classes = np.unique(np.concatenate([true, predicted]))
    if names is not None:
        every = np.arange(len(names))
        strange = classes[~np.isin(classes, every)]
        if len(strange):
            raise DrawingError(
                f"there is a class {strange[0].item()!r}, but class_names has {len(names)} names, for the "
                f"classes 0 to {len(names) - 1}"
            )
        classes = every
    if len(classes) > MOST:
        raise DrawingError(
            f"{len(classes)} classes do not fit into a readable matrix (at most {MOST}): if these are "
            f"classes, choose some of them"
        )
    return classes, [str(c) for c in (classes if names is None else names)]


def _draw_cells(ax: Axes, counts: NDArray[Any]) -> None:
    n = len(counts)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    right, wrong = (
        style.mixed(colour, style.paper(ax), STRENGTH * np.sqrt(shares))
        for colour in (style.BLUE, style.VERMILLION)
    )
    colours = np.where(np.eye(n, dtype=bool)[..., None], right, wrong)
    ax.imshow(colours, aspect="equal")
    for between in np.arange(1, n) - 0.5:
        ax.axhline(between, color=style.paper(ax), linewidth=1.5)
        ax.axvline(between, color=style.paper(ax), linewidth=1.5)
    for (row, column), count in np.ndenumerate(counts):
        share = f"\n{_percent(shares[row, column], digits=1 if n <= 4 else 0)}" if count else ""
        ax.text(
            column,
            row,
            f"{count:,}{share}",
            ha="center",
            va="center",
            fontsize=style.NORMAL if n <= 4 else style.SMALL if n <= 12 else 6,
            alpha=1 if count else 0.35,
            color=style.readable_on(colours[row, column]),
        )


def _percent(share: float, digits: int = 1) -> str:
    """A share as a percentage; 100% only if it is exactly 1."""
    if share == 1:
        return "100%"
    return f"{min(100 * share, 100 - 10.0**-digits):.{digits}f}%"
