"""The positions of the columns and units of a net, in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from .layers import Net

MOST_UNITS = 12
"""Of a layer with more units than this only some are drawn."""

FIRST, LAST = 7, 2
"""How many units of such a layer are drawn above and below the ellipsis."""

RADIUS = 21.0
ROW = 58.0
"""The distance between units."""

GAP = 16.0
"""The space between the headings of two columns."""

NARROWEST, WIDEST = 160.0, 230.0
"""The distance between columns, if the headings have room."""


@dataclass(frozen=True)
class ColumnLayout:
    """The position of a column: x, the y of its drawn units by their index, and of its ellipsis."""

    x: float
    units: dict[int, float]
    ellipsis: float | None = None


def columns(net: Net, widths: Sequence[float]) -> tuple[ColumnLayout, ...]:
    """The column of the inputs, and one per layer: the first at x = 0, all centred at y = 0.

    `widths` are those of the headings below the columns.
    """
    sizes = (net.layers[0].inputs, *(layer.units for layer in net.layers))
    height = ROW * max(len(shown(n)) for n in sizes)
    # Between tall columns lines are steep, and need more room.
    distance = min(max(NARROWEST, 0.32 * height), WIDEST)
    steps = (max(distance, (one + next) / 2 + GAP) for one, next in pairwise(widths))
    return tuple(_column(x, n) for x, n in zip(accumulate(steps, initial=0.0), sizes, strict=True))


def shown(n: int) -> list[int | None]:
    """The indices of the drawn ones of n units, from top to bottom; None for the ellipsis."""
    if n <= MOST_UNITS:
        return list(range(n))
    return [*range(FIRST), None, *range(n - LAST, n)]


def _column(x: float, n: int) -> ColumnLayout:
    rows = shown(n)
    heights = [(row - (len(rows) - 1) / 2) * ROW for row in range(len(rows))]
    units = {unit: y for unit, y in zip(rows, heights, strict=True) if unit is not None}
    return ColumnLayout(x, units, heights[FIRST] if len(units) < n else None)
