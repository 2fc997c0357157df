"""Which numbers v · J w are compared: all entries of the Jacobian, or random projections of it.

With unit vectors for v and w these numbers are the entries. Where there are too many entries, v and w are
random vectors: an error in any entry shows in nearly all of the products, but they do not tell in which.
"""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np

from .claims import Claim
from .point import Direction, Function, Point, bracketed, terms_of
from .verdicts import Floats

ENTRYWISE = 256
"""Up to this many input entries, and output entries, each one is compared by itself."""

PROJECTIONS = 8
"""Beyond that: the number of random directions for each input, and of random cotangents."""


def point_of(
    claim: Claim,
    function: Function,
    arrays: Sequence[Any],
    names: Sequence[str],
    output_names: Sequence[str],
    rng: np.random.Generator,
    behind: Floats | None = None,
) -> Point:
    """The point at which the claim was made, with the directions and cotangents to compare there."""
    entrywise = sum(arrays[i].size for i in claim.positions) <= ENTRYWISE
    directions = list(_directions(claim.positions, arrays, names, entrywise, rng))
    shapes = [y.shape for y in claim.outputs]
    labels, weights = _cotangents(shapes, output_names, claim.of_sum, rng)
    outputs = np.concatenate([np.ravel(y) for y in claim.outputs]).astype(np.float64)
    return Point(
        function=function,
        arrays=arrays,
        names=names,
        positions=claim.positions,
        shapes=shapes,
        directions=directions,
        labels=labels,
        weights=weights,
        entrywise=entrywise,
        of_sum=claim.of_sum,
        here=outputs if weights is None else weights @ outputs,
        terms=terms_of(outputs, weights),
        behind=terms_of(np.zeros(outputs.shape) if behind is None else behind, weights),
    )


def _directions(
    positions: Sequence[int],
    arrays: Sequence[Any],
    names: Sequence[str],
    entrywise: bool,
    rng: np.random.Generator,
) -> Iterator[Direction]:
    for i in positions:
        shape = arrays[i].shape
        if entrywise:
            for index in np.ndindex(shape):
                w = np.zeros(shape)
                w[index] = 1
                yield Direction(names[i] + bracketed(index), i, w)
        elif arrays[i].size:
            for k in range(PROJECTIONS):
                w = rng.standard_normal(shape) / np.sqrt(prod(shape))
                yield Direction(f"{names[i]} · random direction {k}", i, w)


def _cotangents(
    shapes: Sequence[tuple[int, ...]],
    names: Sequence[str],
    of_sum: bool,
    rng: np.random.Generator,
) -> tuple[list[str], Floats | None]:
    """A label for each v, and all v as rows; None for unit vectors."""
    size = sum(map(prod, shapes))
    if of_sum:
        return ["the sum"], np.ones((1, size))
    if size > ENTRYWISE:
        labels = [f"random cotangent {k}" for k in range(PROJECTIONS)]
        return labels, rng.standard_normal((PROJECTIONS, size)) / np.sqrt(size)
    entries = zip(names, map(np.ndindex, shapes), strict=True)
    return [name + bracketed(index) for name, indices in entries for index in indices], None
