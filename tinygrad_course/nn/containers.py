"""`Sequential`: layers one after the other."""

from collections.abc import Iterator, Mapping
from types import MethodType
from typing import Any

from ..errors import SettingError
from ..primitive import Array
from . import activations
from .module import Module
from .predictions import Predicts, probabilities_of
from .settings import shown


class Sequential(Predicts):
    """z = fₙ(… f₂(f₁(x)))

    The layers' paths are their positions: "0.weight", "1.weight", …

    `predict` and `predict_proba` take the outputs for logits, unless a sigmoid or a softmax computed them.
    So Sequential(model) gives both to any model, and to any function.

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

    def _as_probabilities(self, x: Array, outputs: Array) -> Array:
        return probabilities_of(self, x, outputs)

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
