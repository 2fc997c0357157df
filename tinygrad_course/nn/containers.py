"""`Sequential`: layers one after the other; `ModuleList` and `ModuleDict`: layers in any order."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, MutableSequence
from types import MethodType
from typing import Any

from ..errors import SettingError
from . import activations
from .module import Module
from .settings import shown


class Sequential(Module):
    """z = fₙ(… f₂(f₁(x)))

    The layers' paths are their positions: "0.weight", "1.weight", …

    Raises: SettingError if a layer can't be called.
    """

    def __init__(self, *layers: Any) -> None:
        for i, layer in enumerate(layers):
            problem = _no_layer(layer)
            if problem:
                raise SettingError(f"Sequential: layer {i} is {problem}")
        self.layers = list(layers)

    def forward(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __bool__(self) -> bool:
        return True  # an empty one is a model as well

    def __iter__(self) -> Iterator[Any]:
        return iter(self.layers)

    def __getitem__(self, index: int | slice) -> Any:
        """A layer, or for a slice a Sequential of the same layers."""
        layers = self.layers[index]
        return Sequential(*layers) if isinstance(layers, list) else layers

    def _attributes(self) -> Mapping[str, Any]:
        own = {name: value for name, value in vars(self).items() if name != "layers"}
        return {str(i): layer for i, layer in enumerate(self.layers)} | own


class ModuleList(Module, MutableSequence[Any]):
    """A list of modules, with the methods of a list: append, extend, insert, …

    Their paths are their positions, "layers.0.weight", as they are in a plain list, which does as well: a
    module finds its parts there too. It has no forward: the module that holds it calls them.

    Raises: SettingError for anything but modules.
    """

    def __init__(self, parts: Iterable[Module] = ()) -> None:
        self.parts: list[Module] = []
        for module in _several(parts, "ModuleList", "[layer, …]"):
            self.append(module)

    def __getitem__(self, index: Any) -> Any:
        """A module, or for a slice a ModuleList of the same modules."""
        found = self.parts[index]
        return ModuleList(found) if isinstance(found, list) else found

    def __setitem__(self, index: Any, value: Any) -> None:
        checked = [_a_module(m, "ModuleList") for m in value] if isinstance(index, slice) else None
        self.parts[index] = _a_module(value, "ModuleList") if checked is None else checked

    def __delitem__(self, index: Any) -> None:
        del self.parts[index]

    def __len__(self) -> int:
        return len(self.parts)

    def insert(self, index: int, value: Module) -> None:
        self.parts.insert(index, _a_module(value, "ModuleList"))

    def __bool__(self) -> bool:
        return bool(self.parts)

    def _attributes(self) -> Mapping[str, Any]:
        own = {name: value for name, value in vars(self).items() if name != "parts"}
        return {str(i): module for i, module in enumerate(self.parts)} | own


class ModuleDict(Module, MutableMapping[str, Any]):
    """A dictionary of modules, by names that are their paths: "heads.age.weight".

    A module finds its parts in a plain dictionary as well. It has no forward: the module that holds it calls
    them.

    Raises: SettingError for anything but modules, and for keys that are no text or have a dot in them.
    """

    def __init__(self, parts: Mapping[str, Module] | Iterable[tuple[str, Module]] = ()) -> None:
        self.parts: dict[str, Module] = {}
        pairs: Any = parts.items() if isinstance(parts, Mapping) else parts
        for pair in _several(pairs, "ModuleDict", "{'name': layer, …}"):
            if not isinstance(pair, (tuple, list)) or len(pair) != 2:
                raise SettingError(
                    f"ModuleDict: {shown(pair)} is no pair of name and module: write "
                    f"ModuleDict({{'name': layer, …}})"
                )
            self[pair[0]] = pair[1]

    def __getitem__(self, key: str) -> Any:
        return self.parts[key]

    def __setitem__(self, key: str, value: Module) -> None:
        if not isinstance(key, str) or not key or "." in key:
            raise SettingError(
                f"ModuleDict: the key {shown(key)} must be a text without dots, since paths are made of it"
            )
        self.parts[key] = _a_module(value, "ModuleDict")

    def __delitem__(self, key: str) -> None:
        del self.parts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    __hash__ = object.__hash__
    __eq__ = object.__eq__

    def _attributes(self) -> Mapping[str, Any]:
        own = {name: value for name, value in vars(self).items() if name not in self.parts}
        return {name: value for name, value in own.items() if name != "parts"} | self.parts


def _several(modules: Any, kind: str, example: str) -> Iterable[Any]:
    if isinstance(modules, (Module, str)) or not isinstance(modules, Iterable):
        raise SettingError(f"{kind}({shown(modules)}): give its modules in one, {kind}({example})")
    return modules


def _a_module(value: Any, kind: str) -> Module:
    if isinstance(value, Module):
        return value
    if isinstance(value, type):
        raise SettingError(
            f"{kind}: the class {value.__name__} is no module: make one, {value.__name__}(…)"
        )
    raise SettingError(
        f"{kind}: {shown(value)} is no module: for a function write a Module with it as its forward, or use "
        f"a plain list or dictionary, in which modules are found as well"
    )


def _no_layer(layer: Any) -> str:
    """What something is that is no layer, and what to write instead; "" for a layer."""
    if isinstance(layer, type):
        return f"the class {layer.__name__}: make one, {layer.__name__}(…)"
    if isinstance(layer, MethodType) and isinstance(layer.__self__, Module):
        kind = type(layer.__self__).__name__
        return f"the method {layer.__name__} of {kind}: give the module itself, which is called like it"
    if callable(layer):
        return ""
    if isinstance(layer, str):
        names = {name.lower(): name for name in vars(activations)}
        name = names.get(layer.lower().replace("_", ""), "ReLU")
        return f"{layer!r}, a text: give a module, nn.{name}(), or a function"
    return (
        f"{shown(layer)}: a layer is a Module or a function. Give the layers one by one, "
        f"Sequential(*layers)"
    )
