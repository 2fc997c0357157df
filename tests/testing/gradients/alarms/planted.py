"""Does gradcheck call a wrong gradient wrong, and name the cause? Plant faults and count."""

import warnings
from collections import Counter
from functools import wraps

import numpy as np

from tests.testing.gradients.alarms import scales
from tests.testing.gradients.alarms.points import applied, elsewhere, random_case
from tinygrad_course.autodiff import grad
from tinygrad_course.errors import TinygradCourseError
from tinygrad_course.ops import activations
from tinygrad_course.primitive import registry
from tinygrad_course.testing import Verdict, gradcheck, replaced_rules

MISSED, NAMED, UNNAMED = "missed", "found, with the cause", "found, without the cause"
ONE_NUMBER = "found, one number by itself"
NO_EFFECT = "without effect at this point"
REFUSED = "refused by the function"
FOUND = "found"
HIDDEN = "hidden by the noise of f: not enough precision"
HIDDEN_BESIDE = "hidden by the noise of f, beside correct numbers"

FACTORS = {
    -1.0: "its sign is wrong",
    2.0: "it is 2 times too large",
    0.5: "it is 2 times too small",
    5.0: "it is 5 times too large",
    -3.0: "its sign is wrong, and it is 3 times too large",
    1.001: "it is 1.001 times the right one",
}
"""The factors by which a rule is multiplied, and the cause that the report should name."""


def times(rule, factor):
    """The rule, times a constant."""

    @wraps(rule)
    def fault(*arguments):
        return rule(*arguments) * factor

    return fault


def in_rules(count, start=0):
    """Multiply each rule of the registry in turn by a constant, and count the outcomes."""
    rng = np.random.default_rng(start)
    rules = [
        (primitive, operand, rule)
        for _, primitive in sorted(registry.items())
        for operand, rule in primitive.rules.items()
        if rule is not None
    ]
    tally = Counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for k in range(count):
            primitive, operand, rule = rules[k % len(rules)]
            factor = list(FACTORS)[rng.integers(len(FACTORS))]
            kind = ("generic", "anywhere")[rng.integers(2)]
            case = elsewhere(primitive, random_case(primitive.name, rng), kind, rng)
            f, inputs = applied(primitive, case)
            try:
                right = gradcheck(f, *inputs, raises=False)
                with replaced_rules(primitive, **{operand: times(rule, factor)}):
                    report = gradcheck(f, *inputs, raises=False)
            except (TinygradCourseError, ValueError):
                tally[REFUSED] += 1
                continue
            tally[_of_a_factor(right, report, factor)] += 1
    return tally


def _of_a_factor(right, report, factor):
    """The outcome for a rule that was multiplied by a factor."""
    engine = {entry.index: entry.claimed for entry in right.entries}
    changed = [e for e in report.entries if abs(e.claimed - engine[e.index]) > 2 * e.allowed]
    if not changed:
        return NO_EFFECT
    outcome = _outcome(report, FACTORS[factor])
    # Some factor explains any single number, so the report names none but a simple one.
    alone = factor == 1.001 and len({entry.by for entry in changed}) == len(changed) == 1
    return ONE_NUMBER if alone and outcome == UNNAMED else outcome


def _outcome(report, cause):
    if not report.counts[Verdict.WRONG]:
        return MISSED
    named = any(cause in remark for remark in report.remarks)
    return NAMED if named else UNNAMED


# g holds the gradients by the weights, by the bias, and by the bias for each example.
MISTAKES = {
    "a sign": (lambda g, m: (g[0], -g[1]), "by b: its sign is wrong"),
    "the 2 of a square": (lambda g, m: (g[0] / 2, g[1] / 2), "by w, b: it is 2 times too small"),
    "1/m": (lambda g, m: (m * g[0], g[1]), "1/m is missing, with m = {m}"),
    "a transpose": (lambda g, m: (g[0].T, g[1]), "by w: it is transposed"),
    "a transpose and 1/m": (lambda g, m: (m * g[0].T, g[1]), "it is transposed"),
    "the sum over the batch": (lambda g, m: (g[0], g[2]), "by b: the sum over axis 0 is missing"),
}
"""Mistakes in the gradient over m examples, and the cause that the report should name."""


def in_homework(count, start=0):
    """Give the gradient of a layer with each of these mistakes in turn, and count the outcomes."""
    rng = np.random.default_rng(start)
    tally = Counter()
    for k in range(count):
        mistake, cause = list(MISTAKES.values())[k % len(MISTAKES)]
        m = int(rng.integers(3, 12))
        inputs, units = rng.integers(2, 40 if rng.integers(4) == 0 else 6, 2)
        x, targets = rng.standard_normal((m, inputs)), rng.standard_normal((m, units))
        w, b = rng.standard_normal((inputs, units)), rng.standard_normal(units)
        activation = (np.tanh, activations.sigmoid, lambda z: z)[rng.integers(3)]

        def cost(w, b):
            return ((activation(x @ w + b) - targets) ** 2).sum() / m  # noqa: B023

        by_w, by_b = grad(cost, (0, 1))(w, b)
        by_each_b = grad(cost, 1)(w, np.tile(b, (m, 1)))
        wrong = mistake((by_w, by_b, by_each_b), m)
        report = gradcheck(cost, w, b, gradient=wrong, raises=False)
        tally[_outcome(report, cause.format(m=m))] += 1
    return tally


def in_units(count, start=0):
    """Plant each mistake in turn in gradients in all units and precisions, and count the outcomes."""
    rng = np.random.default_rng(start)
    tally = Counter()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for scaled, k in zip(scales.drawn_scaled(rng), range(count), strict=False):
            mistake = list(scales.MISTAKES)[k % len(scales.MISTAKES)]
            at = (int(rng.integers(2)), int(rng.integers(3)))
            right = scaled.gradient(scaled.x)
            wrong = scales.MISTAKES[mistake](right, at)
            report = gradcheck(scaled.f, scaled.x, gradient=wrong, raises=False)
            tally[_of_units(scaled, right, wrong, report)] += 1
    return tally


def _of_units(scaled, right, wrong, report):
    """The outcome of a mistake of known size."""
    if not np.isfinite(np.asarray(scaled.f(scaled.x))).all():
        return REFUSED
    if (right == wrong).all():
        return NO_EFFECT
    if report.counts[Verdict.WRONG]:
        return FOUND
    if np.abs(wrong - right).max() > scaled.seen:
        return MISSED
    return HIDDEN if report.counts[Verdict.IMPRECISE] else HIDDEN_BESIDE
