"""Why a gradient is wrong, if a simple mistake explains its numbers.

The common mistakes are undone one after the other: a constant factor, a transpose, the derivative of an
activation left out … The first after which all numbers are right is the likely cause. Each differentiated
input is treated by itself.
"""

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

import numpy as np

from .claims import Claim
from .evidence import Evidence, gather
from .findings import Findings
from .point import Point
from .special_points import error_beside
from .verdicts import Floats, Tolerance

_HERE_ALONE = (
    "it is right at points close by, so at this very point a formula takes a special case, or meets a "
    "kink inside the function"
)

_MOST_AXES = 5
"""Up to this many axes, of output and input together, are tried in every order."""

_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "tanh, 1 - y²": lambda y: 1 - y * y,
    "the sigmoid, y (1 - y)": lambda y: y * (1 - y),
    "relu, 1 where y > 0": lambda y: 1.0 * (y > 0),
}
"""Derivatives in terms of the output y."""


def likely_causes(findings: Findings, claim: Claim, step: float, tolerance: Tolerance) -> list[str]:
    """A line for each cause that explains what is wrong; none where nothing simple does."""
    causes: dict[str, list[str]] = {}
    everything = list(gather(findings, claim))
    for evidence in everything:
        others = {e.name: e.gradients for e in everything if e is not evidence}
        cause = next(_explanations(evidence, claim, others), None)
        if cause is None:
            error = error_beside(findings.point, claim, *evidence.worst, step, tolerance)
            cause = _HERE_ALONE if error == 0 else None
        if cause is not None:
            causes.setdefault(cause, []).append(evidence.name)
    return [f"Likely cause, by {', '.join(names)}: {cause}" for cause, names in causes.items()]


def _explanations(evidence: Evidence, claim: Claim, others: dict[str, Floats]) -> Iterator[str]:
    """What would explain the numbers, the simplest first."""
    given = claim.misshapen(evidence.position)
    if given is not None:
        for mistake, gradient in _reshaped(given, evidence.x.shape):
            yield from _up_to_a_factor(evidence, mistake, gradient[None])
        yield f"its shape is {given.shape} in place of {evidence.x.shape}"
    elif not np.isfinite(evidence.claimed).all():
        yield f"{claim.name} gives NaN or infinity: 0 / 0, ln 0 or 0 times infinity in its formula?"
    elif not evidence.claimed.any():
        yield f"{claim.name} gives 0: {claim.if_zero}"
    else:
        for mistake, gradients in _undone(evidence, others):
            yield from _up_to_a_factor(evidence, mistake, gradients)
        yield from _terms(evidence)
        if evidence.point.entrywise:
            yield from _sums(evidence)
            yield from _patterns(evidence)


def _up_to_a_factor(evidence: Evidence, mistake: str, gradients: Floats) -> Iterator[str]:
    """The mistake, if these gradients are right up to a constant factor, and the factor."""
    c = evidence.factor(gradients)
    if c is None:
        return
    if mistake and abs(c - 1) < 1e-4:
        yield mistake
        return
    only_simple = bool(mistake) or evidence.numbers == 1
    factor = factor_in_words(1 / c, _lengths(evidence.point), only_simple)
    if factor is not None:
        yield f"{mistake}; and {factor}" if mistake else factor


# --- mistakes that are undone: would the numbers be right then? -----------------------------------


def _undone(evidence: Evidence, others: dict[str, Floats]) -> Iterator[tuple[str, Floats]]:
    """Mistakes, each with the gradients without it. The first is "", no mistake but a factor."""
    gradients = evidence.gradients
    yield "", gradients
    if evidence.numbers < 2:
        return
    for axes in _orders(gradients.shape, first=1):
        yield "it is transposed", gradients.transpose(axes)
    for name, other in others.items():
        if other.shape == gradients.shape:
            yield f"it is the gradient by {name}: are two of them swapped?", other
    yield from _activations(evidence)
    if evidence.point.entrywise and evidence.shape is not None:
        jacobian = gradients.reshape((*evidence.shape, *evidence.x.shape))
        for axes in _orders(jacobian.shape):
            other = jacobian.transpose(axes).reshape(gradients.shape)
            yield "something in its formula is transposed", other
    for axis in range(1, gradients.ndim):
        yield f"it is reversed along axis {axis - 1}", np.flip(gradients, axis)


