"""The point at which derivatives are compared, and how the inputs move away from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .function import Function, Line
from .verdicts import Floats


@dataclass(frozen=True)
class Direction:
    """The direction w in which the input at a position is moved."""

    label: str
    position: int
    w: Floats


@dataclass(frozen=True)
class Point:
    """f at `arrays`, and the numbers v · J w that are compared there; J is the Jacobian.

    Each w is one of the `directions`. Each v is a row of `weights`, with a label; None stands for all unit
    vectors. `here` has v · f, and `terms` the size of the terms that it is summed up from.
    """

    function: Function
    arrays: Sequence[Any]
    names: Sequence[str]
    positions: Sequence[int]
    shapes: Sequence[tuple[int, ...]]
    directions: Sequence[Direction]
    labels: Sequence[str]
    weights: Floats | None
    entrywise: bool
    of_sum: bool
    here: Floats
    terms: Floats

    def cotangent(self, row: int) -> Floats:
        """v, for all outputs, flat and one after the other."""
        if self.weights is not None:
            return self.weights[row]
        v = np.zeros(len(self.labels))
        v[row] = 1
        return v

    def along(self, shares: Sequence[Any]) -> Floats:
        """(Jᵀv) · w for every w, from Jᵀv: an array for each position, None where it is zero."""
        by_position = dict(zip(self.positions, shares, strict=True))
        if self.entrywise:
            parts = [
                np.zeros(self.arrays[i].size) if share is None else np.ravel(share)
                for i, share in by_position.items()
            ]
            return np.concatenate(parts)
        products = []
        for d in self.directions:
            share = by_position[d.position]
            products.append(0.0 if share is None else float((share * d.w).sum()))
        return np.array(products)

    def line(self, *directions: Direction) -> Line:
        """t ↦ v · f(x + t w) for every v, where w is the sum of these directions."""
        towards: dict[int, Floats] = {}
        for d in directions:
            towards[d.position] = towards[d.position] + d.w if d.position in towards else d.w
        moved = list(self.arrays)

        def at(t: float) -> Floats:
            for i, w in towards.items():
                moved[i] = self.arrays[i] + t * w
            return self.rows(self.function(moved))

        sizes = [np.abs(self.arrays[i][w != 0]).max(initial=0) for i, w in towards.items()]
        return Line(at, self.here, float(max(sizes)), self.terms)

    def shifted(self, by: Mapping[int, Floats]) -> list[Any]:
        """The arrays, with something added to those at these positions."""
        return [np.asarray(x + by[i]) if i in by else x for i, x in enumerate(self.arrays)]

    def at(self, arrays: Sequence[Any]) -> "Point":
        """The same at another point."""
        outputs = self.function(arrays)
        return replace(
            self, arrays=arrays, here=self.rows(outputs), terms=terms_of(outputs, self.weights)
        )

    def rows(self, outputs: Floats) -> Floats:
        """v · outputs for every v."""
        return outputs if self.weights is None else self.weights @ outputs

    @property
    def size(self) -> int:
        """How many numbers f returns."""
        return sum(int(np.prod(shape)) for shape in self.shapes)

    @property
    def what(self) -> str:
        """What is compared, in words."""
        entries = sum(self.arrays[i].size for i in self.positions)
        if self.of_sum:
            kind = "every entry" if self.entrywise else "random projections"
            return f"{kind} of the gradient of the sum, by {entries} entries"
        kind = "every entry" if self.entrywise and self.weights is None else "random projections"
        return f"{kind} of the {self.size} × {entries} Jacobian"


def terms_of(outputs: Floats, weights: Floats | None) -> Floats:
    """|v| · |outputs|: the size of what is summed up in v · outputs."""
    return np.abs(outputs) if weights is None else np.abs(weights) @ np.abs(outputs)


def bracketed(index: Sequence[int]) -> str:
    """An index as it is written behind a name; nothing for that of a scalar."""
    return f"[{', '.join(map(str, index))}]" if len(index) else ""
