"""The laws that every primitive lives by, one function each: `law(primitive, case)` raises or returns.

    is_declared                  every operand has a rule, or says that it has none, and is documented
    is_plain_on_arrays           no Tensor in, no Tensor out: it is just the NumPy function
    answers_for_numpy            np.f(tensor) gives the values of np.f(array)
    has_right_derivatives        first and second order agree with central differences
    keeps_dtype                  float32 in, float32 out and back, at each rule's own output as well
    keeps_dtypes_apart           with mixed dtypes, each operand gets its gradient in its own
    leaves_its_inputs_alone      neither the function nor a rule writes into what it was given
    gives_memory_of_its_own      a rule returns new memory, its cotangent, or a view of that
    keeps_only_what_rules_name   nothing else is held for the backward pass
    runs_only_needed_rules       an operand that needs no gradient costs none
    works_in_any_layout          Fortran order, gaps between elements, numbers in place of 0-d arrays
"""

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from unicodedata import normalize

import numpy as np

from ..errors import LawError
from ..graph import Node, pullback, topological_order
from ..primitive import Primitive
from ..tensor import Tensor
from .case import Case, is_float_array
from .gradient_check import gradcheck

AnyPrimitive = Primitive[Any, Any]
Law = Callable[[AnyPrimitive, Case], None]


def is_declared(primitive: AnyPrimitive, _: Case | None = None) -> None:
    missing = [name for name in primitive.operands if name not in primitive.rules]
    _demand(not missing, f"there is no rule for {', '.join(missing)}: declare it with .vjp(…)")
    rules = sum(rule is not None for rule in primitive.rules.values())
    documented = set(_BARRED.findall(normalize("NFD", inspect.getdoc(primitive) or "")))
    _demand(
        len(documented) >= rules,
        f"{rules} operands have a rule, but the docstring gives the formula of {len(documented)}: "
        f"write z = …;   x̄ = …,   ȳ = … (or x_bar = …) for each",
    )


_BARRED = re.compile(r"(\w\u0302?)(?:[\u0304\u0305]|_bar)([^\s=]*)\s*=")
"""A cotangent that is given a formula, x̄ = … or ā_min = …, in decomposed Unicode."""


def is_plain_on_arrays(primitive: AnyPrimitive, case: Case) -> None:
    result = case.run(primitive)
    _demand(
        isinstance(result, (np.ndarray, np.generic)),
        f"arrays went in and {type(result).__name__} came out",
    )
    for function in primitive.numpy_functions:
        expected = _numpy_call(function, primitive, case.operands, case.parameters)
        _demand(
            type(result) is type(expected) and result.dtype == expected.dtype,
            f"numpy.{function.__name__} gives {type(expected).__name__} of {expected.dtype}, "
            f"not {type(result).__name__} of {result.dtype}",
        )
        _demand_equal(f"numpy.{function.__name__}", result, expected, exact=True)


def answers_for_numpy(primitive: AnyPrimitive, case: Case) -> None:
    plain = case.run(primitive)
    floats = [i for i, x in enumerate(case.operands) if is_float_array(x)]
    for wrapped in (floats, floats[:1], floats[-1:]):
        operands = _with_tensors(case.operands, wrapped)
        called = {primitive.name: primitive(*operands, **case.parameters)} | {
            f"numpy.{f.__name__}": _numpy_call(f, primitive, operands, case.parameters)
            for f in primitive.numpy_functions
        }
        for name, result in called.items() if wrapped else ():
            _demand(isinstance(result, Tensor), f"{name} of a Tensor gave {type(result).__name__}")
            _demand_equal(f"{name} of a Tensor", result.data, plain, exact=True)


def has_right_derivatives(primitive: AnyPrimitive, case: Case) -> None:
    # Also by operands that claim to have no derivative: numerically it must be 0 then.
    names = _operand_names(primitive, len(case.operands))
    positions = [i for i, x in enumerate(case.operands) if is_float_array(x)]

    def applied(*tensors: Any) -> Any:
        operands = list(case.operands)
        for i, tensor in zip(positions, tensors, strict=True):
            operands[i] = tensor
        return primitive(*operands, **case.parameters)

    if positions:
        gradcheck(applied, *(Tensor(case.operands[i], name=names[i]) for i in positions), order=2)


