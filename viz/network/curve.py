"""The little curve in a unit: its activation, over the axis on which it is 0."""

from itertools import groupby
from xml.etree.ElementTree import Element

import numpy as np

from .layers import POINTS, Numbers
from .markup import add

WIDTH, HEIGHT = 25.0, 17.0


def draw(parent: Element, response: Numbers, x: float, y: float, scale: float = 1.0) -> None:
    """`response`, which an activation gives at `POINTS`, around (x, y); broken where it isn't finite."""
    values = np.where(np.isfinite(response), response, 0.0)
    low, high = values.min(initial=0.0), values.max(initial=0.0)
    width, height = WIDTH * scale, HEIGHT * scale
    rise = height / ((high - low) or 1.0)
    across = x + width * POINTS / np.ptp(POINTS)
    down = y + rise * ((high + low) / 2 - values)
    axis = y + rise * (high + low) / 2
    add(parent, "line", class_="axis", x1=x - width / 2, y1=axis, x2=x + width / 2, y2=axis)
    drawn = zip(across, down, np.isfinite(response), strict=True)
    pieces = [list(piece) for is_finite, piece in groupby(drawn, lambda p: p[2]) if is_finite]
    path = "".join("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b, _ in piece) for piece in pieces)
    if path:
        add(parent, "path", class_="curve", d=path)
