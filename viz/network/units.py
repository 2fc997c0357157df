"""The units of a column: one circle each, with its symbol, the curve of its activation, and its bias."""

from itertools import groupby
from xml.etree.ElementTree import Element

import numpy as np

from .layers import POINTS, Floats, Layer
from .layout import RADIUS, ColumnLayout
from .markup import NORMAL, TINY, add, width, write
from .wording import Wording, activation_names, number

ROOM, LESS_ROOM = 1.7 * RADIUS, 1.4 * RADIUS
"""The room for text in the middle of a unit, and above or below the middle."""

ARROW = 28.0
"""The length of the arrow out of an output."""

BESIDE = 8.0
"""The space between a unit, or its arrow, and the name beside it."""


def draw(
    parent: Element, wording: Wording, column: int, layout: ColumnLayout, *, weights: bool
) -> None:
    """Draw the units of a column, and an ellipsis for those that are left out."""
    layer = wording.layer(column)
    kind = "input" if layer is None else "output" if column == wording.last else "hidden"
    for unit, y in layout.units.items():
        group = add(
            parent,
            "g",
            class_=f"unit {kind}",
            data_layer=column,
            data_unit=unit + 1,
            data_path=layer and layer.path,
            data_activation=(layer and layer.activation_path) or None,
        )
        add(group, "title", wording.unit(column, unit, with_bias=weights))
        add(group, "circle", cx=layout.x, cy=y, r=RADIUS)
        symbol = wording.symbol(column, unit)
        if layer is None:
            _text(group, symbol, layout.x, y)
        else:
            _function(group, layer, symbol, layout.x, y)
            if weights and layer.biases is not None:
                _bias(group, layer, unit, layout.x, y)
        if kind != "hidden":
            _beside(group, wording.outside(column, unit), layout.x, y, is_output=kind == "output")
    if layout.ellipsis is not None:
        ellipsis = add(parent, "g", class_="ellipsis")
        add(ellipsis, "title", wording.left_out(column, len(layout.units)))
        for step in (-9.0, 0.0, 9.0):
            add(ellipsis, "circle", cx=layout.x, cy=layout.ellipsis + step, r=2.2)


def room_beside(wording: Wording, column: int, layout: ColumnLayout) -> float:
    """The room for a column of inputs or outputs, from its middle to the end of the longest name."""
    longest = max(width(wording.outside(column, unit)) for unit in layout.units)
    return RADIUS + ARROW * (column > 0) + (BESIDE + longest if longest else 0.0)


def _function(group: Element, layer: Layer, symbol: str, x: float, y: float) -> None:
    """Draw what a unit computes: the curve of its activation or, without a curve, its name."""
    room, scale = (LESS_ROOM, 0.75) if symbol else (ROOM, 1.0)
    if symbol:
        _text(group, symbol, x, y - 0.3 * RADIUS, room)
        y += 0.4 * RADIUS
    if layer.response is None:
        _text(group, activation_names(layer), x, y, room)
    else:
        draw_curve(group, layer.response, x, y, scale)


def _text(group: Element, content: str, x: float, y: float, room: float = ROOM) -> None:
    """Text in a unit, in a smaller font if it is long."""
    size = min(NORMAL, NORMAL * room / width(content))
    write(group, content, x, y, size)


def _bias(group: Element, layer: Layer, unit: int, x: float, y: float) -> None:
    assert layer.biases is not None
    above = y - RADIUS - 0.65 * TINY
    shown = number(layer.biases[unit])
    write(group, shown, x, above, TINY, class_="bias", data_parameter=layer.bias_name)


def _beside(group: Element, name: str, x: float, y: float, *, is_output: bool) -> None:
    """Draw the arrow out of an output, and the name of an input or an output."""
    if is_output:
        start, end = x + RADIUS, x + RADIUS + ARROW
        path = f"M{start:g} {y:g}H{end:g}m-6 -4l6 4l-6 4"
        add(group, "path", class_="arrow", d=path)
    if name:
        x, anchor = (end + BESIDE, "start") if is_output else (x - RADIUS - BESIDE, "end")
        write(group, name, x, y, anchor=anchor, class_="name")


CURVE_WIDTH, CURVE_HEIGHT = 25.0, 17.0


def draw_curve(parent: Element, response: Floats, x: float, y: float, scale: float = 1.0) -> None:
    """Draw an activation's values at `POINTS` around (x, y), with gaps where they are not finite."""
    values = np.where(np.isfinite(response), response, 0.0)
    low, high = values.min(initial=0.0), values.max(initial=0.0)
    width, height = CURVE_WIDTH * scale, CURVE_HEIGHT * scale
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
