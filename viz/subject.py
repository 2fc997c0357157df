"""What to draw: tensors as they are, or the outputs of a model or a function, which runs first."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from inspect import Parameter, signature
from itertools import repeat
from typing import Any

import numpy as np

from tinygrad_course import Tensor, enable_grad
from tinygrad_course.containers import is_container, leaves, rebuilt
from tinygrad_course.errors import DrawingError
from tinygrad_course.nn import Module

from .watching import watch


def outputs_of(x: Any, inputs: Any) -> Any:
    """Tensors as they are; for a model or a function, what it returns for `inputs`, under `watch`.

    Floating-point inputs of a function become leaves, named like the function's parameters; in containers
    such as a dictionary of parameters, by their path, parameters['W1']. The leaves of a model are its
    parameters, and its inputs are constants.

    Raises: DrawingError if inputs are missing, or if they are given with a tensor.
    """
    if isinstance(x, Tensor) or not callable(x):
        if inputs is not None:
            raise DrawingError(
                "inputs=… is for a model or a function; a tensor already has its graph"
            )
        return x
    what = type(x).__name__ if isinstance(x, Module) else getattr(x, "__name__", "the function")
    if inputs is None:
        raise DrawingError(
            f"{what} has to run to be drawn: give it inputs, viz.draw({what}, inputs=x), or "
            f"inputs=(x, y) if it takes several"
        )
    given = list(inputs) if isinstance(inputs, tuple) else [inputs]
    if isinstance(x, Module):
        given = [_named(value, name) for value, name in zip(given, _parameter_names(x.forward))]
    else:
        given = [_leaf(value, name) for value, name in zip(given, _parameter_names(x))]
    with enable_grad(), watch():
        result = x(*given)
    returned = [y for _, y in leaves(result)]
    tensors = [y for y in returned if isinstance(y, Tensor)]  # beside None, names and numbers
    if not tensors:
        raise DrawingError(
            f"{what} returned {_type_names(returned)} and no Tensor: nothing is recorded unless one of its "
            f"inputs and parameters is a tensor that requires a gradient"
        )
    return tensors


def _parameter_names(function: Callable[..., Any]) -> Iterator[str | None]:
    """The names of a function's positional parameters, then None without end."""
    try:
        parameters: Iterable[Parameter] = signature(function).parameters.values()
    except ValueError:  # NumPy's ufuncs and other functions in C have no signature
        parameters = ()
    positional = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    yield from (p.name for p in parameters if p.kind in positional)
    yield from repeat(None)


def _leaf(value: Any, name: str | None) -> Any:
    """A floating-point array as a leaf, also in containers; anything else unchanged."""
    if isinstance(value, Tensor):
        return value
    if is_container(value):
        return rebuilt(value, [_leaf(x, (name or "") + path) for path, x in leaves(value)])
    is_array = isinstance(value, (float, np.ndarray, np.floating, list))
    if is_array and np.asarray(value).dtype.kind == "f":
        return Tensor(value, requires_grad=True, name=name)
    return value


def _named(value: Any, name: str | None) -> Any:
    return Tensor(value, name=name) if isinstance(value, np.ndarray) else value


def _type_names(values: Sequence[object]) -> str:
    return ", ".join(dict.fromkeys(type(value).__name__ for value in values)) or "nothing"
