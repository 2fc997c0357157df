"""A matplotlib figure that displays itself in a notebook. Only this file imports matplotlib at once."""

import io

from matplotlib.figure import Figure

SCALE = 2
"""Pixels of the image per pixel of the page, so that it is sharp on high-resolution screens."""


class NotebookFigure(Figure):
    """Displays itself without pyplot, which matplotlib's own figures need for that."""

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        content = io.BytesIO()
        self.savefig(content, format="png", dpi=SCALE * self.dpi)
        width, height = (round(inches * self.dpi) for inches in self.get_size_inches())
        return content.getvalue(), {"width": width, "height": height}