def keeps_dtype(primitive: AnyPrimitive, case: Case) -> None:
    single = case.astype(np.float32)
    result, leaves = _recorded(primitive, single, single.differentiable(primitive))
    # Integers beside float32 may make it float64, by NumPy's own rules.
    promoted = np.result_type(*(x for x in single.operands if hasattr(x, "dtype")))
    if "dtype" not in case.parameters:
        _demand(
            result.dtype in (np.float32, promoted), f"float32 went in and {result.dtype} came out"
        )
    g = _cotangent(result)
    for i, share in _shares(result, g):
        _demand(
            share.dtype == g.dtype,
            f"{_place(primitive, i)}: for a cotangent of {g.dtype} the rule returned {share.dtype}",
        )
    double, double_leaves = _recorded(primitive, case, case.differentiable(primitive))
    _demand_equal("the float32 result", result.data, double.data, tolerance=1e-4)
    expected = _gradients(double, g.astype(double.dtype), double_leaves)
    for i, gradient in _gradients(result, g, leaves).items():
        _demand(gradient.dtype == np.float32, f"{_place(primitive, i)}: {gradient.dtype} gradient")
        _demand_equal(f"{_place(primitive, i)}: float32", gradient, expected[i], tolerance=1e-4)


def keeps_dtypes_apart(primitive: AnyPrimitive, case: Case) -> None:
    positions = case.differentiable(primitive)
    for single in (positions[::2], positions[1::2]) if len(positions) > 1 else ():
        mixed = Case(
            tuple(
                x.astype(np.float32) if i in single else x for i, x in enumerate(case.operands)
            ),
            case.parameters,
        )
        result, leaves = _recorded(primitive, mixed, positions)
        for i, gradient in _gradients(result, _cotangent(result), leaves).items():
            own = mixed.operands[i].dtype
            _demand(
                gradient.dtype == own,
                f"{_place(primitive, i)}: a {gradient.dtype} gradient for {own}",
            )


def leaves_its_inputs_alone(primitive: AnyPrimitive, case: Case) -> None:
    fresh = case.astype(np.float64)
    case.run(primitive)
    _demand_unchanged("the function", case.operands, fresh.operands)
    result, _ = _recorded(primitive, case, case.differentiable(primitive))
    out, g = result.data.copy(), _cotangent(result)
    g_before = g.copy()
    for i, _ in _shares(result, g):
        rule = f"the rule of {_place(primitive, i)}"
        _demand_unchanged(rule, (*case.operands, result.data, g), (*fresh.operands, out, g_before))


def gives_memory_of_its_own(primitive: AnyPrimitive, case: Case) -> None:
    result, _ = _recorded(primitive, case, case.differentiable(primitive))
    given = [x for x in (*case.operands, result.data) if isinstance(x, np.ndarray)]
    for i, share in _shares(result, _cotangent(result)):
        _demand(
            not any(np.shares_memory(share, x) for x in given),
            f"{_place(primitive, i)}: the rule returned the memory of an operand or of the output, "
            f"which would become someone's .grad: copy it",
        )


def keeps_only_what_rules_name(primitive: AnyPrimitive, case: Case) -> None:
    for wanted in _subsets(case.differentiable(primitive)):
        result, _ = _recorded(primitive, case, wanted)
        node = _node(result)
        names = primitive.operands * (len(case.operands) if primitive.variadic else 1)
        needs = [primitive.needs[0 if primitive.variadic else i] for i in wanted]
        needed: frozenset[str] = frozenset().union(*needs)
        for name, value in zip((*names, "out"), node.saved or (), strict=False):
            _demand(
                value is None or name in needed,
                f"{name} is kept alive for the backward pass, but no rule in use names it",
            )


def runs_only_needed_rules(primitive: AnyPrimitive, case: Case) -> None:
    for wanted in _subsets(case.differentiable(primitive)):
        result, leaves = _recorded(primitive, case, wanted)
        run: list[int] = []
        own = primitive.pullback

        def watched(g: Any, values: Any, parents: Any, run: list[int] = run) -> Any:
            shares = own(g, values, parents)
            run.extend(i for i, share in enumerate(shares) if share is not None)
            return shares

        primitive.pullback = watched
        try:
            _gradients(result, _cotangent(result), leaves)
        finally:
            primitive.pullback = own
        _demand(run == wanted, f"gradients of operands {wanted} were wanted; rules {run} ran")


def works_in_any_layout(primitive: AnyPrimitive, case: Case) -> None:
    positions = case.differentiable(primitive)
    expected, leaves = _recorded(primitive, case, positions)
    g = _cotangent(expected)
    gradients = _gradients(expected, g, leaves)
    for name, layout in _LAYOUTS.items():
        operands = tuple(layout(x) if is_float_array(x) else x for x in case.operands)
        result, leaves = _recorded(primitive, Case(operands, case.parameters), positions)
        _demand_equal(f"the result for operands {name}", result.data, expected.data)
        for i, gradient in _gradients(result, layout(g), leaves).items():
            _demand_equal(f"{_place(primitive, i)}, {name}: the gradient", gradient, gradients[i])
    for i in positions:
        others = [k for k in positions if k != i]
        if case.operands[i].ndim or not others:
            continue
        operands = tuple(float(x) if k == i else x for k, x in enumerate(case.operands))
        result, leaves = _recorded(primitive, Case(operands, case.parameters), others)
        _demand_equal(f"the result with a number for {i}", result.data, expected.data)
        for k, gradient in _gradients(result, g, leaves).items():
            _demand_equal(f"{_place(primitive, k)}, a number beside it", gradient, gradients[k])


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
    keeps_dtype,
    keeps_dtypes_apart,
    keeps_only_what_rules_name,
    runs_only_needed_rules,
    works_in_any_layout,
)


