"""How a Tensor shows itself in a notebook: a line about it, and its numbers in a table.

Few numbers are written out, of many it is said what they are like. The HTML has no colours of its
own: a notebook styles it as it does its other tables, on light paper or on dark.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..engine.graph import SMALL
from ..lazy import at_hand
from ..markup import Markup, element
from .base import TensorBase

MOST = 10
"""So many rows and columns are shown; of more of them the first ones and the last."""

BESIDE = "display: flex; flex-wrap: wrap; gap: 0 2em; align-items: start"

Shown: TypeAlias = Mapping[str, Any]
"""Arrays by their title; None for a gradient that is not there yet."""


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
    if not all(array is None or at_hand(array) for array in shown.values()):
        return element("div", *(_elsewhere(*item) for item in shown.items()))
    if not tensor.size:
        return None
    if tensor.size > SMALL:
        return _statistics(shown)
    return _vectors(shown) if tensor.ndim < 2 else _matrices(shown)


def _elsewhere(title: str, array: Any) -> Markup:
    """An array of another library's, such as Dask's, which is shown as that shows it."""
    own = getattr(array, "_repr_html_", None)
    what = Markup(own()) if own is not None else element("pre", repr(array))
    return element("div", element("p", title), what)


def _vectors(shown: Shown) -> Markup:
    """Numbers, or vectors as rows below one another."""
    length = np.size(shown["value"])
    places = _elided(range(length))
    rows = [
        _none_yet(title, len(places)) if array is None else _row(title, _cells(array, places))
        for title, array in shown.items()
    ]
    if np.ndim(shown["value"]):
        heads = (element("th", "…" if i is None else str(i), scope="col") for i in places)
        rows.insert(0, element("tr", element("td"), *heads))
    return element("table", *rows)


def _matrices(shown: Shown) -> Markup:
    """A table for each array, with the last axis from left to right; all others lead to a row."""
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
    """What many numbers are like; what is not finite is counted, and left out of the rest."""
    known = {title: None if x is None else _described(x) for title, x in shown.items()}
    heads = list(dict.fromkeys(head for columns in known.values() for head in columns or ()))
    rows = (
        _none_yet(title, len(heads))
        if columns is None
        else _row(title, [columns.get(head, "0") for head in heads])
        for title, columns in known.items()
    )
    head = element("tr", element("td"), *(element("th", head, scope="col") for head in heads))
    return element("table", head, *rows)


def _described(array: NDArray[Any]) -> Mapping[str, str]:
    is_finite = np.isfinite(array)
    finite = array if is_finite.all() else array[is_finite]
    columns = {}
    with np.errstate(over="ignore"):
        for head in ("mean", "std"):
            value = getattr(finite, head)(dtype=np.float64) if finite.size else np.nan
            columns[head] = _number(value)
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


def _cells(vector: Any, places: Sequence[int | None]) -> Sequence[str]:
    values = np.ravel(vector)
    return ["…" if i is None else _number(values[i]) for i in places]


def _elided(places: Sequence[int]) -> Sequence[int | None]:
    return places if len(places) <= MOST else [*places[: MOST - 3], None, *places[-2:]]


def _number(x: Any) -> str:
    return f"{x:.4g}" if isinstance(x, np.floating | float) else str(x)
