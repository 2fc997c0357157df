"""The laws that every primitive keeps, one function each: `law(primitive, case)` raises or returns."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..autodiff import jvp, vjp
from ..engine.saved import by_name
from ..tensor import Tensor
from .case import Case, is_float_array
from .gradient_check import gradcheck
from .law_tools import (
    AnyPrimitive,
    applied_to_leaves,
    contributions,
    cotangent_for,
    demand,
    demand_equal,
    demand_unchanged,
    gradients,
    node_of,
    noting,
    numpy_call,
    operand_label,
    operand_names,
    recorded,
    seen_by_rules,
    subsets,
    with_tensors,
)
from .replaced_rules import replaced_rules

Law = Callable[[AnyPrimitive, Case], None]


def is_declared(primitive: AnyPrimitive, _: Case | None = None) -> None:
    """Every operand has a rule, or None for a rule."""
    missing = [name for name in primitive.operands if name not in primitive.rules]
    demand(not missing, f"there is no rule for {', '.join(missing)}: declare it with .vjp(…)")


def is_plain_on_arrays(primitive: AnyPrimitive, case: Case) -> None:
    """No Tensor in, no Tensor out: on arrays a primitive is its NumPy function."""
    result = case.run(primitive)
    demand(
        isinstance(result, (np.ndarray, np.generic)),
        f"on arrays it returned {type(result).__name__}",
    )
    for function in primitive.numpy_functions:
        expected = numpy_call(function, primitive, case.operands, case.parameters)
        demand(
            type(result) is type(expected) and result.dtype == expected.dtype,
            f"numpy.{function.__name__} gives {type(expected).__name__} of {expected.dtype}, "
            f"not {type(result).__name__} of {result.dtype}",
        )
        demand_equal(f"numpy.{function.__name__}", result, expected, exact=True)


def answers_for_numpy(primitive: AnyPrimitive, case: Case) -> None:
    """np.f(tensor) gives the values of np.f(array), whichever operands are tensors."""
    plain = case.run(primitive)
    floats = [i for i, x in enumerate(case.operands) if is_float_array(x)]
    for wrapped in (floats, floats[:1], floats[-1:]):
        operands = with_tensors(case.operands, wrapped)
        called = {primitive.name: primitive(*operands, **case.parameters)} | {
            f"numpy.{f.__name__}": numpy_call(f, primitive, operands, case.parameters)
            for f in primitive.numpy_functions
        }
        for name, result in called.items() if wrapped else ():
            demand(isinstance(result, Tensor), f"{name} of a Tensor gave {type(result).__name__}")
            demand_equal(f"{name} of a Tensor", result.data, plain, exact=True)


def has_right_derivatives(primitive: AnyPrimitive, case: Case) -> None:
    """First and second derivatives agree with central differences."""
    # Also by operands whose rule is None: their numerical derivative must be 0.
    names = operand_names(primitive, len(case.operands))
    positions = [i for i, x in enumerate(case.operands) if is_float_array(x)]

    def applied(*tensors: Any) -> Any:
        operands = list(case.operands)
        for i, tensor in zip(positions, tensors, strict=True):
            operands[i] = tensor
        return primitive(*operands, **case.parameters)

    is_empty = not any(case.operands[i].size for i in positions)
    if is_empty and not np.isfinite(case.run(primitive)).all():
        return  # differences of an infinite result tell nothing: ln Σ eˣ of an empty array
    if positions:
        gradcheck(applied, *(Tensor(case.operands[i], name=names[i]) for i in positions), order=2)


def is_linear_in_the_cotangent(primitive: AnyPrimitive, case: Case) -> None:
    """⟨u, J w⟩ = ⟨Jᵀu, w⟩: each rule is linear in g and recorded in g, since J w is its derivative by g.

    Second derivatives of functions that use the primitive need that.
    """
    rng = np.random.default_rng(0)
    for positions in subsets(case.differentiable(primitive)):

        def applied(*tensors: Any, positions: Sequence[int] = positions) -> Any:
            placed = dict(zip(positions, tensors, strict=True))
            operands = (placed.get(i, x) for i, x in enumerate(case.operands))
            return primitive(*operands, **case.parameters)

        primals = [case.operands[i] for i in positions]
        w = [rng.standard_normal(x.shape) for x in primals]
        value, back = vjp(applied, *primals)
        u = rng.standard_normal(value.shape)
        _, along_w = jvp(applied, primals, w)
        ours = sum(np.sum(gradient * v) for gradient, v in zip(back(u), w, strict=True))
        demand_equal("the derivative of the VJP by g, in ⟨u, J w⟩,", np.sum(u * along_w), ours)


def keeps_dtype(primitive: AnyPrimitive, case: Case) -> None:
    """float32 in, float32 out: in the result, in what each rule returns, and in the gradients."""
    single = case.astype(np.float32)
    result, leaves = recorded(primitive, single, single.differentiable(primitive))
    # Integers beside float32 may make it float64, by NumPy's own rules.
    promoted = np.result_type(*(x for x in single.operands if hasattr(x, "dtype")))
    if "dtype" not in case.parameters:
        demand(
            result.dtype in (np.float32, promoted),
            f"the result of float32 operands is {result.dtype}",
        )
    g = cotangent_for(result)
    for i, contribution in contributions(result, g):
        demand(
            contribution.dtype == g.dtype,
            f"{operand_label(primitive, i)}: for a cotangent of {g.dtype} the rule returned "
            f"{contribution.dtype}",
        )
    double, double_leaves = recorded(primitive, case, case.differentiable(primitive))
    demand_equal("the float32 result", result.data, double.data, tolerance=1e-4)
    expected = gradients(double, g.astype(double.dtype), double_leaves)
    for i, gradient in gradients(result, g, leaves).items():
        demand(
            gradient.dtype == np.float32,
            f"{operand_label(primitive, i)}: {gradient.dtype} gradient",
        )
        demand_equal(
            f"{operand_label(primitive, i)}: float32", gradient, expected[i], tolerance=1e-4
        )


def keeps_dtypes_apart(primitive: AnyPrimitive, case: Case) -> None:
    """Where dtypes are mixed, each operand gets its gradient in its own dtype."""
    positions = case.differentiable(primitive)
    for single in (positions[::2], positions[1::2]) if len(positions) > 1 else ():
        mixed = Case(
            tuple(x.astype(np.float32) if i in single else x for i, x in enumerate(case.operands)),
            case.parameters,
        )
        result, leaves = recorded(primitive, mixed, positions)
        for i, gradient in gradients(result, cotangent_for(result), leaves).items():
            own = mixed.operands[i].dtype
            demand(
                gradient.dtype == own,
                f"{operand_label(primitive, i)}: a {gradient.dtype} gradient for {own}",
            )


def leaves_its_inputs_alone(primitive: AnyPrimitive, case: Case) -> None:
    """Neither the function nor a rule writes into its arguments."""
    fresh = case.astype(np.float64)
    case.run(primitive)
    demand_unchanged("the function", case.operands, fresh.operands)
    result, operands = applied_to_leaves(primitive, case, case.differentiable(primitive))
    out, g = result.data.copy(), cotangent_for(result)
    given, g_before = seen_by_rules(operands), g.copy()
    for i, _ in contributions(result, g):
        rule = f"the rule of {operand_label(primitive, i)}"
        demand_unchanged(rule, (*given, result.data, g), (*fresh.operands, out, g_before))


def gives_memory_of_its_own(primitive: AnyPrimitive, case: Case) -> None:
    """A rule returns new memory, its cotangent, or a view of its cotangent."""
    result, operands = applied_to_leaves(primitive, case, case.differentiable(primitive))
    given = [x for x in (*seen_by_rules(operands), result.data) if isinstance(x, np.ndarray)]
    for i, contribution in contributions(result, cotangent_for(result)):
        demand(
            not any(np.shares_memory(contribution, x) for x in given),
            f"{operand_label(primitive, i)}: the rule returned the memory of an operand or of the output, "
            f"which would become the .grad of a tensor: copy it",
        )


def keeps_only_what_rules_name(primitive: AnyPrimitive, case: Case) -> None:
    """What no rule in use names is not kept for the backward pass."""
    for wanted in subsets(case.differentiable(primitive)):
        result, _ = recorded(primitive, case, wanted)
        node = node_of(result)
        needed = {
            want
            for i in wanted
            for want in primitive.wants[primitive.operands[0 if primitive.variadic else i]]
        }
        for name, value in by_name(node):
            demand(
                value is None or name in needed,
                f"{name} is kept for the backward pass, but no rule in use names it",
            )


def runs_only_needed_rules(primitive: AnyPrimitive, case: Case) -> None:
    """The rule of an operand that needs no gradient does not run."""
    for wanted in subsets(case.differentiable(primitive)):
        result, leaves = recorded(primitive, case, wanted)
        run: list[str] = []
        watched = {name: rule and noting(name, rule, run) for name, rule in primitive.rules.items()}
        with replaced_rules(primitive, **watched):
            gradients(result, cotangent_for(result), leaves)
        expected = [primitive.operands[0 if primitive.variadic else i] for i in wanted]
        demand(
            run == expected,
            f"the gradients of {', '.join(expected)} were wanted, but the rules of {', '.join(run)} ran",
        )


def works_in_any_layout(primitive: AnyPrimitive, case: Case) -> None:
    """Fortran order, gaps between elements, and numbers in place of 0-d arrays change no value."""
    positions = case.differentiable(primitive)
    expected, leaves = recorded(primitive, case, positions)
    g = cotangent_for(expected)
    right = gradients(expected, g, leaves)
    for name, layout in _LAYOUTS.items():
        operands = tuple(layout(x) if is_float_array(x) else x for x in case.operands)
        result, leaves = recorded(primitive, Case(operands, case.parameters), positions)
        demand_equal(f"the result for operands {name}", result.data, expected.data)
        for i, gradient in gradients(result, layout(g), leaves).items():
            demand_equal(f"{operand_label(primitive, i)}, {name}: the gradient", gradient, right[i])
    for i in positions:
        others = [k for k in positions if k != i]
        if case.operands[i].ndim or not others:
            continue
        operands = tuple(float(x) if k == i else x for k, x in enumerate(case.operands))
        result, leaves = recorded(primitive, Case(operands, case.parameters), others)
        demand_equal(f"the result with a number for {i}", result.data, expected.data)
        for k, gradient in gradients(result, g, leaves).items():
            demand_equal(f"{operand_label(primitive, k)}, beside a number", gradient, right[k])


_LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "in Fortran order": lambda x: np.asfortranarray(x) if x.ndim else x,
    "with gaps": lambda x: np.repeat(x, 2, axis=-1)[..., ::2] if x.ndim else x,
    "backwards in memory": lambda x: np.flip(np.flip(x).copy()),
    "as NumPy scalars where 0-d": lambda x: x[()],
}

LAWS: tuple[Law, ...] = (
    is_declared,
    is_plain_on_arrays,
    answers_for_numpy,
    leaves_its_inputs_alone,
    gives_memory_of_its_own,
    has_right_derivatives,
    is_linear_in_the_cotangent,
    keeps_dtype,
    keeps_dtypes_apart,
    keeps_only_what_rules_name,
    runs_only_needed_rules,
    works_in_any_layout,
)
