"""Numbers, arrays, names and parameters as short text that fits into a box of a drawing."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_course.inspect import Spec

MOST_ROWS = 4
MOST_COLUMNS = 6
LONGEST = 40
"""Names and parameters are cut at this many characters."""

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(x: Any) -> str:
    """A number in three significant digits: 0.462, 12.3, 1.2e-05, nan. Integers stay whole."""
    if isinstance(x, (bool, np.bool_, int, np.integer)):
        return str(x)
    x = float(x)
    if x == 0:
        return "0.0"  # not -0.0
    if 999.5 <= abs(x) < 1e6:
        return f"{x:.0f}"
    return _as_float(f"{x:.3g}") if abs(x) < 99.95 or x.is_integer() else f"{x:.3g}"


def exact(x: float) -> str:
    """A Python number in at most six significant digits: 2, 0.5, 1.0001."""
    return str(x) if isinstance(x, int) else _as_float(f"{x:.6g}")


def array(
    values: NDArray[Any], rows: int = MOST_ROWS, columns: int = MOST_COLUMNS
) -> tuple[str, ...]:
    """An array in a few lines, one per row; "…" stands for rows and columns that do not fit."""
    if values.ndim == 0:
        return (number(values[()]),)
    if values.size == 0:
        return ("[]",)
    table = values.reshape(-1, values.shape[-1])
    shown = _elided(list(table), rows)
    cells = [
        _aligned([number(row[i]) for row in shown if row is not None])
        if i is not None
        else ("…",) * rows
        for i in _elided(range(table.shape[1]), columns)
    ]
    lines = (f"[{'  '.join(row)}]" for row in zip(*cells))
    return tuple("…" if row is None else next(lines) for row in shown)


def spec(shape: tuple[int, ...], dtype: Any) -> str:
    """Shape and dtype: "(2, 3) float32"."""
    return f"{tuple(shape)} {dtype}"


def name(given: object, longest: int = LONGEST) -> str:
    r"""A name on one line. Unprintable characters are escaped as in Python: \n, \x07, \u202e."""
    printable = (
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(given or "")
    )
    return _cut("".join(printable), longest)


def parameter(value: Any) -> str:
    """The value of an operation's parameter: 0, (2, 3), float32, 1:3."""
    if isinstance(value, slice):
        ends = ":".join("" if x is None else str(x) for x in (value.start, value.stop))
        return ends if value.step is None else f"{ends}:{value.step}"
    if value is Ellipsis:
        return "..."
    if isinstance(value, Spec) or (isinstance(value, np.ndarray) and value.ndim):
        return f"{spec(value.shape, value.dtype)} array"
    if isinstance(value, (type, np.dtype)):
        return str(np.dtype(value))
    if isinstance(value, (float, np.number)):
        return number(value)
    return name(repr(value))


def index(value: Any) -> str:
    """An index: [0], [1:3, :]."""
    return _cut(f"[{', '.join(map(parameter, value if isinstance(value, tuple) else (value,)))}]")


def subscript(n: int) -> str:
    """Digits below the line: x₁₂."""
    return str(n).translate(_SUBSCRIPTS)


def superscript(n: int) -> str:
    """Digits above the line: z⁽¹²⁾."""
    return str(n).translate(_SUPERSCRIPTS)


def count(n: int, noun: str) -> str:
    """A count with its noun: 1 leaf, 2,400 operations."""
    plural = {"leaf": "leaves", "box": "boxes"}.get(noun, noun + "s")
    return f"{n:,} {noun if n == 1 else plural}"


def size(n: int) -> str:
    """A number of bytes: 96 B, 1.5 kB, 12 MB."""
    for unit in ("B", "kB", "MB"):
        if n < 1000:
            return f"{n:.3g} {unit}"
        n /= 1000  # type: ignore[assignment]
    return f"{n:.3g} GB"


def _aligned(cells: Sequence[str]) -> list[str]:
    """Numbers padded so that their decimal points are aligned."""
    parts = [cell.partition(".") for cell in cells]
    whole = max(len(before) for before, _, _ in parts)
    fraction = max(len(point + after) for _, point, after in parts)
    return [before.rjust(whole) + (point + after).ljust(fraction) for before, point, after in parts]


def _elided(items: Sequence[Any], most: int) -> list[Any]:
    """The items, or the first ones, None and the last one if there are too many."""
    return list(items) if len(items) <= most else [*items[: most - 2], None, items[-1]]


def _as_float(digits: str) -> str:
    """Digits with a decimal point: 2.0, not 2."""
    return digits if {*digits} & {*".enai"} else f"{digits}.0"


def _cut(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
