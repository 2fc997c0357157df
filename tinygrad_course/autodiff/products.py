"""`vjp`, `jvp`, `hvp`: products with derivatives, which cost a few times f and build no matrix."""

from collections.abc import Callable, Sequence
from typing import Any, overload

import numpy as np

from ..containers import leaves
from ..errors import SettingError, ShapeError
from ..tensor import Tensor
from .arguments import Inputs, Outputs
from .gradients import grad
from .linearised import (
    Linearised,
    as_input,
    differentiating,
    like_arguments,
    name_of,
)
from .signatures import Array, Arrays, C, Container, Matrices, Tensors


@overload
def vjp(
    f: Callable[..., Any], primal: Tensor, /, *primals: Any
) -> tuple[Tensor, Callable[[Any], Tensors]]: ...
@overload
def vjp(
    f: Callable[..., Any], primal: Container, /, *primals: Any
) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]: ...
@overload
def vjp(f: Callable[..., Any], /, *primals: Any) -> tuple[Array, Matrices]: ...
@differentiating
def vjp(f: Callable[..., Any], /, *primals: Any) -> Any:
    """(f(x), v ↦ Jᵀv): the value, and the vector-Jacobian product as a function.

    Shapes: f(x) of any shape; v has that of f(x), and Jᵀv is a tuple with an array in the shape of each
    primal. The function may be called any number of times.

    Raises: NotRecordedError if f returns no Tensor; ShapeError for a v of another shape.
    """
    inputs = Inputs(primals, range(len(primals)))
    outputs = Outputs(f, f(*inputs.arguments))
    linear = Linearised(outputs.tensor, inputs.variables)
    (value,) = like_arguments(inputs.given, linear.result())

    @differentiating
    def product(cotangent: Any) -> tuple[Any, ...]:
        what = f"vjp of {name_of(f)}: the cotangent"
        v = _like(what, outputs.cotangent(what, cotangent), linear.value)
        products = linear.vjp(v, record=v.requires_grad, last=False)
        given = (*inputs.given, *(x for _, x in leaves(cotangent)))
        return tuple(inputs.shaped(like_arguments(given, *products)))

    return outputs.rebuilt(outputs.split(value), others=True), product


@overload
def jvp(
    f: Callable[..., Any], primals: Sequence[Tensor], tangents: Sequence[Any]
) -> tuple[Tensor, Tensor]: ...
@overload
def jvp(
    f: Callable[..., Any], primals: Sequence[Container], tangents: Sequence[Any]
) -> tuple[Any, Any]: ...
@overload
def jvp(
    f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Array, Array]: ...
@differentiating
def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """(f(x), J v): the value, and how it changes when x moves along v.

    Shapes: a tangent for each primal, in its shape; J v has the shape of f(x).

    Raises: NotRecordedError if f returns no Tensor; ShapeError for tangents that don't fit.

    Numerics: u ↦ Jᵀu is linear, and the derivative of ⟨Jᵀu, v⟩ by u is J v: two passes back instead
    of one forward. So it needs no second kind of rules.

    Source: J. Townsend, "A new trick for calculating Jacobian vector products", 2017.
    """
    _check_pairs("jvp", primals, tangents)
    inputs = Inputs(primals, range(len(primals)))
    outputs = Outputs(f, f(*inputs.arguments))
    linear = Linearised(outputs.tensor, inputs.variables)
    what = f"jvp of {name_of(f)}: tangent"
    along = inputs.along(what, tangents)
    directions = [_like(f"{what} {i}", v, x) for (i, v), x in zip(along, inputs.variables)]
    u = as_input(np.zeros_like(linear.value._data))
    products = linear.vjp(u, record=True)
    total = sum(((g * v).sum() for g, v in zip(products, directions)), Tensor(0.0))
    (tangent,) = Linearised(total, [u], inputs.variables).vjp(np.ones_like(total._data))
    tangent = tangent if tangent.dtype == u.dtype else tangent.astype(u.dtype)
    given = (*inputs.given, *(v for _, v in along))
    value, tangent = like_arguments(given, linear.result(), tangent)
    return (
        outputs.rebuilt(outputs.split(value), others=True),
        outputs.rebuilt(outputs.split(tangent)),
    )


@overload
def hvp(f: Callable[..., Any], primals: Sequence[Tensor], tangents: Sequence[Any]) -> Tensors: ...
@overload
def hvp(f: Callable[..., Any], primals: Sequence[C], tangents: Sequence[Any]) -> tuple[C, ...]: ...
@overload
def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Arrays: ...
def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """∇²f(x) v for a scalar-valued f: how its gradient changes when x moves along v.

    Shapes: a tangent for each primal, in its shape; the result is a tuple of the same shapes.

    Raises: ShapeError if f does not return a scalar or tangents don't fit; NotRecordedError.

    Numerics: ∇²f is symmetric, so it is the gradient of ⟨∇f(x), v⟩, at the cost of a few gradients.

    Source: B. Pearlmutter, "Fast exact multiplication by the Hessian", 1994.
    """
    _check_pairs("hvp", primals, tangents)
    everything = range(len(primals))

    what = f"hvp of {name_of(f)}: tangent"

    def slope(*x: Any) -> Tensor:
        inputs = Inputs(x, everything)
        gradients = [g for _, g in leaves(list(grad(f, everything)(*x))) if g is not None]
        total = Tensor(0.0)
        for (i, v), variable, g in zip(inputs.along(what, tangents), inputs.variables, gradients):
            total = total + (g * _like(f"{what} {i}", v, variable)).sum()
        return total

    return grad(slope, everything)(*primals)


def _check_pairs(what: str, primals: Any, tangents: Any) -> None:
    for name, values in (("primals", primals), ("tangents", tangents)):
        if not isinstance(values, (tuple, list)):
            raise SettingError(
                f"{what}: {name} is a {type(values).__name__}: give a tuple with one for each argument, "
                f"such as {what}(f, (x,), (v,))"
            )
    if len(primals) != len(tangents):
        raise ShapeError(
            f"{what}: {len(primals)} primals and {len(tangents)} tangents: give one for each"
        )


def _like(what: str, v: Any, x: Tensor) -> Tensor:
    """A tangent or cotangent as a Tensor, in the shape and dtype of x."""
    tensor = v if isinstance(v, Tensor) else Tensor(v, dtype=x.dtype)
    if tensor.shape != x.shape:
        raise ShapeError(f"{what} has shape {tensor.shape}, but must have {x.shape}")
    return tensor if tensor.dtype == x.dtype else tensor.astype(x.dtype)
