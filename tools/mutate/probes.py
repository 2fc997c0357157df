"""Inputs that tell rules apart: those of the laws, and what they leave out.

The laws stay away from kinks. Here each of their cases comes back with ties, zeros, numbers far too
large or small, NaN and infinities, in single precision, and with integers, booleans and Python's numbers
beside an operand: wherever the function itself has a value.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_course.testing import Case
from tinygrad_course.testing.case import is_float_array

from .build import AnyPrimitive

CASES = 40
"""So many of the laws' cases are varied, evenly chosen."""

Change = Callable[[Any], Any]
"""From an operand to what takes its place."""


@dataclass(frozen=True)
class Probe:
    """A primitive applied to plain arrays, and a cotangent of what it gave."""

    case: Case
    position: int
    """Of the operand whose rule is asked."""
    out: Any
    g: Any

    @property
    def is_moderate(self) -> bool:
        """Whether second derivatives are to be expected of it: doubles of a moderate size, or 0."""
        return all(
            x.dtype == np.float64
            and bool(((x == 0) | (np.abs(x) > 1e-4) & (np.abs(x) < 1e4)).all())
            for x in self._floats
        )

    @property
    def precision(self) -> float:
        """The rounding of the least precise of its arrays."""
        return max(float(np.finfo(x.dtype).eps) for x in self._floats)

    @property
    def _floats(self) -> list[Any]:
        return [x for x in (*self.case.operands, self.out) if is_float_array(x)]

    @property
    def has_nan(self) -> bool:
        """Whether an operand has a NaN in it."""
        operands = self._floats[:-1]
        return any(bool(np.isnan(x).any()) for x in operands)


def probes_of(primitive: AnyPrimitive, cases: list[Case], operand: str) -> list[Probe]:
    """Probes of the rule for one operand, the same ones each time: first the cases as they are."""
    rng = np.random.default_rng(0)

    def positions(case: Case) -> list[int]:
        asked = case.differentiable(primitive)
        if primitive.variadic:
            return asked
        return [i for i in asked if primitive.operands[i] == operand]

    plain = [(case, i) for case in cases for i in positions(case)]
    few = plain[:: max(1, len(plain) // CASES)]
    varied = ((other, i) for case, i in few for other in _variations(case, i, rng))
    probes = (_probe(primitive, case, i, rng) for case, i in (*plain, *varied))
    return [probe for probe in probes if probe is not None]


def _probe(
    primitive: AnyPrimitive, case: Case, position: int, rng: np.random.Generator
) -> Probe | None:
    """None where the function has no value."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore", invalid="raise"):
            warnings.simplefilter("ignore")
            out = copied(case).run(primitive)
    except Exception:
        return None
    if not is_float_array(out):
        return None
    g = rng.uniform(0.5, 1.5, out.shape) * rng.choice([-1.0, 1.0], out.shape)
    probe = Probe(case, position, out, np.asarray(g, dtype=out.dtype)[()])
    return None if np.isnan(out).any() and not probe.has_nan else probe


def copied(case: Case) -> Case:
    """The same in memory of its own."""
    operands = (x.copy() if isinstance(x, np.ndarray) else x for x in case.operands)
    return Case(tuple(operands), dict(case.parameters))


def _variations(case: Case, position: int, rng: np.random.Generator) -> Iterator[Case]:
    """Other cases made from one. Not all are such that the function takes them."""
    floats = [i for i, x in enumerate(case.operands) if is_float_array(x)]
    shape = case.operands[position].shape
    values = np.concatenate([np.ravel(case.operands[i]) for i in floats])
    if not values.size:
        return
    for change in _changes(rng, rng.choice(values, 4)):
        yield _with(case, change, floats)
    with_zeros = _with(case, _replacing(rng, 0.4, 0.0), floats)
    single = _with(case, lambda x: x.astype(np.float32), floats)
    for i in floats:
        if i != position:
            for conversion in BESIDE:
                for other in (case, with_zeros, single):
                    yield _with(other, conversion, [i])
    # What is no floating-point array, such as indices, may have had the same shape in all cases.
    for i, x in enumerate(case.operands):
        if getattr(x, "dtype", np.dtype(type(x))).kind in "iub":
            of_both_shapes = (
                _choosing(rng, np.unique(np.append(x, 1)), s) for s in (np.shape(x), shape)
            )
            yield from (_with(case, choosing, [i]) for choosing in of_both_shapes)
    for stacked in (floats, *([i] for i in floats)):
        yield _with(case, lambda x: np.stack([x, x[..., ::-1] if x.ndim else -x]), stacked)


def _with(case: Case, change: Change, positions: Sequence[int]) -> Case:
    operands = list(case.operands)
    for i in positions:
        operands[i] = change(operands[i])
    return Case(tuple(operands), case.parameters)


def _changes(rng: np.random.Generator, few: Any) -> list[Change]:
    """What becomes of the floating-point operands, all of them together; `few` are some of their values."""
    return [
        lambda x: x.astype(np.float32),
        lambda x: -x,
        lambda x: np.rint(x),
        lambda x: np.rint(2 * x) / 2,
        lambda x: rng.choice(few[:2], x.shape),
        lambda x: rng.choice(few, x.shape),
        *(_replacing(rng, share, zero) for share in (0.4, 0.8, 1.0) for zero in (0.0, -0.0)),
        *(_replacing(rng, 1.0, size * few[0]) for size in (1, -20, 20)),
        *(_replacing(rng, 0.2, value) for value in (np.nan, np.inf, -np.inf)),
        *(_replacing(rng, 1.0, value) for value in (np.nan, np.inf, -np.inf)),
        *(_scaling(factor) for factor in (1e3, 1e-3, 1e-12, 1e160, 1e-160)),
        lambda x: x * rng.choice([1e-160, 1.0, 1e160]),
        lambda x: np.clip(x, -1, 1) * (1 - 1e-9),
    ]


def _replacing(rng: np.random.Generator, share: float, value: float) -> Change:
    return lambda x: np.where(rng.random(x.shape) < share, value, x)


def _scaling(factor: float) -> Change:
    return lambda x: x * factor


def _choosing(rng: np.random.Generator, values: Any, shape: tuple[int, ...]) -> Change:
    return lambda x: rng.choice(values, shape)


BESIDE: tuple[Change, ...] = (
    lambda x: np.rint(x).astype(np.int64),
    lambda x: np.abs(np.rint(x)).astype(np.uint8),
    lambda x: x > 0,
    lambda x: x.astype(np.float32),
    lambda x: float(np.rint(x.flat[0])) if x.size else x,
    lambda x: int(np.rint(x.flat[0])) if x.size else x,
    lambda x: float(x.flat[0]) if x.size else x,
    lambda x: 0,
)
"""What may stand beside an operand that is differentiated."""
