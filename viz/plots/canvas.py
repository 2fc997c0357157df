"""The axes of plots: those of a new figure, or those that the caller gives.

Figures are made without pyplot. No window opens, no backend is chosen, and no figure has to be closed:
it is freed when nothing refers to it.
"""

from __future__ import annotations  # naming what matplotlib has would import it

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tinygrad_course.errors import DrawingError, MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    GivenAxes: TypeAlias = Axes | Sequence[Axes] | NDArray[Any] | None


def panels(ax: GivenAxes, rows: int, columns: int, size: tuple[float, float]) -> list[Axes]:
    """The axes for a plot of rows × columns panels, row by row: those given, or new ones.

    Units: `size` is the width and the height of a new figure, in inches.

    Raises: MissingExtraError if matplotlib is missing; DrawingError if `ax` does not have the number of axes
    that the plot needs.
    """
    try:
        from matplotlib.axes import Axes

        from .notebook_figure import NotebookFigure
    except ImportError as error:
        raise MissingExtraError(
            "plots need matplotlib: pip install 'tinygrad_course[plot]'"
        ) from error
    if ax is None:
        figure = NotebookFigure(figsize=size, layout="constrained")
        return list(figure.subplots(rows, columns, squeeze=False).flat)
    given = list(np.array(ax, dtype=object).flat)
    unfit = next((type(x).__name__ for x in given if not isinstance(x, Axes)), "")
    if unfit or len(given) != rows * columns:
        panels = "one panel" if rows * columns == 1 else f"{rows} x {columns} panels"
        found = f"a {unfit}" if unfit else f"{len(given)} Axes"
        raise DrawingError(
            f"this plot has {panels}, but ax is {found}: omit ax for a new figure, or give that many "
            f"axes, e.g. figure, ax = plt.subplots({rows}, {columns}, layout='constrained')"
        )
    return given


def figure_of(ax: Axes) -> Figure:
    """The whole figure of the axes, also if they are in a subfigure."""
    figure = ax.figure.figure
    assert figure is not None
    return figure
