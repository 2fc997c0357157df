"""check_primitive, as it is used for an operation of your own."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import strategies as st

from tinygrad_course.errors import LawError
from tinygrad_course.primitive import POSITIVE, Domain, primitive, registry
from tinygrad_course.testing import Case, check_primitive


@pytest.fixture(autouse=True)
def _registry_as_before():
    before = set(registry)
    yield
    for name in set(registry) - before:
        del registry[name]


def test_own_primitive_with_a_signature_needs_one_call():
    @primitive("x ln y", signature="(),()->()", domain={"y": POSITIVE})
    def xlogy(x, y):
        """z = x ln y;   x̄ = z̄ ln y,   ȳ = z̄ x / y"""
        return x * np.log(y)

    xlogy.vjp(x=lambda g, y: g * np.log(y), y=lambda g, x, y: g * x / y)
    check_primitive(xlogy)


def test_domain_with_a_kink_is_kept_away_from():
    @primitive("hinge", signature="()->()", domain=Domain(kinks=(1.0,)))
    def hinge(x):
        """z = max(0, 1 − x);   x̄ = −z̄ where x < 1"""
        return np.maximum(0, 1 - x)

    hinge.vjp(x=lambda g, x: -g * (x < 1))
    check_primitive(hinge, examples=50)


def test_own_primitive_without_a_signature_takes_cases():
    @primitive("roll")
    def roll_by(x, *, shift=1):
        """z = x rolled by shift;   x̄ = z̄ rolled back"""
        return np.concatenate([x[-shift:], x[:-shift]])

    roll_by.vjp(x=lambda g, shift: np.concatenate([g[shift:], g[:shift]]))
    check_primitive(
        roll_by, Case((np.arange(4.0),)), Case((np.arange(6.0).reshape(3, 2),), {"shift": 2})
    )
    shifts = st.integers(1, 3).map(lambda shift: Case((np.arange(4.0),), {"shift": shift}))
    check_primitive(roll_by, shifts, examples=5)
    with pytest.raises(
        LawError, match=r"can't be tested.*signature.*cases: check_primitive\(roll_by"
    ):
        check_primitive(roll_by)


def test_operand_that_may_be_left_out():
    @primitive("affine")
    def scaled(x, factor=None, *, power=1):
        """z = xᵖ · factor;   x̄ = z̄ · factor p xᵖ⁻¹,   f̄ = Σ z̄ ⊙ xᵖ"""
        return x**power if factor is None else x**power * factor

    scaled.vjp(
        x=lambda g, x, factor, power: (
            (g if factor is None else g * factor) * power * x ** (power - 1)
        ),
        factor=lambda g, x, power: (g * x**power).sum(),
    )
    x, factor = np.array([1.0, 2.0]), np.array(3.0)
    check_primitive(
        scaled, Case((x,), {"power": 3}), Case((x, None)), Case((x, factor), {"power": 2})
    )


def test_variadic_primitive_and_integer_operand():
    @primitive("Σ…")
    def total(*terms, weight=1.0):
        """z = w Σ terms;   each x̄ = w z̄"""
        return weight * sum(terms[1:], start=terms[0])

    total.vjp(terms=lambda g, weight: g * weight)
    a, b, c = np.random.default_rng(0).standard_normal((3, 2, 2))
    check_primitive(
        total, Case((a, b, c), {"weight": 2.0}), Case((a, np.array([[1, 2], [3, 4]]), c))
    )


def declared(doc, **rules):
    @primitive("half", signature="(),()->()")
    def half(x, y):
        return np.add(x, y) / 2

    half.__doc__ = doc
    if rules:
        half.vjp(**rules)
    return half


@pytest.mark.parametrize(
    ("doc", "rules", "complaint"),
    [
        ("z = (x + y)/2;   x̄ = z̄ / 2,   ȳ = z̄ / 2", False, "no rule for x, y"),
        (None, False, "no rule for x, y"),
        (None, True, None),
        ("the mean of two numbers", True, None),
        ("z = (x + y)/2;   x̄ = z̄ / 2,   ȳ = z̄ / 2", True, None),
    ],
)
def test_rules_are_needed_and_formulas_are_not(doc, rules, complaint):
    half = declared(doc, **({"x": lambda g: g / 2, "y": lambda g: g / 2} if rules else {}))
    if complaint is None:
        check_primitive(half, examples=3)
    else:
        with pytest.raises(LawError, match=complaint):
            check_primitive(half)


def test_message_names_law_operands_and_parameters():
    @primitive("bad")
    def bad(x, *, axis=0):
        """z = Σ x;   x̄ = z̄"""
        return x.sum(axis=axis)

    bad.vjp(x=lambda g, x_shape: np.broadcast_to(2 * g, x_shape))
    with pytest.raises(LawError, match=r"'has_right_derivatives' at bad\(float64\[3\], axis=0\)"):
        check_primitive(bad, Case((np.arange(3.0),), {"axis": 0}))


def run_without_hypothesis(code):
    hidden = "import sys; sys.modules['hypothesis'] = None\n"
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", hidden + code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_hypothesis_is_needed_for_strategies_alone():
    done = run_without_hypothesis(
        "import numpy as np\n"
        "import tinygrad_course\n"
        "from tinygrad_course.errors import MissingExtraError\n"
        "from tinygrad_course.primitive import registry\n"
        "from tinygrad_course.testing import Case, check_primitive, gradcheck\n"
        "gradcheck(np.exp, np.ones(3), order=2)\n"
        "check_primitive(registry['exp'], Case((np.array([0.1, 0.2]),)))\n"
        "try:\n"
        "    check_primitive(registry['exp'])\n"
        "except MissingExtraError as error:\n"
        "    assert 'tinygrad_course[check]' in str(error)\n"
        "else:\n"
        "    raise AssertionError('it made cases without Hypothesis')\n"
    )
    assert done.returncode == 0, done.stderr


def test_importing_the_package_does_not_import_hypothesis():
    code = "import sys, tinygrad_course, tinygrad_course.testing; assert 'hypothesis' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
