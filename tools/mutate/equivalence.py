"""Whether two rules are the same function, by what they return on many probes.

They are told apart by value (up to rounding), dtype, errors, by writing into what they were given or
returning its memory, and by their own derivatives. What the engine does to a share is no difference:
summing over stretched axes.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_course import Tensor
from tinygrad_course.engine.pullbacks import unbroadcast
from tinygrad_course.errors import RuleError, TinygradCourseError
from tinygrad_course.primitive import Rule
from tinygrad_course.testing.case import is_float_array

from .build import AnyPrimitive
from .probes import Probe, copied

SAME_DIGITS = 0.57
"""The part of a number's digits in which results agree that differ by rounding alone."""

SAME_SIZE = 0.75
"""The same for numbers that others in the result are much larger than."""


@dataclass(frozen=True)
class AskedRule:
    """A rule, and by name what it asks for after g."""

    primitive: AnyPrimitive
    rule: Rule
    wants: tuple[str, ...]

    def __call__(self, g: Any, operands: Sequence[Any], probe: Probe, out: Any) -> Any:
        """What the rule returns, and that in the shape of its operand, as the engine makes it."""
        places: dict[str, Any] = {
            **self.primitive.optional,
            **self.primitive.defaults,
            **probe.case.parameters,
            "out": out,
            "shapes": tuple(np.shape(x) for x in operands),
            "i": probe.position,
        }
        if self.primitive.variadic:
            places[self.primitive.operands[0]] = tuple(operands)
        else:
            for name, x in zip(self.primitive.operands, operands):
                places |= {name: x, f"{name}_shape": np.shape(x)}
        share = self.rule(g, *(places[want] for want in self.wants))
        return share, self._fitted(share, np.shape(operands[probe.position]))

    def _fitted(self, share: Any, shape: tuple[int, ...]) -> Any:
        if not hasattr(share, "shape"):
            raise RuleError("no array")
        if share.shape == shape:
            return share
        if not self.primitive.broadcasts:
            raise RuleError("wrong shape")
        return unbroadcast(share, shape)


@dataclass(frozen=True)
class Outcome:
    """What a rule did on a probe; `values` are the share, or its derivatives."""

    values: tuple[Any, ...] = ()
    error: type[Exception] | None = None
    dtype: Any = None
    aliases: tuple[bool, ...] = ()
    wrote: bool = False


def outcome(rule: AskedRule, probe: Probe) -> Outcome:
    """What the rule returns on plain arrays, and what it does to them."""
    case = copied(probe.case)
    out, g = np.array(probe.out)[()], np.array(probe.g)[()]
    given = [x for x in (*case.operands, out, g) if isinstance(x, np.ndarray)]
    before = [x.copy() for x in given]
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            share, value = rule(g, case.operands, probe, out)
    except Exception as error:
        return Outcome(error=type(error))
    held = [x for x in given if x is not g]
    return Outcome(
        values=(np.array(value),),
        dtype=share.dtype if isinstance(share, (np.ndarray, np.generic)) else type(share),
        aliases=tuple(np.may_share_memory(share, x) for x in held),
        wrote=not all(
            np.array_equal(x, y, equal_nan=x.dtype.kind == "f") for x, y in zip(given, before)
        ),
    )


def slopes(rule: AskedRule, probe: Probe) -> Outcome:
    """The derivatives of what the rule returns, by g and by the operands."""
    operands = [
        Tensor(np.array(x), requires_grad=True) if is_float_array(x) else x
        for x in probe.case.operands
    ]
    g = Tensor(np.array(probe.g), requires_grad=True)
    leaves = [g, *(x for x in operands if isinstance(x, Tensor))]
    shape = np.shape(probe.case.operands[probe.position])
    weights = np.random.default_rng(0).uniform(0.5, 1.5, shape)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            out = rule.primitive(*operands, **probe.case.parameters)
            _, value = rule(g, operands, probe, out)
            if isinstance(value, Tensor) and value.requires_grad:
                (value * weights).sum().backward()
    except Exception as error:
        return Outcome(error=type(error))
    return Outcome(
        tuple(np.zeros(x.shape) if x.grad is None else np.array(x.grad.data) for x in leaves)
    )


def difference(original: Outcome, mutant: Outcome, probe: Probe) -> str | None:
    """What tells them apart, if anything does. Where the original has no answer, there is no wrong one."""
    if original.error and not issubclass(original.error, TinygradCourseError):
        return None
    if mutant.error is not original.error:
        return f"raises {mutant.error.__name__}" if mutant.error else "raises nothing"
    if mutant.wrote and not original.wrote:
        return "writes into what it was given"
    if any(new and not old for old, new in zip(original.aliases, mutant.aliases)):
        return "returns memory that it was given"
    if mutant.dtype != original.dtype:
        return f"returns {mutant.dtype}, not {original.dtype}"
    size = max((_largest(value) for value in original.values), default=0)
    for value, other in zip(original.values, mutant.values):
        if not _same(value, other, size, probe):
            return f"gives {np.ravel(other)[:4]}, not {np.ravel(value)[:4]}"
    return None


def _largest(value: Any) -> float:
    return float(np.abs(value[np.isfinite(value)]).max(initial=0))


def _same(value: Any, other: Any, size: float, probe: Probe) -> bool:
    rtol, atol = probe.precision**SAME_DIGITS, size * probe.precision**SAME_SIZE
    same = np.isclose(other, value, rtol=rtol, atol=atol, equal_nan=True)
    # Where numbers went in and NaN comes out, the original doesn't say what is right.
    return bool((same if probe.has_nan else same | np.isnan(value)).all())
