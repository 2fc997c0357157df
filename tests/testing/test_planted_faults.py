"""A check that can't fail proves nothing: every fault planted here must be found."""

from functools import wraps

import numpy as np
import pytest
from hypothesis import Phase

from tests.laws.cases import cases_of
from tinygrad_course.errors import GradientCheckError, LawError, RuleError
from tinygrad_course.ops import (
    activations,
    affine,
    arithmetic,
    exponential,
    gates,
    indexing,
    joining,
    losses,
    products,
    reduction,
    shaping,
    trigonometric,
)
from tinygrad_course.ops.special import normal_cdf
from tinygrad_course.primitive import registry
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import check_primitive, gradcheck, replaced_rules, strategies


def drift(rule):
    """The rule in float64, for any dtype."""
    return lambda g, x: (g * rule(x)).astype(np.float64)


def changed_in_place(g, x):
    g *= 2 * x
    return g


def operand_changed(g, x):
    slope = 2 * x
    x += 1
    return g * slope


@pytest.fixture(autouse=True)
def without_reducing(monkeypatch):
    """That a fault is found is what counts here, and not how small the case is that shows it."""
    monkeypatch.setattr(strategies, "PHASES", (Phase.generate,))


FAULTS = {
    # wrong mathematics
    "sign of −": (arithmetic.subtract, {"y": lambda g: g}),
    "sign of cos": (trigonometric.cos, {"x": lambda g, x: g * np.sin(x)}),
    "factor 2 of x²": (arithmetic.square, {"x": lambda g, x: g * x}),
    "factor 2 of mse": (
        losses.mse,
        {"prediction": lambda g, prediction, target: g * (prediction - target)},
    ),
    "1/n of mean": (
        reduction.mean,
        {"x": lambda g, x_shape, axis: reduction._spread(g, x_shape, axis)},
    ),
    "operands of × swapped": (
        arithmetic.multiply,
        {"x": lambda g, x: g * x, "y": lambda g, y: g * y},
    ),
    "÷ without the sign": (arithmetic.divide, {"y": lambda g, y, out: g * out / y}),
    "tanh without the 1": (trigonometric.tanh, {"x": lambda g, out: -g * out * out}),
    "softmax without its sum": (activations.softmax, {"x": lambda g, out: out * g}),
    "var without the mean": (
        reduction.var,
        {
            "x": lambda g, x, axis, ddof: (
                reduction._kept(g, x.shape, axis)
                * (2 / (reduction._count(x.shape, axis) - ddof) * x)
            )
        },
    ),
    "a dropped term of gelu": (gates.gelu, {"x": lambda g, x: g * normal_cdf(x)}),
    "the gradient of a dropped operand": (arithmetic.add, {"y": lambda g: np.zeros_like(g)}),
    "matmul by y, not yᵀ": (products.matmul, {"x": lambda g, y: g @ y}),
    "matmul by x, not xᵀ": (products.matmul, {"y": lambda g, x: x @ g}),
    "matmul right for matrices alone": (products.matmul, {"x": lambda g, y: g @ y.mT}),
    "a permutation for its inverse": (
        shaping.transpose,
        {"x": lambda g, axes: g.transpose(axes)},
    ),
    "axes moved on, not back": (
        shaping.moveaxis,
        {"x": lambda g, source, destination: np.moveaxis(g, source, destination)},
    ),
    "the wrong slice of concatenate": (
        joining.concatenate,
        {"arrays": lambda g, i, shapes, axis: joining._own_slice(g, 0, shapes, axis)},
    ),
    "repeated indices overwrite": (
        indexing.getitem,
        {"x": lambda g, x_shape, index: indexing.scatter_add(g, index=np.s_[...], shape=x_shape)},
    ),
    # broadcasting
    "bias without its sum": (affine.linear, {"bias": lambda g: g}),
    "weight without its transpose": (affine.linear, {"weight": lambda g, x: x.T @ g}),
    "sum not spread": (reduction.sum, {"x": lambda g: g}),
    # first order right, second order wrong
    "a slope that is a constant": (
        trigonometric.sin,
        {"x": lambda g, x: g * np.cos(x.detach() if isinstance(x, Tensor) else x)},
    ),
    "a cotangent that is a constant": (
        exponential.exp,
        {"x": lambda g, out: (g.detach() if isinstance(g, Tensor) else g) * out},
    ),
    # right numbers in the wrong dtype or memory
    "float64 from exp": (exponential.exp, {"x": drift(np.exp)}),
    "float64 from a mask": (activations.relu, {"x": lambda g, out: g * (1.0 * (out > 0))}),
    "g changed in place": (arithmetic.square, {"x": changed_in_place}),
    "x changed in place": (arithmetic.square, {"x": operand_changed}),
    "an operand returned": (arithmetic.negative, {"x": lambda g, x: x}),
    "the output returned": (exponential.exp, {"x": lambda g, out: out}),
    # rules that are not there
    "no rule": (arithmetic.multiply, {"y": None}),
    "a rule that crashes": (exponential.log, {"x": lambda g, x: g[0, 0, 0, 0]}),
}


