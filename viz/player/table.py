"""Every array of a recording as text, each one once, however often it is shown."""

from typing import Any

import numpy as np

from tinygrad_course.engine.graph import SMALL

from .. import text
from ..graph.summary import NOTHING, ArraySummary, summarise


class Table:
    """What the page shows of arrays, by number; 0 stands for an array that nobody knows."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = [{}]
        self._row_of: dict[object, int] = {}

    def add(self, array: Any) -> int:
        """An array, or a tensor; its numbers are copied, since it may be overwritten later."""
        array = getattr(array, "_data", array)
        found = summarise(array)
        whole = found.lines
        if found != NOTHING and np.size(array) <= SMALL:
            whole = text.array(np.asarray(array), rows=SMALL, columns=SMALL)
        return self.add_text(found, whole)

    def add_text(self, found: ArraySummary, whole: tuple[str, ...] | None = None) -> int:
        """What is already text; `whole` if there is more to say than fits into a drawing."""
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
    """A row of a picture, two digits a cell: ff is the most positive number, -- NaN."""
    return "".join("--" if cell is None else f"{cell:02x}" for cell in cells)
