"""Why a gradient is wrong, if something simple explains its numbers.

The mistakes that people make are undone one after the other: a constant factor, a transpose, the derivative
of an activation left out … The first after which all numbers are right is the likely cause. Each
differentiated input is looked at by itself.
"""

from collections.abc import Iterator

import numpy as np

from ..claims import Claim
from ..doubts.beside import error_beside
from ..findings import Findings
from ..verdicts import Floats, Tolerance
from .evidence import Evidence, gather
from .factors import in_words, sizes_of
from .mistakes import reshaped, undone


def likely_causes(findings: Findings, claim: Claim, step: float, tolerance: Tolerance) -> list[str]:
    """A line for each cause that explains what is wrong; none where nothing simple does."""
    causes: dict[str, list[str]] = {}
    everything = list(gather(findings, claim))
    for evidence in everything:
        others = {e.name: e.stack for e in everything if e is not evidence}
        cause = next(_explanations(evidence, claim, others), None)
        if cause is None:
            error = error_beside(findings.point, claim, *evidence.worst, step, tolerance)
            cause = _HERE_ALONE if error == 0 else None
        if cause is not None:
            causes.setdefault(cause, []).append(evidence.name)
    return [f"Likely cause, by {', '.join(names)}: {cause}" for cause, names in causes.items()]


_HERE_ALONE = (
    "it is right at points close by, so at this very point a formula takes a special case, or meets a "
    "kink inside the function"
)


def _explanations(evidence: Evidence, claim: Claim, others: dict[str, Floats]) -> Iterator[str]:
    """What would explain the numbers, the simplest first."""
    given = claim.misshapen(evidence.position)
    if given is not None:
        for what, gradient in reshaped(given, evidence.x.shape):
            yield from _with_factor(evidence, what, gradient[None])
        yield f"its shape is {given.shape} in place of {evidence.x.shape}"
    elif not np.isfinite(evidence.ours).all():
        yield f"{claim.who} gives NaN or infinity: 0 / 0, ln 0 or 0 times infinity in its formula?"
    elif not evidence.ours.any():
        yield (
            f"{claim.who} gives 0: is the input cut off (.detach(), .numpy(), no_grad, a constant)?"
        )
    else:
        for what, stack in undone(evidence, others):
            yield from _with_factor(evidence, what, stack)
        yield from _terms(evidence)
        if evidence.point.entrywise:
            yield from _sums(evidence)
            yield from _patterns(evidence)


def _with_factor(evidence: Evidence, what: str, stack: Floats) -> Iterator[str]:
    """`what`, if the numbers of this gradient are right up to a factor, and the factor."""
    c = evidence.factor(stack)
    if c is None:
        return
    if what and abs(c - 1) < 1e-4:
        yield what
        return
    only_simple = bool(what) or evidence.numbers == 1
    factor = in_words(1 / c, sizes_of(evidence.point), only_simple)
    if factor is not None:
        yield f"{what}; and {factor}" if what else factor


def _terms(evidence: Evidence) -> Iterator[str]:
    """A term that is missing or should not be there: the input itself, as weight decay brings it."""
    x = evidence.products(evidence.x[None])
    missing = evidence.found - evidence.ours
    if len(evidence.ours) > 1 or evidence.numbers < 2 or not x.any():
        return
    c = float((x * missing)[evidence.usable].sum() / (x * x)[evidence.usable].sum())
    if c and evidence.fits(evidence.ours + c * x):
        amount = f"{abs(c):.4g} times {evidence.name}"
        yield (
            f"{amount} is {'missing' if c > 0 else 'too much'} in it: the derivative of a penalty on "
            f"its squares (weight decay)?"
        )


def _sums(evidence: Evidence) -> Iterator[str]:
    """One sum too many, or one that has only its first or last term."""
    found = evidence.found.reshape((-1, *evidence.x.shape))
    ours = evidence.ours.reshape(found.shape)
    for axis in range(1, found.ndim):
        summed = found.sum(axis=axis, keepdims=True)
        if found.shape[axis] > 1 and np.allclose(ours, summed, rtol=1e-5):
            yield f"it is summed over axis {axis - 1} of {evidence.name}, one axis too many"
    shape = evidence.shape or ()
    found, ours, wrong = (
        a.reshape((*shape, evidence.x.size)) if shape else a
        for a in (evidence.found, evidence.ours, evidence.wrong)
    )
    for axis in range(len(shape)):
        for name, term in (("first", [0]), ("last", [-1])):
            one = found.take(term, axis)
            alone = not np.delete(ours, term, axis).any() and not wrong.take(term, axis).any()
            if alone and np.allclose(found, one, rtol=1e-5):
                yield f"of a sum over axis {axis} of the output it has the {name} term only"


def _patterns(evidence: Evidence) -> Iterator[str]:
    """What the wrong entries have in common, where others are right."""
    wrong = evidence.wrong
    ours, found, allowed = evidence.ours[wrong], evidence.found[wrong], evidence.allowed[wrong]
    if len(found) < 2:
        return
    if not ours.any():
        yield "it is 0 where it is wrong: a term is missing, or was cut off"
    elif (np.abs(found) <= allowed).all():
        yield "it should be 0 where it is wrong: a mask is missing, such as that of relu?"
    elif found.all():
        ratio = ours / found
        if np.allclose(ratio, ratio[0], rtol=1e-4):
            factor = in_words(float(ratio[0]), sizes_of(evidence.point), only_simple=False)
            if factor is not None:
                yield f"where it is wrong, {factor}"
