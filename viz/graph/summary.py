"""The numbers of an array in a drawing: all of them if they are few, otherwise statistics and a heat map."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tinygrad_course.inspect import SMALL, mean_and_spread, scaled_to_1

from .. import text

HeatMap: TypeAlias = tuple[tuple[int | None, ...], ...]
"""Rows of levels: 0 is the most negative number, 255 the most positive, 128 is zero; None is NaN."""

ROWS, COLUMNS = 8, 16
"""The most rows and columns of cells in a heat map."""


@dataclass(frozen=True)
class ArraySummary:
    """Lines of text, and a heat map if the numbers are too many to be written."""

    lines: tuple[str, ...] = ()
    heat: HeatMap = ()


NOTHING = ArraySummary()
NOT_YET = ArraySummary(("–",))


def summarise(array: Any) -> ArraySummary:
    """The summary of a NumPy array; empty for others, such as Dask's, which would have to compute."""
    if not isinstance(array, (np.ndarray, np.generic)):
        return NOTHING
    values = np.asarray(array)
    if values.size <= SMALL:
        return ArraySummary(text.array(values))
    with np.errstate(over="ignore", invalid="ignore"):  # inf and NaN are counted
        return ArraySummary(
            tuple(statistics(values)), heat_map(values) if values.dtype.kind == "f" else ()
        )


def statistics(values: NDArray[Any]) -> Iterator[str]:
    """Mean, standard deviation and range of the finite numbers; counts of NaN, infinities and zeros."""
    finite = values[np.isfinite(values)]
    if finite.size:
        mean, spread = mean_and_spread(finite)
        yield f"mean {text.number(mean)} ± {text.number(spread)}"
        yield f"from {text.number(finite.min())} to {text.number(finite.max())}"
    nan, infinite = np.isnan(values).sum(), np.isinf(values).sum()
    if nan:
        yield f"{nan:,} NaN"
    if infinite:
        yield f"{infinite:,} infinite"
    zero = (values == 0).sum()
    if zero:
        yield f"{zero / values.size:.0%} zero" if zero >= values.size / 100 else f"{zero:,} zero"


def heat_map(values: NDArray[Any]) -> HeatMap:
    """At most ROWS × COLUMNS cells, each the mean of a block of the array."""
    values, _ = scaled_to_1(values)
    table = values.reshape(-1, values.shape[-1]) if values.ndim > 1 else _wrapped(values)
    rows = np.array_split(table, min(ROWS, table.shape[0]), axis=0)
    cells = np.array(
        [
            [block.mean() for block in np.array_split(row, min(COLUMNS, table.shape[1]), axis=1)]
            for row in rows
        ]
    )
    finite = np.abs(cells[np.isfinite(cells)])
    largest = finite.max(initial=0.0) or 1.0
    return tuple(
        tuple(
            None if np.isnan(x) else round(127.5 + 127.5 * np.clip(x / largest, -1, 1)) for x in row
        )
        for row in cells
    )


def _wrapped(vector: NDArray[Any]) -> NDArray[Any]:
    """A vector as rows; numbers that do not fill the last row are left out."""
    columns = min(COLUMNS, vector.size)
    rows = min(ROWS, vector.size // columns)
    return vector[: vector.size // rows * rows].reshape(rows, -1)