# --- what the laws are written with ---------------------------------------------------------------


def _operand_names(primitive: AnyPrimitive, count: int) -> list[str]:
    if primitive.variadic:
        return [f"{primitive.operands[0]}[{i}]" for i in range(count)]
    return list(primitive.operands[:count])


def _place(primitive: AnyPrimitive, i: int) -> str:
    return f"operand {primitive.operands[0] if primitive.variadic else primitive.operands[i]!r}"


def _with_tensors(operands: Sequence[Any], positions: Sequence[int], **kind: Any) -> list[Any]:
    return [Tensor(x, **kind) if i in positions else x for i, x in enumerate(operands)]


def _recorded(
    primitive: AnyPrimitive, case: Case, wanted: Sequence[int]
) -> tuple[Tensor, dict[int, Node]]:
    """The primitive applied, with leaves at the `wanted` positions, and the nodes of these."""
    operands = _with_tensors(case.operands, wanted, requires_grad=True)
    result: Tensor = primitive(*operands, **case.parameters)
    return result, {i: _node(operands[i]) for i in wanted}


def _node(tensor: Tensor) -> Node:
    _demand(tensor.node is not None, "an operand requires a gradient, but the result has no node")
    assert tensor.node is not None
    return tensor.node


def _cotangent(result: Tensor) -> Any:
    g = np.random.default_rng(0).uniform(0.5, 1.5, result.shape)
    return np.asarray(g, dtype=result.dtype)


def _shares(result: Tensor, g: Any) -> Iterable[tuple[int, Any]]:
    """What each rule returns by itself, before the engine lends a hand with shape and dtype."""
    node = result.node
    if node is None or node.primitive is None:
        return
    for i, share in enumerate(node.primitive.pullback(g, node.saved, node.parents)):
        if share is not None:
            yield i, share


def _gradients(result: Tensor, g: Any, leaves: dict[int, Node]) -> dict[int, Any]:
    if not leaves:
        return {}
    node = _node(result)
    found = pullback(node, g, topological_order(node), wanted=list(leaves.values()))
    for i, leaf in leaves.items():
        _demand(leaf in found, f"no gradient reached operand {i}")
        shape = found[leaf].shape
        _demand(shape == leaf.shape, f"operand {i} of shape {leaf.shape} got {shape}")
    return {i: found[leaf] for i, leaf in leaves.items()}


def _subsets(positions: Sequence[int]) -> list[list[int]]:
    """Each differentiable operand by itself, and all together."""
    return [[i] for i in positions] + ([list(positions)] if len(positions) > 1 else [])


def _numpy_call(
    function: Callable[..., Any], primitive: AnyPrimitive, operands: Sequence[Any], parameters: Any
) -> Any:
    """NumPy takes several arrays as one list, except in einsum, whose subscripts come first."""
    if function is np.einsum:
        return np.einsum(parameters["subscripts"], *operands)
    if primitive.variadic:
        return function(list(operands), **parameters)
    return function(*operands, **parameters)


def _demand(holds: bool, complaint: str) -> None:
    if not holds:
        raise LawError(complaint)


def _demand_equal(
    what: str, found: Any, expected: Any, *, exact: bool = False, tolerance: float = 1e-10
) -> None:
    found, expected = np.asarray(found), np.asarray(expected)
    _demand(
        found.shape == expected.shape, f"{what} has shape {found.shape}, expected {expected.shape}"
    )
    scale = 1 + float(np.abs(expected, where=np.isfinite(expected), out=np.zeros(expected.shape)).max(initial=0))
    same = np.allclose(
        found, expected, rtol=0, atol=0 if exact else tolerance * scale, equal_nan=True
    )
    _demand(same, f"{what} is\n{found}\nexpected\n{expected}")


def _demand_unchanged(who: str, now: Sequence[Any], before: Sequence[Any]) -> None:
    for x, y in zip(now, before, strict=True):
        if isinstance(x, (np.ndarray, np.generic)):
            _demand(np.array_equal(x, y), f"{who} wrote into an array that it was given")
