"""The docstring of every primitive gives its formula, and that of each of its rules."""

import inspect
import re
from unicodedata import normalize

import pytest

from tinygrad_course.primitive import primitive, registry

BARRED = re.compile(r"(\w\u0302?)(?:[\u0304\u0305]|_bar)([^\s=]*)\s*=")
"""A cotangent with a formula, x̄ = … or ā_min = …, in decomposed Unicode."""


def formulas(operation):
    """The cotangents for which the docstring has a formula."""
    return set(BARRED.findall(normalize("NFD", inspect.getdoc(operation) or "")))


@pytest.mark.parametrize("name", sorted(registry))
def test_every_rule_has_its_formula(name):
    rules = [rule for rule in registry[name].rules.values() if rule is not None]
    assert len(formulas(registry[name])) >= len(rules)


@pytest.mark.parametrize(
    ("doc", "count"),
    [
        (None, 0),
        ("z = (x + y)/2", 0),
        ("z = (x + y)/2;   x̄ = z̄ / 2", 1),
        ("z = (x + y)/2;   x_bar = y_bar = z_bar / 2", 2),
        ("z = (x + y)/2;   x̄ = z̄ / 2,   ȳ = z̄ / 2", 2),
        ("z = clip x;   x̄ = z̄ inside,   ā_min = Σ z̄ below", 2),
    ],
)
def test_formulas_are_counted(doc, count):
    @primitive("half", signature="(),()->()")
    def half(x, y):
        return (x + y) / 2

    del registry["half"]
    half.__doc__ = doc
    assert len(formulas(half)) == count
