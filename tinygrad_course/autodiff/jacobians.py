"""`jacobian` and `hessian`: whole matrices of derivatives."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, overload

import numpy as np

from ..ops.joining import stack
from ..tensor import Tensor
from .arguments import Inputs, Outputs
from .gradients import grad
from .linearised import (
    Linearised,
    differentiating,
    like_arguments,
    name_of,
    positions,
)
from .signatures import Arrays, Derivative, Matrices, Matrix, Tensors


@overload
def jacobian(f: Callable[..., Any], argnums: int = 0) -> Matrix: ...
@overload
def jacobian(f: Callable[..., Any], argnums: Sequence[int]) -> Matrices: ...
def jacobian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Any:
    """x ↦ J, with J[i, j] = ∂f(x)[i] / ∂x[j].

    Shapes: J has the shape of f(x) followed by that of x, so i and j may be several indices each.
    For a sequence of `argnums` there is a tuple of such arrays. If f(x) or x are containers of
    arrays, J is a container like f(x) of containers like x.

    Raises: NotRecordedError if f returns no Tensor.

    Numerics: one backward pass for each element of f(x). For few inputs and many outputs, `jvp` with
    unit vectors costs less.
    """

    @differentiating
    def matrix(*arguments: Any, **keywords: Any) -> Any:
        inputs = Inputs(arguments, positions(f"jacobian of {name_of(f)}", argnums, arguments))
        outputs = Outputs(f, f(*inputs.arguments, **keywords))
        linear = Linearised(outputs.tensor, inputs.variables)
        rows = [linear.vjp(unit, last=False) for unit in _units(linear.value)]
        matrices = [
            _stacked([row[k] for row in rows], linear.value, x)
            for k, x in enumerate(inputs.variables)
        ]
        matrices = like_arguments(inputs.given, *matrices)
        by_output = zip(
            *(outputs.split(m, x.shape) for m, x in zip(matrices, inputs.variables)), strict=True
        )
        shaped = [inputs.shaped(parts) for parts in by_output]
        return outputs.rebuilt(
            [tuple(x) if isinstance(argnums, Iterable) else x[0] for x in shaped]
        )

    return matrix


@overload
def hessian(f: Callable[..., Any], argnums: int = 0) -> Matrix: ...
@overload
def hessian(
    f: Callable[..., Any], argnums: Sequence[int]
) -> Derivative[tuple[Tensors, ...], tuple[Arrays, ...], tuple[Arrays, ...]]: ...
def hessian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Any:
    """x ↦ H, with H[i, j] = ∂²f / ∂x[i] ∂x[j], for a scalar-valued f.

    Shapes: H has the shape of x twice. For a sequence of `argnums` it is a tuple of tuples, whose
    [a][b] has the shape of argument a followed by that of argument b.

    Raises: ShapeError if f does not return a scalar, NotRecordedError if it returns no Tensor.

    Numerics: a backward pass over the gradient for each element of x; `hvp` needs one alone.
    """
    if not isinstance(argnums, Iterable):
        return jacobian(grad(f, argnums), argnums)

    def matrix(*arguments: Any, **keywords: Any) -> Any:
        return tuple(
            jacobian(grad(f, position), argnums)(*arguments, **keywords)
            for position in positions(f"hessian of {name_of(f)}", argnums, arguments)
        )

    return matrix


def _units(value: Tensor) -> Any:
    """The cotangents that select one element of the value each."""
    for index in np.ndindex(value.shape):
        unit = np.zeros(value.shape, value.dtype)
        unit[index] = 1
        yield unit


def _stacked(rows: Sequence[Tensor], value: Tensor, x: Tensor) -> Tensor:
    if not rows:
        return Tensor(np.zeros((*value.shape, *x.shape), x.dtype))
    return stack(*rows).reshape((*value.shape, *x.shape))
