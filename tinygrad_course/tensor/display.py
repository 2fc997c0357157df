"""The display of a Tensor in a notebook: a line about it, and a table of its numbers.

Small arrays are shown in full, large ones by their statistics. The HTML sets no colours: the notebook
styles it like its other tables, in light mode and in dark.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..engine.graph import SMALL
from ..lazy import is_concrete
from ..markup import Markup, element
from ..numerics import mean_and_spread
from .base import TensorBase

SHOWN = 10
"""At most this many rows and columns are shown; if there are more, the first and the last of them."""

BESIDE = "display: flex; flex-wrap: wrap; gap: 0 2em; align-items: start"

Shown: TypeAlias = Mapping[str, Any]
"""Arrays by title; None for a gradient that does not exist yet."""


def html(tensor: TensorBase) -> Markup:
    """The line and the table."""
    shown = {"value": tensor._data}
    gradient = getattr(tensor, "_grad", None)
    if gradient is not None or (tensor._node is not None and tensor.is_leaf):
        shown["gradient"] = getattr(gradient, "_data", None)
    return element("div", element("p", *_about(tensor)), _numbers(shown, tensor))


def _about(tensor: TensorBase) -> Sequence[str]:
    kind, node = type(tensor).__name__, tensor.node
    name = (" ", element("b", tensor.name)) if tensor.name else ()
    if node is None:
        origin = ""
    elif node.primitive is None:
        origin = ", requires a gradient"
    else:
        origin = f", computed by {node.primitive.name}"
    return (kind, *name, f" of shape {tensor.shape}, {tensor.dtype}{origin}")


def _numbers(shown: Shown, tensor: TensorBase) -> Markup | None:
    if not all(array is None or is_concrete(array) for array in shown.values()):
        return element("div", *(_lazy(*item) for item in shown.items()))
    if not tensor.size:
        return None
    if tensor.size > SMALL:
        return _statistics(shown)
    return _vectors(shown) if tensor.ndim < 2 else _matrices(shown)


def _lazy(title: str, array: Any) -> Markup:
    """An array of another library, such as Dask, in that library's own display."""
    own = getattr(array, "_repr_html_", None)
    what = Markup(own()) if own is not None else element("pre", repr(array))
    return element("div", element("p", title), what)


def _vectors(shown: Shown) -> Markup:
    """Scalars, or vectors, one per row."""
    length = np.size(shown["value"])
    columns = _elided(range(length))
    rows = [
        _none_yet(title, len(columns)) if array is None else _row(title, _cells(array, columns))
        for title, array in shown.items()
    ]
    if np.ndim(shown["value"]):
        heads = (element("th", "…" if i is None else str(i), scope="col") for i in columns)
        rows.insert(0, element("tr", element("td"), *heads))
    return element("table", *rows)


def _matrices(shown: Shown) -> Markup:
    """A table per array. Its columns are the last axis, its rows all the others."""
    tables = (_matrix(title, array) for title, array in shown.items())
    return element("div", *tables, style=BESIDE)


def _matrix(title: str, array: NDArray[Any] | None) -> Markup:
    if array is None:
        return element("p", f"{title}: none yet")
    table = array.reshape(-1, array.shape[-1])
    columns = _elided(range(table.shape[1]))
    heads = (element("th", "…" if i is None else str(i), scope="col") for i in columns)
    rows = [element("tr", element("td"), *heads)]
    for i in _elided(range(len(table))):
        if i is None:
            rows.append(_row("…", ["…"] * len(columns)))
        else:
            index = np.unravel_index(i, array.shape[:-1])
            rows.append(_row(", ".join(map(str, index)), _cells(table[i], columns)))
    return element("table", element("caption", title), *rows)


def _statistics(shown: Shown) -> Markup:
    """Statistics of each array. Numbers that are not finite are counted, and left out of the others."""
    described = {title: None if x is None else _described(x) for title, x in shown.items()}
    heads = list(dict.fromkeys(head for columns in described.values() for head in columns or ()))
    rows = (
        _none_yet(title, len(heads))
        if columns is None
        else _row(title, [columns.get(head, "0") for head in heads])
        for title, columns in described.items()
    )
    head = element("tr", element("td"), *(element("th", head, scope="col") for head in heads))
    return element("table", head, *rows)


def _described(array: NDArray[Any]) -> Mapping[str, str]:
    is_finite = np.isfinite(array)
    finite = array if is_finite.all() else array[is_finite]
    mean, spread = mean_and_spread(finite) if finite.size else (np.nan, np.nan)
    columns = {"mean": _number(mean), "std": _number(spread)}
    for head in ("min", "max"):
        columns[head] = _number(getattr(finite, head)() if finite.size else np.nan)
    counts = {"zero": array == 0, "NaN": np.isnan(array), "infinite": np.isinf(array)}
    return columns | {head: f"{n:,}" for head, which in counts.items() if (n := which.sum())}


def _row(title: str, cells: Sequence[str]) -> Markup:
    return element(
        "tr", element("th", title, scope="row"), *(element("td", cell) for cell in cells)
    )


def _none_yet(title: str, columns: int) -> Markup:
    cell = element("td", "none yet", colspan=columns)
    return element("tr", element("th", title, scope="row"), cell)


def _cells(vector: Any, indices: Sequence[int | None]) -> Sequence[str]:
    values = np.ravel(vector)
    return ["…" if i is None else _number(values[i]) for i in indices]


def _elided(indices: Sequence[int]) -> Sequence[int | None]:
    return indices if len(indices) <= SHOWN else [*indices[: SHOWN - 3], None, *indices[-2:]]


def _number(x: Any) -> str:
    return f"{x:.4g}" if isinstance(x, np.floating | float) else str(x)
