"""`grad`, `value_and_grad`, `elementwise_grad`: first derivatives of functions with one result."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, overload

import numpy as np

from ..errors import ShapeError
from ..tensor import Tensor
from .arguments import Inputs
from .linearised import (
    Linearised,
    as_input,
    checked_scalar,
    checked_tensor,
    detached,
    differentiating,
    like_arguments,
    name_of,
    positions,
)
from .signatures import (
    Array,
    Arrays,
    Derivative,
    Gradient,
    Gradients,
    Numbers,
    Tensors,
    Value,
    ValueAndGradient,
)


@overload
def grad(
    f: Callable[..., Any], argnums: int = 0, *, has_aux: Literal[False] = False
) -> Gradient: ...
@overload
def grad(
    f: Callable[..., Any], argnums: Sequence[int], *, has_aux: Literal[False] = False
) -> Gradients: ...
@overload
def grad(
    f: Callable[..., Any], argnums: int = 0, *, has_aux: Literal[True]
) -> Derivative[tuple[Tensor, Any], tuple[np.float64, Any], tuple[Array, Any]]: ...
@overload
def grad(
    f: Callable[..., Any], argnums: Sequence[int], *, has_aux: Literal[True]
) -> Derivative[tuple[Tensors, Any], tuple[Numbers, Any], tuple[Arrays, Any]]: ...
def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0, *, has_aux: bool = False) -> Any:
    """x ↦ ∂f/∂x for a scalar-valued f, with respect to the argument(s) at the positions `argnums`.

    Returns one gradient for an int, a tuple of them for a sequence. An argument may be a container of
    arrays (nested dictionaries, lists, tuples): its gradient is one like it. With `has_aux`, f returns
    (value, anything else) and the result is (gradient, anything else).

    Raises, when called: ShapeError if f does not return a scalar, NotRecordedError if it returns no
    Tensor, SettingError if there is no argument at that position.
    """
    both: Any = value_and_grad(f, argnums, has_aux=has_aux)  # type: ignore[call-overload]

    def derivative(*arguments: Any, **keywords: Any) -> Any:
        value, gradient = both(*arguments, **keywords)
        return (gradient, value[1]) if has_aux else gradient

    return derivative


@overload
def value_and_grad(
    f: Callable[..., Any], argnums: int = 0, *, has_aux: Literal[False] = False
) -> ValueAndGradient: ...
@overload
def value_and_grad(
    f: Callable[..., Any], argnums: Sequence[int], *, has_aux: Literal[False] = False
) -> Derivative[tuple[Tensor, Tensors], tuple[Value, Numbers], tuple[Value, Arrays]]: ...
@overload
def value_and_grad(
    f: Callable[..., Any], argnums: int = 0, *, has_aux: Literal[True]
) -> Derivative[
    tuple[tuple[Tensor, Any], Tensor],
    tuple[tuple[Value, Any], np.float64],
    tuple[tuple[Value, Any], Array],
]: ...
@overload
def value_and_grad(
    f: Callable[..., Any], argnums: Sequence[int], *, has_aux: Literal[True]
) -> Derivative[
    tuple[tuple[Tensor, Any], Tensors],
    tuple[tuple[Value, Any], Numbers],
    tuple[tuple[Value, Any], Arrays],
]: ...
def value_and_grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, *, has_aux: bool = False
) -> Any:
    """x ↦ (f(x), ∂f/∂x) in one pass; see `grad`. With `has_aux`: ((f(x), anything else), ∂f/∂x)."""

    @differentiating
    def value_and_derivative(*arguments: Any, **keywords: Any) -> Any:
        inputs = Inputs(arguments, positions(f"grad of {name_of(f)}", argnums, arguments))
        result = f(*inputs.arguments, **keywords)
        value, auxiliary = result if has_aux else (result, None)
        linear = Linearised(checked_scalar(f, value), inputs.variables)
        gradients = linear.vjp(np.ones_like(linear.value._data))
        value, *gradients = like_arguments(inputs.given, linear.result(), *gradients)
        shaped = inputs.shaped(gradients)
        gradient = tuple(shaped) if isinstance(argnums, Iterable) else shaped[0]
        if not linear.has_outside:
            auxiliary = detached(auxiliary)
        return ((value, auxiliary) if has_aux else value), gradient

    return value_and_derivative


def elementwise_grad(f: Callable[..., Any], argnum: int = 0) -> Gradient:
    """x ↦ f′(x), element by element, for an f whose every output depends on its own x alone.

    Shapes: f(x) has the shape of x, as np.tanh(x) has. elementwise_grad(elementwise_grad(f)) is f″.

    Raises: ShapeError for another shape, NotRecordedError if f returns no Tensor.

    Numerics: it is the gradient of Σ f(x). Where outputs depend on several elements of x, that is
    the sum of a column of the Jacobian, and not a derivative: see `jacobian`.
    """

    @differentiating
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        inputs = list(arguments)
        (position,) = positions(f"elementwise_grad of {name_of(f)}", argnum, arguments)
        inputs[position] = x = as_input(arguments[position])
        linear = Linearised(checked_tensor(f, f(*inputs, **keywords)), [x])
        if linear.value.shape != x.shape:
            raise ShapeError(
                f"elementwise_grad: {name_of(f)} returned shape {linear.value.shape} for an argument of "
                f"shape {x.shape}: it must work element by element. See jacobian"
            )
        (slope,) = like_arguments(arguments, *linear.vjp(np.ones_like(linear.value._data)))
        return slope

    return derivative