def _activations(evidence: Evidence) -> Iterator[tuple[str, Floats]]:
    """The derivative of an activation left out, or taken at the input x in place of the output y."""
    gradients, x, y = evidence.gradients, evidence.x, evidence.outputs
    if y is None:
        return
    for name, derivative in _ACTIVATIONS.items():
        yield f"the derivative of {name}, is missing (y: the output)", gradients * derivative(y)
    for name, derivative in _ACTIVATIONS.items():
        if y.shape == (1, *x.shape) and derivative(x).all():
            at_output = gradients / derivative(x) * derivative(y)
            yield f"the derivative of {name}, was taken at the input: y is the output", at_output


def _orders(shape: tuple[int, ...], first: int = 0) -> Iterator[tuple[int, ...]]:
    """Other orders of the axes from `first` on that keep the shape, swaps of two before others."""
    if len(shape) - first > _MOST_AXES:
        return
    own = tuple(range(len(shape)))
    orders = [(*own[:first], *rest) for rest in permutations(own[first:])]
    orders = [axes for axes in orders if tuple(shape[a] for a in axes) == shape]
    yield from sorted(orders[1:], key=lambda axes: sum(a != b for a, b in zip(axes, own)))


def _reshaped(given: Floats, shape: tuple[int, ...]) -> Iterator[tuple[str, Floats]]:
    """A gradient of the wrong shape, brought into the right one in all ways that make sense."""
    off = f"its shape is {given.shape} in place of {shape}"
    if given.T.shape == shape:
        yield f"it is transposed: {off}", given.T
    if given.size == int(np.prod(shape)):
        yield f"its numbers are right, but {off}", given.reshape(shape)
    extra = given.ndim - len(shape)
    if extra >= 0:
        stretched = [
            axis
            for axis, length in enumerate(given.shape)
            if axis < extra or (shape[axis - extra] == 1 and length > 1)
        ]
        kept = given.sum(axis=tuple(stretched), keepdims=True).reshape(-1)
        if stretched and kept.size == int(np.prod(shape)):
            axes = ", ".join(map(str, stretched))
            yield f"the sum over axis {axes} is missing: {off}", kept.reshape(shape)


# --- mistakes that the numbers themselves show ----------------------------------------------------


def _terms(evidence: Evidence) -> Iterator[str]:
    """A term that is missing or should not be there: c times the input, the derivative of weight decay."""
    x = evidence.products(evidence.x[None])
    missing = evidence.numerical - evidence.claimed
    if len(evidence.claimed) > 1 or evidence.numbers < 2 or not x.any():
        return
    c = float((x * missing)[evidence.usable].sum() / (x * x)[evidence.usable].sum())
    if c and evidence.fits(evidence.claimed + c * x):
        amount = f"{abs(c):.4g} times {evidence.name}"
        yield (
            f"{amount} is {'missing' if c > 0 else 'too much'} in it: the derivative of a penalty on "
            f"its squares (weight decay)?"
        )


