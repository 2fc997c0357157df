"""The function at the point where derivatives are compared, and along the lines through that point.

Numerical differentiation sees only values along a `Line`. A `Point` makes the lines, and knows the
cotangents v and directions w of the numbers v · J w.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...containers import leaves
from ...tensor import Tensor
from .verdicts import SAFETY, Floats

EPSILON = float(np.finfo(np.float64).eps)

SUBNORMAL = float(np.finfo(np.float64).smallest_subnormal)
"""Numbers close to zero are rounded to multiples of this."""


@dataclass(frozen=True)
class Function:
    """f, which gets the arrays at the positions `tensors` as Tensors, and all others as they are."""

    f: Callable[..., Any]
    tensors: frozenset[int]

    def arguments(self, arrays: Sequence[Any], **options: Any) -> list[Any]:
        """The arguments for f; `options` go to Tensor."""
        return [Tensor(x, **options) if i in self.tensors else x for i, x in enumerate(arrays)]

    def __call__(self, arrays: Sequence[Any]) -> Floats:
        """All outputs, flat, one after the other."""
        outputs = listed(self.f(*self.arguments(arrays)))
        values = [np.ravel(np.asarray(plain(y), np.float64)) for y in outputs]
        return values[0] if len(values) == 1 else np.concatenate(values)


@dataclass(frozen=True)
class Line:
    """t ↦ f(x + t w), with one or several numbers; `here` is f(x).

    Steps are relative to `scale`, the size of the whole input. `magnitude` is the size of the entries of it
    that w moves. `terms` is the size of the terms from which each number of f is summed: rounding changes
    that number by at least EPSILON · terms.
    """

    at: Callable[[float], Floats]
    here: Floats
    magnitude: float
    scale: float
    terms: Floats

    def values(self, steps: Iterable[float]) -> Floats:
        """f at each step, in rows; NaN where f raises a ValueError, as outside of its domain."""
        steps = list(steps)
        values = np.empty((len(steps), self.here.size))
        for row, t in zip(values, steps, strict=True):
            try:
                row[:] = self.at(t)
            except ValueError:
                row[:] = np.nan
        return values


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
    vectors. `here` has v · f, and `terms` the size of the terms from which it is summed. Where f is itself a
    derivative, `behind` is its natural size, that of the function over that of the input: in 1 − tanh² x it
    is 1, and the derivative, however small, is known to no more than the rounding of that.
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
    behind: Floats

    def cotangent(self, row: int) -> Floats:
        """v, for all outputs, flat, one after the other."""
        if self.weights is not None:
            return self.weights[row]
        v = np.zeros(len(self.labels))
        v[row] = 1
        return v

    def along(self, gradients: Sequence[Any]) -> Floats:
        """(Jᵀv) · w for every w, from Jᵀv: an array for each position, None where it is zero."""
        by_position = dict(zip(self.positions, gradients, strict=True))
        if self.entrywise:
            parts = [
                np.zeros(self.arrays[i].size) if g is None else np.ravel(g)
                for i, g in by_position.items()
            ]
            return np.concatenate(parts)
        products = []
        for d in self.directions:
            g = by_position[d.position]
            products.append(0.0 if g is None else float((g * d.w).sum()))
        return np.array(products)

    def line(self, *directions: Direction, scale: float | None = None) -> Line:
        """t ↦ v · f(x + t w) for every v, where w is the sum of these directions.

        The scale is that of the input that a direction moves, unless it is given.
        """
        towards: dict[int, Floats] = {}
        for d in directions:
            towards[d.position] = towards[d.position] + d.w if d.position in towards else d.w
        moved = list(self.arrays)

        def at(t: float) -> Floats:
            for i, w in towards.items():
                moved[i] = self.arrays[i] + t * w
            return self.rows(self.function(moved))

        sizes = [np.abs(self.arrays[i][w != 0]).max(initial=0) for i, w in towards.items()]
        if scale is None:
            scale = max(self.scales[i] for i in towards)
        return Line(at, self.here, float(max(sizes)), scale, self.terms)

    @cached_property
    def scales(self) -> dict[int, float]:
        """The size of each differentiated input: that of its largest entry, or 1 if all of them are zero.

        Of zeros alone nothing shows in which unit they are measured.
        """
        sizes = {i: float(np.abs(self.arrays[i]).max(initial=0)) for i in self.positions}
        return {i: size if 0 < size < np.inf else 1.0 for i, size in sizes.items()}

    @property
    def direction_scales(self) -> Floats:
        """The size of the input that each direction moves."""
        return np.array([self.scales[d.position] for d in self.directions])

    @property
    def sizes(self) -> Floats:
        """The size that the rounding of each number of f is relative to, as far as anything tells it."""
        return np.fmax(self.terms, self.behind)

    def shifted(self, by: Mapping[int, Floats]) -> list[Any]:
        """The arrays, with something added to those at these positions."""
        return [np.asarray(x + by[i]) if i in by else x for i, x in enumerate(self.arrays)]

    def at(self, arrays: Sequence[Any]) -> "Point":
        """The same function, cotangents and directions at another point."""
        outputs = self.function(arrays)
        return replace(
            self, arrays=arrays, here=self.rows(outputs), terms=terms_of(outputs, self.weights)
        )

    def repeats(self, resolution: float) -> bool:
        """Whether f returns the same once more, but for rounding in numbers of this epsilon.

        A matrix product may round differently in memory of another alignment; random numbers differ by far
        more.
        """
        again = self.at(self.arrays).here
        allowed = SAFETY * max(resolution, EPSILON) * self.sizes
        same: Any = (again == self.here) | (np.isnan(again) & np.isnan(self.here))
        return bool((same | (np.abs(again - self.here) <= allowed)).all())

    def rows(self, outputs: Floats) -> Floats:
        """v · outputs for every v."""
        return outputs if self.weights is None else self.weights @ outputs

    @property
    def size(self) -> int:
        """The number of entries that f returns."""
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
    """|v| · |outputs|: the size of the terms that v · outputs adds up."""
    return np.abs(outputs) if weights is None else np.abs(weights) @ np.abs(outputs)


def labelled(result: Any) -> list[tuple[str, Any]]:
    """The outputs of a function, each with its name: one, several, or those in a container."""
    parts = list(result) if isinstance(result, (tuple, list)) else [result]
    names = ["output"] if len(parts) == 1 else [f"output {k}" for k in range(len(parts))]
    return [found for name, part in zip(names, parts) for found in leaves(part, name)]


def listed(result: Any) -> list[Any]:
    """The outputs of a function, one or several, as a list."""
    if not isinstance(result, (tuple, list, dict)):
        return [result]
    return [y for _, y in labelled(result)]


def plain(x: Any) -> Any:
    """The values of a Tensor; anything else as it is."""
    return x.data if isinstance(x, Tensor) else x


def is_float(x: Any) -> bool:
    """Whether x is an input to differentiate by."""
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def bracketed(index: Sequence[int]) -> str:
    """An index as it is written after a name; nothing for that of a scalar."""
    return f"[{', '.join(map(str, index))}]" if len(index) else ""
