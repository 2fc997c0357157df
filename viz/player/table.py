"""The arrays that a page shows, as text, each one once."""

from typing import Any

import numpy as np

from tinygrad_course.inspect import SMALL

from .. import text
from ..graph.summary import NOTHING, ArraySummary, summarise


class Table:
    """Rows that describe arrays; row 0 stands for an array that is not known."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = [{}]
        self._row_of: dict[object, int] = {}

    def add(self, array: Any) -> int:
        """The row of an array or a tensor as it is now."""
        array = getattr(array, "_data", array)
        found = summarise(array)
        whole = found.lines
        if found != NOTHING and np.size(array) <= SMALL:
            whole = text.array(np.asarray(array), rows=SMALL, columns=SMALL)
        return self.add_text(found, whole)

    def add_text(self, found: ArraySummary, whole: tuple[str, ...] | None = None) -> int:
        """The row of a summary; `whole` are all its lines, if a drawing has no room for them."""
        if found == NOTHING:
            return 0
        key = (found, whole)
        if key not in self._row_of:
            self._row_of[key] = len(self.rows)
            row: dict[str, Any] = {"lines": found.lines}
            if whole is not None and whole != found.lines:
                row["whole"] = whole
            if found.heat:
                row["heat"] = [_hexadecimal(cells) for cells in found.heat]
            self.rows.append(row)
        return self._row_of[key]


def _hexadecimal(cells: tuple[int | None, ...]) -> str:
    """A row of a heat map, two digits per cell: ff is the most positive number, -- is NaN."""
    return "".join("--" if cell is None else f"{cell:02x}" for cell in cells)