def a_little_too_much(rule):
    """The same rule with the same parameters, a little off, also where it gives 0."""

    @wraps(rule)
    def fault(*arguments):
        return rule(*arguments) * 1.003 + 0.0007

    return fault


EVERY_RULE = [
    (name, operand)
    for name, primitive in sorted(registry.items())
    for operand, rule in primitive.rules.items()
    if rule is not None
]


@pytest.mark.parametrize(("name", "operand"), EVERY_RULE)
def test_a_little_too_much_is_found_in_every_rule(name, operand):
    primitive = registry[name]
    fault = {operand: a_little_too_much(primitive.rules[operand])}
    with (
        replaced_rules(primitive, **fault),
        pytest.raises(LawError, match=r"right_derivatives|is_linear"),
    ):
        check_primitive(primitive, *cases_of(name))


@pytest.mark.parametrize("fault", FAULTS)
def test_check_primitive_finds(fault):
    primitive, rules = FAULTS[fault]
    before = primitive.rules
    with replaced_rules(primitive, **rules), pytest.raises(LawError, match=primitive.name):
        check_primitive(primitive, *cases_of(primitive.name))
    assert primitive.rules == before
    check_primitive(primitive, *cases_of(primitive.name), examples=3)


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        ("g changed in place", "leaves_its_inputs_alone"),
        ("x changed in place", "leaves_its_inputs_alone"),
        ("an operand returned", "gives_memory_of_its_own"),
        ("a cotangent that is a constant", "is_linear_in_the_cotangent"),
    ],
)
def test_faults_break_the_law_that_is_about_them(fault, law):
    primitive, rules = FAULTS[fault]
    with replaced_rules(primitive, **rules), pytest.raises(LawError, match=law):
        check_primitive(primitive, *cases_of(primitive.name))


def test_missing_broadcast_sum_is_found():
    add = arithmetic.add
    add.broadcasts = False  # so the engine no longer sums over stretched axes
    try:
        with pytest.raises(LawError, match="RuleError"):
            check_primitive(add)
    finally:
        add.broadcasts = True


def test_broadcast_sum_over_the_wrong_axis_is_found(monkeypatch):
    monkeypatch.setattr(
        "tinygrad_course.engine.pullbacks.unbroadcast",
        lambda g, shape, by="": np.broadcast_to(g.ravel()[:1], shape),
    )
    with pytest.raises(LawError, match="has_right_derivatives"):
        check_primitive(arithmetic.add)


X = np.array([[0.3, -1.2, 0.7], [1.9, 0.4, -0.8]])


@pytest.mark.parametrize(
    ("primitive", "rules", "f"),
    [
        (trigonometric.cos, {"x": lambda g, x: g * np.sin(x)}, lambda x: np.cos(x).sum()),
        (products.matmul, {"x": lambda g, y: (g @ y.mT) * 2}, lambda x: np.matmul(x, x.T)),
        (affine.linear, {"bias": lambda g: g[0]}, lambda x: affine.linear(x, X, x[:, 0])),
        (trigonometric.tanh, {"x": lambda g, out: g * (1 - out)}, np.tanh),
    ],
)
def test_gradcheck_finds(primitive, rules, f):
    gradcheck(f, X)
    with replaced_rules(primitive, **rules), pytest.raises(GradientCheckError):
        gradcheck(f, X)
    gradcheck(f, X)


def test_rules_come_back_even_if_the_new_ones_are_refused():
    before = exponential.exp.rules
    with (
        pytest.raises(RuleError, match="nonsense"),
        replaced_rules(exponential.exp, x=lambda g, nonsense: g),
    ):
        raise AssertionError("never reached")
    with (
        pytest.raises(RuleError, match="operands x"),
        replaced_rules(exponential.exp, w=lambda g: g),
    ):
        raise AssertionError("never reached")
    assert exponential.exp.rules == before
    assert exponential.exp(np.float64(0)) == 1
    check_primitive(exponential.exp, examples=3)
