"""The loss against the learning rate: where it falls, and where it explodes."""

from __future__ import annotations  # naming what matplotlib has would import it

from typing import TYPE_CHECKING

from tinygrad_course.errors import DrawingError
from tinygrad_course.training import RateSearch

from . import style
from .canvas import figure_of, panels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .canvas import GivenAxes


def learning_rates(found: RateSearch, *, ax: GivenAxes = None) -> Figure:
    """Draw what `training.lr_find` returned: the loss of each batch as a dot, its smoothed course as a line.

    The rates are on a logarithmic scale. The suggested one, where the line falls fastest, is marked.

    Raises: DrawingError for anything else, and for fewer than two rates.

    Source: Smith, "Cyclical learning rates for training neural networks", 2017, section 3.3.
    """
    if not isinstance(found, RateSearch):
        raise DrawingError(
            f"this is a {type(found).__name__}: give what training.lr_find(model, loss, optimizer, x, y, …) "
            f"returned"
        )
    if len(found.lr) < 2:
        raise DrawingError(
            f"the search ended after {len(found.lr)} rate, {found.lr[0]:.1e}: give lr_find a smaller low="
        )
    (axes,) = panels(ax, 1, 1, size=(5.6, 3.4))
    axes.set_xscale("log")
    axes.plot(
        found.lr,
        found.loss,
        color=style.BLUE,
        linestyle="",
        marker="o",
        markersize=2.5,
        alpha=0.35,
        label="loss of a batch",
    )
    axes.plot(found.lr, found.smoothed, color=style.BLUE, linewidth=1.8, label="smoothed")
    suggestion = found.suggestion
    height = found.smoothed[found.lr.index(suggestion)]
    axes.plot([suggestion], [height], color=style.ORANGE, marker="D", markersize=6, linestyle="")
    axes.annotate(
        f"lr={suggestion:.2g}",
        (suggestion, height),
        xytext=(7, 7),
        textcoords="offset points",
        fontsize=style.SMALL,
    )
    style.tidy(axes, x="learning rate", y="loss")
    # A loss that explodes would squeeze the rest into a line.
    low, high = min(found.smoothed), max(found.smoothed[0], height)
    axes.set_ylim(low - 0.1 * (high - low or 1), high + 0.6 * (high - low or 1))
    return figure_of(axes)
