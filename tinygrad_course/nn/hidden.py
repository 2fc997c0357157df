"""Parts of a module that it does not find: they would be used, but neither trained nor saved.

A module finds parameters and modules in its attributes, and in lists, tuples and dictionaries there. It
does not look into sets, arrays of objects, other containers, bound methods and the attributes of its
class, and a leaf Tensor is no Parameter.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Set, ValuesView
from functools import partial
from types import MethodType
from typing import Any, NamedTuple

import numpy as np

from ..tensor import Tensor
from .module import Module, _joined
from .parameter import Parameter


class Hidden(NamedTuple):
    """Tensors that a module holds and does not find."""

    path: str
    found: str
    """What holds them, in words."""
    way_out: str
    tensors: tuple[Tensor, ...]


def hidden_parts(model: Module) -> Iterator[Hidden]:
    """All hidden parts of a model that would be trained if they were found."""
    known = set(model._paths().values())
    for path, module in model.named_modules():
        for name, value in _own_and_of_the_class(module):
            for hidden in _hidden_in(_joined(path, name), value, ()):
                rest = tuple(t for t in hidden.tensors if t not in known)
                if rest:
                    yield hidden._replace(tensors=rest)


def _own_and_of_the_class(module: Module) -> Iterator[tuple[str, Any]]:
    own = module._attributes()
    yield from own.items()
    for kind in type(module).__mro__:
        if kind is Module:
            return
        for name, value in vars(kind).items():
            if name not in own and name not in vars(module) and not name.startswith("__"):
                found = tuple(_trained_in(value, ()))
                if found:
                    yield name, _OfTheClass(kind.__name__, name, found)


class _OfTheClass(NamedTuple):
    kind: str
    name: str
    tensors: tuple[Tensor, ...]


def _hidden_in(path: str, value: Any, around: tuple[int, ...]) -> Iterator[Hidden]:
    """What is hidden in an attribute, found in the way in which a module finds its parts."""
    if isinstance(value, (Parameter, Module)) or id(value) in around:
        return
    around = (*around, id(value))
    if isinstance(value, _OfTheClass):
        way_out = f"set it in __init__, self.{value.name} = …: instances would share it"
        yield Hidden(path, f"an attribute of the class {value.kind}", way_out, value.tensors)
    elif isinstance(value, Tensor):
        way_out = (
            f"write self.{_attribute(path)} = nn.Parameter(…); if it is not to be trained, store "
            f"tensor.detach()"
        )
        yield from _one(path, "a Tensor that requires a gradient", way_out, value)
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from _hidden_in(f"{path}.{i}", item, around)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _hidden_in(f"{path}.{key}", item, around)
    elif isinstance(value, MethodType):
        way_out = "store the module itself, which is called in the same way"
        yield from _one(path, f"a method of {type(value.__self__).__name__}", way_out, value)
    else:
        way_out = "store its parts in a list, a tuple or a dictionary"
        yield from _one(path, f"a container of type {type(value).__name__}", way_out, value)


def _one(path: str, found: str, way_out: str, value: Any) -> Iterator[Hidden]:
    tensors = tuple(_trained_in(value, ()))
    if tensors:
        yield Hidden(path, found, way_out, tensors)


def _attribute(path: str) -> str:
    return path.rpartition(".")[2] if not path.rpartition(".")[2].isdigit() else path


def _trained_in(value: Any, around: tuple[int, ...]) -> Iterator[Tensor]:
    """The leaves that require a gradient in a value, at any depth of containers and modules."""
    if id(value) in around:
        return
    if isinstance(value, Tensor):
        if value.requires_grad and value.is_leaf:
            yield value
    elif isinstance(value, Module):
        yield from (p for p in value._paths().values() if p.requires_grad)
    elif isinstance(value, MethodType):
        yield from _trained_in(value.__self__, (*around, id(value)))
    elif (items := _items(value)) is not None:
        for item in items:
            yield from _trained_in(item, (*around, id(value)))


def _items(value: Any) -> Iterable[Any] | None:
    """What a container contains; None for anything else, such as a text or an iterator."""
    if isinstance(value, np.ndarray):
        return value.ravel().tolist() if value.dtype.hasobject else None
    if isinstance(value, Mapping):
        return list(value.values())
    if isinstance(value, partial):
        return [value.func, *value.args, *value.keywords.values()]
    return value if isinstance(value, (list, tuple, deque, Set, ValuesView)) else None
