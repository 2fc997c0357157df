"""The arguments of f: containers are taken apart, so that every array is one input with a name.

    cost(parameters, X)     parameters['W1'], parameters['b1'], X

A gradient that the caller gives comes in many forms: an array for each argument, a container like the
argument, or what the course's functions return, {"dW1": …, "db1": …}, perhaps beside the cost.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np

from ...containers import is_container, leaves, rebuilt
from ...primitive import Primitive
from ...tensor import Tensor
from .point import is_float


@dataclass(frozen=True)
class _Argument:
    """One argument as the caller gave it; its parts by their paths, and the positions of them all."""

    value: Any
    parts: Mapping[str, Any]
    positions: Mapping[str, int]

    @property
    def is_container(self) -> bool:
        return list(self.parts) != [""]


class Arguments:
    """The arguments of a call of f: `arrays` has their parts, one after the other, and `names` their names.

    Floating-point parts are float64 copies, at the `positions`; anything else is as it was `given`.
    """

    def __init__(self, f: Callable[..., Any], inputs: Sequence[Any]) -> None:
        self._arguments: list[_Argument] = []
        self.names: list[str] = []
        self.given: list[Any] = []
        for name, x in zip(_names(f, inputs), inputs, strict=True):
            parts = dict(leaves(x))
            start = len(self.given)
            places = {path: start + i for i, path in enumerate(parts)}
            self._arguments.append(_Argument(x, parts, places))
            for path, part in parts.items():
                own = part.name if isinstance(part, Tensor) else None
                self.names.append(own or name + path)
                self.given.append(part)
        self.arrays = [_copied(x) for x in self.given]
        self.positions = [i for i, x in enumerate(self.arrays) if is_float(x)]

    def taken_apart(self, f: Callable[..., Any]) -> Callable[..., Any]:
        """f as a function of the parts."""
        if not any(argument.is_container for argument in self._arguments):
            return f

        @wraps(f)
        def of_parts(*parts: Any) -> Any:
            return f(*self._together(parts))

        return of_parts

    def _together(self, parts: Sequence[Any]) -> list[Any]:
        left = iter(parts)
        return [
            rebuilt(argument.value, [next(left) for _ in argument.parts])
            for argument in self._arguments
        ]

    def parts_of(self, gradient: Any) -> dict[int, Any]:
        """The parts of a gradient that are given, each by the position of its input.

        Raises: ValueError for a gradient that does not belong to these inputs.
        """
        wanted = [a for a in self._arguments if self._floats(a)]
        gradient = _without_cost(gradient, wanted)
        if isinstance(gradient, Mapping) and not (len(wanted) == 1 and wanted[0].is_container):
            return self._by_name(gradient, self.positions)
        parts = list(gradient) if isinstance(gradient, (tuple, list)) else [gradient]
        if len(wanted) == 1 and not self._is_first_part(wanted[0], parts[:1]):
            parts = [gradient]  # a list of numbers, or a container
        if len(parts) != len(wanted):
            raise ValueError(
                f"the gradient has {len(parts)} parts, but there are {len(wanted)} floating-point inputs "
                f"({self._listed(self.positions)}): give a part for each, None for one that is not to be "
                f"checked"
            )
        found: dict[int, Any] = {}
        for argument, part in zip(wanted, parts, strict=True):
            found |= self._of(argument, part)
        return found

    def _floats(self, argument: _Argument) -> list[int]:
        return [i for i in argument.positions.values() if i in self.positions]

    def _is_first_part(self, argument: _Argument, parts: Sequence[Any]) -> bool:
        """Whether a tuple holds the gradient by this argument, and is not that gradient itself."""
        if argument.is_container:
            return [part.__class__ for part in parts] == [argument.value.__class__]
        return [np.shape(part) for part in parts] == [self.arrays[self._floats(argument)[0]].shape]

    def _of(self, argument: _Argument, gradient: Any) -> dict[int, Any]:
        """From an array for an array; for a container one like it, or a dictionary by its names."""
        if gradient is None:
            return {}
        floats = self._floats(argument)
        if not argument.is_container:
            return {floats[0]: gradient}
        places = rebuilt(argument.value, list(argument.positions.values()))
        matched = _matched(argument.value, places, gradient)
        if matched is not None:
            return {i: g for i, g in matched.items() if i in floats and g is not None}
        if isinstance(gradient, Mapping):
            return self._by_name(gradient, floats)
        raise ValueError(
            f"a gradient by {self._listed(floats)} must be built like its argument, and has "
            f"{', '.join(path or 'an array' for path, _ in leaves(gradient))}"
        )

    def _by_name(self, gradient: Mapping[Any, Any], floats: Sequence[int]) -> dict[int, Any]:
        """By the names of the inputs, or the last keys in them, with or without a d in front."""
        owners: dict[str, set[int]] = {}
        for i in floats:
            last = re.findall(r"\w+", self.names[i])[-1]
            for word in (self.names[i], last):
                for key in (word, "d" + word):
                    owners.setdefault(key, set()).add(i)
        known = {key: g for key, g in gradient.items() if len(owners.get(key, ())) == 1}
        found = {next(iter(owners[key])): g for key, g in known.items()}
        unknown = [repr(key) for key in gradient if key not in known]
        # The course returns dA1, dZ1, … as well: they do no harm where nothing is missing.
        if unknown and len(found) < len(floats):
            raise ValueError(
                f"the gradient has a part called {unknown[0]}; the inputs are {self._listed(floats)}, and "
                f"their parts are called like that, or with a d in front"
            )
        return {i: g for i, g in found.items() if g is not None}

    def _listed(self, positions: Iterable[int]) -> str:
        return ", ".join(self.names[i] for i in positions)


def _matched(value: Any, places: Any, gradient: Any) -> dict[int, Any] | None:
    """The parts of a gradient by their places, if it is built like the value; parts may be left out."""
    if not is_container(value):
        return {places: gradient}
    if gradient is None:
        return {}
    if isinstance(value, dict):
        if not isinstance(gradient, Mapping) or not gradient.keys() <= value.keys():
            return None
        keys = list(gradient)
    else:
        if not isinstance(gradient, (tuple, list)) or len(gradient) != len(value):
            return None
        keys = list(range(len(value)))
    found: dict[int, Any] = {}
    for key in keys:
        part = _matched(value[key], places[key], gradient[key])
        if part is None:
            return None
        found |= part
    return found


def _without_cost(gradient: Any, wanted: Sequence[_Argument]) -> Any:
    """The dictionary of gradients that a course's function returns beside the cost: (grads, cost)."""
    if not isinstance(gradient, (tuple, list)) or len(gradient) != 2:
        return gradient
    if len(wanted) == 2 and any(argument.is_container for argument in wanted):
        return gradient  # a part for each of two arguments
    grads = [part for part in gradient if isinstance(part, Mapping)]
    costs = [x for x in gradient if isinstance(x, float) or getattr(x, "shape", None) == ()]
    return grads[0] if len(grads) == len(costs) == 1 else gradient


def _copied(x: Any) -> Any:
    """A float64 copy of a floating-point input; anything else as it is."""
    if isinstance(x, Tensor):
        data = np.array(x.data)
        return data.astype(np.float64) if data.dtype.kind == "f" else Tensor(data, name=x.name)
    if isinstance(x, float) or getattr(getattr(x, "dtype", None), "kind", "") == "f":
        return np.array(x, dtype=np.float64)
    if isinstance(x, list) and np.asarray(x).dtype.kind == "f":
        return np.array(x, dtype=np.float64)
    return x


def _names(f: Callable[..., Any], inputs: Sequence[Any]) -> list[str]:
    """What the table calls the inputs: the names of f's parameters."""
    try:
        signature = inspect.signature(f.function if isinstance(f, Primitive) else f)
    except (TypeError, ValueError):
        signature = inspect.Signature()
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    own = [p.name for p in signature.parameters.values() if p.kind in positional]
    return [own[i] if i < len(own) else f"input {i}" for i in range(len(inputs))]
