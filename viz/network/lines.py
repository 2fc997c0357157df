"""The weights between two columns: a line each, whose width, dashes and colour say what it is."""

from collections.abc import Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element

import numpy as np

from .layers import Net, Numbers
from .layout import RADIUS, Column
from .markup import add
from .wording import Wording

THICKEST, THINNEST = 4.5, 0.6
"""The line of a layer's largest weight, and the thinnest that can be seen."""

FAINTEST = 0.4
"""The opacity of the smallest weights: where many lines cross, the large ones stand out."""

KINDS = ("positive", "negative", "zero", "undefined")
"""The classes of lines."""


def kind(weight: float) -> str:
    """The class of a weight's line."""
    if not np.isfinite(weight):
        return "undefined"
    return "positive" if weight > 0 else "negative" if weight < 0 else "zero"


def draw(
    parent: Element, wording: Wording, column: int, ends: tuple[Column, Column], *, weights: bool
) -> None:
    """The lines from the drawn units of the column before to those of this one, the largest on top."""
    layer = wording.net.layers[column - 1]
    shares = _shares(layer.weights)
    before, here = ends
    pairs = [(unit, source) for unit in here.units for source in before.units]
    for unit, source in sorted(pairs, key=lambda pair: shares[pair]) if weights else pairs:
        weight, share = layer.weights[unit, source], float(shares[unit, source])
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
            line.set("stroke-width", f"{max(THICKEST * share, THINNEST):.3g}")
            line.set("stroke-opacity", f"{FAINTEST + (1 - FAINTEST) * share:.3g}")
        add(line, "title", wording.weight(column, unit, source, with_value=weights))


def kinds(net: Net, places: Sequence[Column]) -> list[str]:
    """The kinds of lines that are drawn between all these columns."""
    drawn = {
        kind(layer.weights[unit, source])
        for layer, (before, here) in zip(net.layers, pairwise(places), strict=True)
        for unit in here.units
        for source in before.units
    }
    return [name for name in KINDS if name in drawn]


def _shares(weights: Numbers) -> Numbers:
    """The size of each weight as a share of the layer's largest; 1 for what is no number."""
    is_finite = np.isfinite(weights)
    sizes = np.abs(np.where(is_finite, weights, 0.0))
    return np.where(is_finite, sizes / (sizes.max() or 1.0), 1.0)
