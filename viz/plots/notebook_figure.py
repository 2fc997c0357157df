"""A matplotlib figure that shows itself in a notebook; the one file that imports matplotlib at once."""

import io

from matplotlib.figure import Figure

SCALE = 2
"""Pixels of the picture for one of the page's, so that it is sharp on screens of high resolution."""


class NotebookFigure(Figure):
    """matplotlib's own figures show themselves only after pyplot was imported; this one always."""

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        content = io.BytesIO()
        self.savefig(content, format="png", dpi=SCALE * self.dpi)
        width, height = (round(inches * self.dpi) for inches in self.get_size_inches())
        return content.getvalue(), {"width": width, "height": height}