def _sums(evidence: Evidence) -> Iterator[str]:
    """One sum too many, or a sum of which only the first or last term is there."""
    numerical = evidence.numerical.reshape((-1, *evidence.x.shape))
    claimed = evidence.claimed.reshape(numerical.shape)
    for axis in range(1, numerical.ndim):
        summed = numerical.sum(axis=axis, keepdims=True)
        if numerical.shape[axis] > 1 and np.allclose(claimed, summed, rtol=1e-5):
            yield f"it is summed over axis {axis - 1} of {evidence.name}, one axis too many"
    shape = evidence.shape or ()
    numerical, claimed, wrong = (
        a.reshape((*shape, evidence.x.size)) if shape else a
        for a in (evidence.numerical, evidence.claimed, evidence.wrong)
    )
    for axis in range(len(shape)):
        for name, term in (("first", [0]), ("last", [-1])):
            one = numerical.take(term, axis)
            alone = not np.delete(claimed, term, axis).any() and not wrong.take(term, axis).any()
            if alone and np.allclose(numerical, one, rtol=1e-5):
                yield f"of a sum over axis {axis} of the output it has the {name} term only"


def _patterns(evidence: Evidence) -> Iterator[str]:
    """What the wrong entries have in common, where others are right."""
    wrong = evidence.wrong
    claimed, allowed = evidence.claimed[wrong], evidence.allowed[wrong]
    numerical = evidence.numerical[wrong]
    if len(numerical) < 2:
        return
    if not claimed.any():
        yield "it is 0 where it is wrong: a term is missing, or was cut off"
    elif (np.abs(numerical) <= allowed).all():
        yield "it should be 0 where it is wrong: a mask is missing, such as that of relu?"
    elif numerical.all():
        ratio = claimed / numerical
        if np.allclose(ratio, ratio[0], rtol=1e-4):
            factor = factor_in_words(float(ratio[0]), _lengths(evidence.point), only_simple=False)
            if factor is not None:
                yield f"where it is wrong, {factor}"


# --- constant factors in words --------------------------------------------------------------------


def factor_in_words(ratio: float, lengths: dict[int, str], only_simple: bool) -> str | None:
    """What the mistake may be if a gradient is this many times the right one.

    `lengths` says what has this length: the m of a 1/m. `only_simple` leaves out factors that are neither a
    whole number nor one divided by a whole number.
    """
    size = abs(ratio)
    signed = "its sign is wrong, and " if ratio < 0 else ""
    if np.isclose(size, 1, rtol=1e-4):
        few = f"it is {ratio:.8g} times the right one: a constant with too few digits?"
        return "its sign is wrong" if ratio < 0 else None if only_simple else few
    large = _whole(size)
    if large:
        return f"{signed}it is {large} times too large: {_excess(large, lengths)}"
    small = _whole(1 / size)
    if small:
        return f"{signed}it is {small} times too small: {_lack(small, lengths)}"
    return None if only_simple else f"it is {ratio:.6g} times the right one: a wrong factor"


def _whole(size: float) -> int:
    nearest = round(size)
    return nearest if 1 < nearest < 1e7 and np.isclose(size, nearest, rtol=1e-4) else 0


def _excess(k: int, lengths: dict[int, str]) -> str:
    if k == 2:
        return "a factor of 2 too much?"
    if k in lengths:
        return f"1/m is missing, with m = {k}, {lengths[k]}?"
    return f"a factor too much, or 1/m is missing, with m = {k} examples?"


def _lack(k: int, lengths: dict[int, str]) -> str:
    if k == 2:
        return "a factor of 2 is missing, as the derivative of a square brings it?"
    if k in lengths:
        return f"a mean in place of a sum, or one 1/m too many, with m = {k}, {lengths[k]}?"
    return f"a factor of {k} is missing?"


def _lengths(point: Point) -> dict[int, str]:
    """What has a length or a number of entries, by that number."""
    lengths: dict[int, str] = {}
    arrays = [(name, np.shape(x)) for name, x in zip(point.names, point.arrays, strict=True)]
    arrays += [("the output", shape) for shape in point.shapes]
    for name, shape in arrays:
        for axis, length in enumerate(shape):
            lengths.setdefault(length, f"the length of axis {axis} of {name}")
    for name, shape in arrays:
        lengths.setdefault(int(np.prod(shape)), f"the number of entries of {name}")
    return lengths
