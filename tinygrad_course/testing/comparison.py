"""One Jacobian from both sides: what `gradcheck` does once for each order, and the table it shows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import GradientCheckError, NotRecordedError
from ..graph import topological_order
from ..reverse_mode import pullback
from ..tensor import Tensor
from .numerical import Derivative, Floats, bend, derivative

ENTRYWISE = 256
"""Up to this many input entries, and output entries, each one is looked at by itself."""

PROJECTIONS = 8
"""Beyond that: so many random directions for each input, and so many random cotangents."""

WORST = 8
"""So many wrong entries are shown."""


@dataclass(frozen=True)
class GradientReport:
    """What `gradcheck` compared, and how well both sides agreed."""

    what: str
    checked: int
    max_error: float
    order: int

    def __repr__(self) -> str:
        return (
            f"<gradients agree: {self.what}, order {self.order}; "
            f"{self.checked} numbers compared, largest error {self.max_error:.1e}>"
        )


class Comparison:
    """f at one point, in float64, and the numbers v · J w that both sides are compared in."""

    def __init__(
        self,
        f: Callable[..., Any],
        arrays: Sequence[Any],
        positions: Sequence[int],
        names: Sequence[str],
        rng: np.random.Generator,
        step: float,
        rtol: float,
        atol: float,
    ) -> None:
        self.f, self.arrays, self.positions, self.names = f, arrays, positions, names
        self.step, self.rtol, self.atol = step, rtol, atol
        leaves = self.tensors(requires_grad=True)
        self.nodes = [leaves[i].node for i in positions]
        self.outputs = outputs_of(f, f(*leaves))
        self.directions = list(self._directions(rng))
        self.cotangents = list(self._cotangents(rng))

    def tensors(self, requires_grad: bool = False) -> list[Any]:
        return [
            Tensor(x, requires_grad=requires_grad) if i in self.positions else x
            for i, x in enumerate(self.arrays)
        ]

    @property
    def entries(self) -> int:
        return sum(self.arrays[i].size for i in self.positions)

    @property
    def output_entries(self) -> int:
        return sum(y.size for y in self.outputs)

    def _directions(self, rng: np.random.Generator) -> Iterator[tuple[str, int, Floats]]:
        """Label, input, and the direction w in which it is moved."""
        for i in self.positions:
            x = self.arrays[i]
            if self.entries <= ENTRYWISE:
                for index in np.ndindex(x.shape):
                    w = np.zeros(x.shape)
                    w[index] = 1
                    yield self.names[i] + _bracketed(index), i, w
            elif x.size:
                for k in range(PROJECTIONS):
                    w = rng.standard_normal(x.shape) / np.sqrt(x.size)
                    yield f"{self.names[i]} · random direction {k}", i, w

    def _cotangents(self, rng: np.random.Generator) -> Iterator[tuple[str, Floats]]:
        """Label, and the cotangent v of all outputs, flat and one after the other."""
        size = self.output_entries
        if size > ENTRYWISE:
            for k in range(PROJECTIONS):
                yield f"output · random cotangent {k}", rng.standard_normal(size) / np.sqrt(size)
            return
        units = iter(np.eye(size))
        for k, y in enumerate(self.outputs):
            name = f"output {k}" if len(self.outputs) > 1 else "output"
            for index in np.ndindex(y.shape):
                yield name + _bracketed(index), next(units)

    def run(self, order: int) -> GradientReport:
        ours = np.array([self._ours(v) for _, v in self.cotangents])
        ours = ours.reshape(len(self.cotangents), len(self.directions))
        numerical = np.zeros_like(ours)
        allowed = np.zeros_like(ours)
        all_v = np.array([v for _, v in self.cotangents])
        all_v = all_v.reshape(len(self.cotangents), self.output_entries)
        for column, (_, i, w) in enumerate(self.directions):
            slope = self._numerical(i, w)
            numerical[:, column] = _weighted(all_v, slope.value)
            allowed[:, column] = 10 * _weighted(np.abs(all_v), slope.rounding)
        allowed += self.atol + self.rtol * np.fmax(np.abs(ours), np.abs(numerical))
        error = np.abs(ours - numerical)
        # NaN is wrong on either side, and what is known only within ∞ proves nothing.
        wrong = ~((error <= allowed) & np.isfinite(numerical) & np.isfinite(allowed))
        if wrong.any():
            raise GradientCheckError(self._table(order, wrong, ours, numerical, error))
        return GradientReport(self._what(), ours.size, float(error.max(initial=0)), order)

    def _ours(self, v: Floats) -> list[float]:
        """(Jᵀv) · w for every direction w."""
        found: dict[int, Any] = {}
        start = 0
        for y in self.outputs:
            cotangent = v[start : start + y.size].reshape(y.shape).astype(y.dtype)
            start += y.size
            if y.node is None or not cotangent.any():
                continue
            wanted = [node for node in self.nodes if node is not None]
            order = topological_order(y.node)
            shares = pullback(y.node, cotangent, order, wanted=wanted, retain_graph=True)
            for i, node in zip(self.positions, self.nodes, strict=True):
                if node in shares:
                    found[i] = found.get(i, 0) + shares[node]
        return [float((found[i] * w).sum()) if i in found else 0.0 for _, i, w in self.directions]

    def _numerical(self, i: int, w: Floats) -> Derivative:
        """(d/dt) f(x + t w), all outputs flat and one after the other."""
        return derivative(*self._moved(i, w), self.step, self.rtol, self.atol)

    def _moved(self, i: int, w: Floats) -> tuple[Callable[[float], Floats], float]:
        """t ↦ f(x + t w), and the size of what is moved."""
        x = self.arrays[i]

        def f(t: float) -> Floats:
            tensors = self.tensors()
            tensors[i] = Tensor(x + t * w)
            values = [np.ravel(y.detach().numpy()) for y in outputs_of(self.f, self.f(*tensors))]
            return np.concatenate(values).astype(np.float64)

        return f, float(np.abs(x[w != 0]).max(initial=0))

    def _what(self) -> str:
        full = self.entries <= ENTRYWISE and self.output_entries <= ENTRYWISE
        kind = "every entry" if full else "random projections"
        return f"{kind} of the {self.output_entries} × {self.entries} Jacobian"

    def _table(
        self,
        order: int,
        wrong: Any,
        ours: Floats,
        numerical: Floats,
        error: Floats,
    ) -> str:
        places = np.argwhere(wrong)
        size = np.where(np.isnan(error), np.inf, error)[wrong]
        places = places[np.argsort(-size, kind="stable")]
        rows = [("derivative of", "by", "backward", "numerical", "error", "")]
        for row, column in places[:WORST]:
            output, v = self.cotangents[row]
            by, i, w = self.directions[column]
            at_kink = abs(v @ bend(*self._moved(i, w), self.step)) > error[row, column] / 2
            rows.append(
                (
                    output,
                    by,
                    f"{ours[row, column]:.6g}",
                    f"{numerical[row, column]:.6g}",
                    f"{error[row, column]:.1e}",
                    "at a kink, where there is no derivative?" if at_kink else "",
                )
            )
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  " + "  ".join(cell.ljust(n) for cell, n in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        if len(places) > WORST:
            lines.append(f"  … and {len(places) - WORST} more")
        derivatives = "second derivatives" if order == 2 else "derivatives"
        return "\n".join(
            [
                f"{len(places)} of {wrong.size} {derivatives} disagree ({self._what()}):",
                *lines,
                *_hint(ours[wrong], numerical[wrong]),
            ]
        )


def _hint(ours: Floats, numerical: Floats) -> Iterator[str]:
    """What is wrong, where all wrong entries are wrong in the same way."""
    if not np.isfinite(ours).all():
        yield "Reverse mode gives NaN or infinity: 0 · ∞, 0 / 0 or ln 0 in a rule?"
    elif not np.isfinite(numerical).all():
        yield "The function itself is not finite there: are the inputs inside its domain?"
    elif not ours.any():
        yield "Reverse mode gives 0: does the graph reach this input (.detach(), .numpy(), no_grad)?"
    elif numerical.all():
        ratios = ours / numerical
        if np.allclose(ratios, ratios[0], rtol=1e-4):
            kind = "sign" if np.isclose(ratios[0], -1, rtol=1e-4) else "factor"
            yield f"Each is {ratios[0]:.6g} times the numerical one: a wrong {kind}?"


def _weighted(weights: Floats, values: Floats) -> Floats:
    """weights @ values, where 0 · ∞ is 0: an output that is not asked for does not matter."""
    finite = np.isfinite(values)
    result = weights[:, finite] @ values[finite]
    touched = (weights[:, ~finite] != 0).any(axis=1)
    return np.where(touched, np.inf, result)


def outputs_of(f: Callable[..., Any], result: Any) -> list[Tensor]:
    """The Tensors that f returned, one or several. Raises: NotRecordedError for anything else."""
    outputs = list(result) if isinstance(result, (tuple, list)) else [result]
    for y in outputs:
        if not isinstance(y, Tensor):
            raise NotRecordedError(
                f"{getattr(f, '__name__', 'the function')} returned {type(y).__name__}, not a Tensor "
                f"(or a tuple of them): there is no graph to check"
            )
    return outputs


def _bracketed(index: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""
