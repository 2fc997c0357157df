"""Labels at the ends of lines, instead of a legend."""

from __future__ import annotations  # naming what matplotlib has would import it

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from . import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class LineEnd(NamedTuple):
    """The end of a line, and its label."""

    x: float
    y: float
    words: str
    colour: str


def label_ends(ax: Axes, ends: Sequence[LineEnd]) -> None:
    """Label each line in the right margin, with a thin line from its end.

    The limits of the axes have to be final.
    """
    height = ax.get_window_extent().height * 72 / ax.figure.dpi  # in points, like font sizes
    to_share = ax.transData + ax.transAxes.inverted()
    shares = [float(to_share.transform((end.x, end.y))[1]) for end in ends]
    for end, share in zip(ends, spread(shares, 1.35 * style.SMALL / height)):
        ax.annotate(
            end.words,
            (end.x, end.y),
            xytext=(1.03, share),
            textcoords="axes fraction",
            arrowprops={"arrowstyle": "-", "color": end.colour, "linewidth": 0.6, "shrinkB": 4},
            va="center",
            fontsize=style.SMALL,
            color=style.legible(ax, end.colour),
            annotation_clip=False,
        )


def spread(values: Sequence[float], gap: float) -> list[float]:
    """The values moved apart by as little as possible, until each is `gap` from the next.

    They stay between 0 and 1 if there is room.

    Numerics: least squares. Sorted, and each less its rank · gap, the values only have to ascend: neighbours
    that do not are pooled into their mean (Ayer et al., "An empirical distribution function", 1955).
    """
    order = sorted(range(len(values)), key=lambda i: values[i])
    groups: list[list[float]] = []
    for rank, i in enumerate(order):
        groups.append([values[i] - rank * gap])
        while len(groups) > 1 and np.mean(groups[-2]) > np.mean(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    highest = max(0.0, 1 - (len(values) - 1) * gap)
    means = [min(max(0.0, float(np.mean(group))), highest) for group in groups for _ in group]
    apart = [0.0] * len(values)
    for rank, i in enumerate(order):
        apart[i] = means[rank] + rank * gap
    return apart
