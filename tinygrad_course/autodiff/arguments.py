"""Arguments and results of functions that are differentiated: arrays, or containers of them."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..containers import is_container, leaves, rebuilt
from ..errors import NotRecordedError, ShapeError
from ..ops.joining import concatenate
from ..primitive import Array
from ..tensor import Tensor
from .linearised import as_input, checked_tensor, name_of


class Inputs:
    """The arguments of a call, with variables in the place of the arrays to differentiate by.

    arguments    for the call
    variables    for all arrays in the chosen arguments, one after the other
    given        all arrays in all arguments, as the caller gave them
    """

    def __init__(self, arguments: Sequence[Any], chosen: Sequence[int]) -> None:
        self._originals = arguments
        self._chosen = chosen
        self.arguments = list(arguments)
        self.variables: list[Tensor] = []
        self.given = [x for argument in arguments for _, x in leaves(argument)]
        for position in chosen:
            self.arguments[position] = self._with_variables(arguments[position])

    def _with_variables(self, argument: Any) -> Any:
        if not is_container(argument):
            self.variables.append(as_input(argument))
            return self.variables[-1]
        made = []
        for _, x in leaves(argument):
            if _is_differentiable(x):
                self.variables.append(as_input(x))
                made.append(self.variables[-1])
            else:
                made.append(x)  # such as the name of an activation, or a number of layers
        return rebuilt(argument, made)

    def shaped(self, values: Sequence[Any]) -> list[Any]:
        """For each chosen argument its values, in a container like its own; None for other leaves."""
        left = iter(values)
        return [
            rebuilt(argument, [next(left) if _is_variable(x) else None for _, x in leaves(made)])
            if is_container(argument)
            else next(left)
            for argument, made in (
                (self._originals[position], self.arguments[position]) for position in self._chosen
            )
        ]

    def along(self, what: str, tangents: Sequence[Any]) -> list[tuple[str, Any]]:
        """For each variable its tangent, with its path, from a tangent per chosen argument.

        Raises: ShapeError for a container of another structure.
        """
        found = []
        for i, (position, tangent) in enumerate(zip(self._chosen, tangents, strict=True)):
            argument = self._originals[position]
            parts = leaves(tangent) if is_container(argument) else [("", tangent)]
            own = leaves(self.arguments[position])
            if [path for path, _ in parts] != [path for path, _ in own]:
                raise ShapeError(
                    f"{what} {i} must be built like its primal, with {_listed(own)}, and has {_listed(parts)}"
                )
            found += [
                (f"{i}{path}", part) for (path, part), (_, x) in zip(parts, own) if _is_variable(x)
            ]
        return found


def _listed(parts: Sequence[tuple[str, Any]]) -> str:
    return ", ".join(path or "an array" for path, _ in parts) or "nothing"


def _is_variable(x: Any) -> bool:
    return isinstance(x, Tensor) and x.requires_grad


def _is_differentiable(x: Any) -> bool:
    """Whether a leaf of a container can be differentiated by; others are passed on as they are."""
    if isinstance(x, (float, list)):
        x = np.asarray(x)
    return getattr(getattr(x, "dtype", None), "kind", "") == "f"


_PLACE = np.zeros(1)
"""Stands for an array in a container: it is one, so that the container stays one."""


def emptied(x: Any) -> Any:
    """The container without the arrays and all else that it holds; a `filled` one has others."""
    return rebuilt(x, [_PLACE] * len(leaves(x)))


class _Part(NamedTuple):
    """Shape, dtype and number of elements of one of several arrays."""

    shape: tuple[int, ...]
    dtype: Any
    size: int


def _part(x: Tensor) -> _Part:
    return _Part(x.shape, x.dtype, x.size)


class Outputs:
    """What a function returned, as one tensor: a container's arrays one after the other, each raveled."""

    def __init__(self, f: Callable[..., Any], returned: Any) -> None:
        self._returned = returned
        self._is_container = is_container(returned)
        if not self._is_container:
            self.tensor = checked_tensor(f, returned)
            self.parts = [_part(self.tensor)]
            return
        arrays = [x for _, x in leaves(returned) if _is_differentiable(x)]
        if not any(isinstance(x, Tensor) for x in arrays):
            raise NotRecordedError(
                f"{name_of(f)} returned a {type(returned).__name__} without a Tensor in it: nothing in "
                f"it was computed from the argument by operations that have a derivative"
            )
        tensors = [x if isinstance(x, Tensor) else Tensor(x) for x in arrays]
        self.parts = list(map(_part, tensors))
        self.tensor = concatenate(*(x.reshape(-1) for x in tensors))

    def structure(self) -> "Outputs":
        """The same without the arrays: what `split` and `rebuilt` need."""
        made = object.__new__(Outputs)
        made._is_container, made.parts = self._is_container, self.parts
        made._returned = None
        if self._is_container:
            empty = [_PLACE if _is_differentiable(x) else x for _, x in leaves(self._returned)]
            made._returned = rebuilt(self._returned, empty)
        return made

    def split(self, values: Array, axes: tuple[int, ...] = ()) -> list[Any]:
        """The parts of `values`, along the first axis, in the shapes and dtypes of the arrays returned.

        Each has the axes of its array, and behind them those of these lengths.
        """
        if not self._is_container:
            return [values]
        ends = np.cumsum([part.size for part in self.parts])
        parts = [
            values[end - part.size : end].reshape((*part.shape, *axes))
            for end, part in zip(ends.tolist(), self.parts)
        ]
        parts = [x if x.dtype == p.dtype else x.astype(p.dtype) for x, p in zip(parts, self.parts)]
        # A number is a NumPy scalar, as NumPy's own results are.
        return [part[()] if isinstance(part, np.ndarray) else part for part in parts]

    def rebuilt(self, parts: Sequence[Any], others: bool = False) -> Any:
        """A container like the one returned, with a part for each array.

        What is no array is None in it, or with `others` as it was.
        """
        if not self._is_container:
            return parts[0]
        left = iter(parts)
        return rebuilt(
            self._returned,
            [
                next(left) if _is_differentiable(x) else x if others else None
                for _, x in leaves(self._returned)
            ],
        )

    def cotangent(self, what: str, given: Any) -> Any:
        """A cotangent that is built like what was returned, for the one tensor.

        Raises: ShapeError if it is built in another way, or a part has another shape.
        """
        if not self._is_container:
            return given
        own, parts = leaves(self._returned), leaves(given)
        if [path for path, _ in parts] != [path for path, _ in own]:
            raise ShapeError(
                f"{what} must be built like the result, with {_listed(own)}, and has {_listed(parts)}"
            )
        pieces = []
        wanted = [part for part, (_, x) in zip(parts, own) if _is_differentiable(x)]
        for (path, x), part in zip(wanted, self.parts):
            if np.shape(x) != part.shape:
                raise ShapeError(
                    f"{what}{path} has shape {np.shape(x)}, but must have {part.shape}"
                )
            pieces.append((x if isinstance(x, Tensor) else np.asarray(x)).reshape(-1))
        is_tracked = any(isinstance(piece, Tensor) for piece in pieces)
        return concatenate(*pieces) if is_tracked else np.concatenate(pieces)
