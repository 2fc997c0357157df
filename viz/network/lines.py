"""The weights between two columns: one line each, whose width, dashes and colour show its size and sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np

from .layers import Floats, Net
from .layout import RADIUS, ColumnLayout, shown
from .markup import add
from .wording import Wording

THICKEST, THINNEST = 4.5, 0.6
"""The widths of the line of a layer's largest weight, and of the thinnest visible line."""

FAINTEST = 0.4
"""The opacity of the smallest weights, so that large ones stand out where many lines cross."""

KINDS = ("positive", "negative", "zero", "undefined")
"""The classes of lines."""


@dataclass(frozen=True)
class LineScale:
    """The scale of lines that the drawings of a net in several states have in common.

    largest     by layer, the |w| of the widest line
    heights     by layer, the largest relative size of each weight in any state: the order of the lines
    kinds       the kinds of lines that occur in any state
    """

    largest: tuple[float, ...]
    heights: tuple[Floats, ...]
    kinds: tuple[str, ...]


def line_scale(states: Sequence[Net]) -> LineScale:
    """The scale for all states of a net."""
    layers = [
        [layer.weights for layer in column] for column in zip(*(net.layers for net in states))
    ]
    largest = [max(map(_largest, weights)) for weights in layers]
    heights = [
        np.maximum.reduce([_relative_sizes(one, most) for one in weights])
        for weights, most in zip(layers, largest, strict=True)
    ]
    drawn = {kind(w) for weights in layers for one in weights for w in _drawn(one)}
    return LineScale(tuple(largest), tuple(heights), tuple(name for name in KINDS if name in drawn))


def kind(weight: float) -> str:
    """The class of a weight's line."""
    if not np.isfinite(weight):
        return "undefined"
    return "positive" if weight > 0 else "negative" if weight < 0 else "zero"


def draw(
    parent: Element,
    wording: Wording,
    column: int,
    ends: tuple[ColumnLayout, ColumnLayout],
    scale: LineScale,
    *,
    weights: bool,
) -> None:
    """Draw the lines from the units of the column before to those of this one, the largest on top."""
    layer = wording.net.layers[column - 1]
    sizes = _relative_sizes(layer.weights, scale.largest[column - 1])
    height = scale.heights[column - 1]
    before, here = ends
    pairs = [(unit, source) for unit in here.units for source in before.units]
    for unit, source in sorted(pairs, key=lambda pair: height[pair]) if weights else pairs:
        weight, size = layer.weights[unit, source], float(sizes[unit, source])
        line = add(
            parent,
            "line",
            class_=f"weight {kind(weight) if weights else 'plain'}",
            x1=before.x + RADIUS,
            y1=before.units[source],
            x2=here.x - RADIUS,
            y2=here.units[unit],
            data_layer=column,
            data_unit=unit + 1,
            data_from=source + 1,
            data_parameter=layer.weight_name,
        )
        if weights and weight != 0:
            line.set("stroke-width", f"{max(THICKEST * size, THINNEST):.3g}")
            line.set("stroke-opacity", f"{FAINTEST + (1 - FAINTEST) * size:.3g}")
        add(line, "title", wording.weight(column, unit, source, with_value=weights))


def _drawn(weights: Floats) -> Floats:
    """The weights between units that are drawn."""
    units, sources = ([i for i in shown(n) if i is not None] for n in weights.shape)
    return weights[np.ix_(units, sources)].ravel()


def _largest(weights: Floats) -> float:
    return float(np.abs(weights).max(initial=0.0, where=np.isfinite(weights)))


def _relative_sizes(weights: Floats, largest: float) -> Floats:
    """|w| relative to the largest; 1 for NaN and infinities."""
    is_finite = np.isfinite(weights)
    return np.where(is_finite, np.abs(np.where(is_finite, weights, 0.0)) / (largest or 1.0), 1.0)
