"""`Sequential`: layers one after the other."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import SettingError
from ..primitive import Array
from .predictions import Predicts, probabilities_of


class Sequential(Predicts):
    """z = fₙ(… f₂(f₁(x)))

    The layers' paths are their positions: "0.weight", "1.weight", …

    `predict` and `predict_proba` take the outputs for logits, unless a sigmoid or a softmax computed them.
    So Sequential(model) gives both to any model, and to any function.

    Raises: SettingError if a layer can't be called.
    """

    def __init__(self, *layers: Any) -> None:
        for i, layer in enumerate(layers):
            if isinstance(layer, type):
                raise SettingError(
                    f"Sequential: layer {i} is the class {layer.__name__}: make one, {layer.__name__}(…)"
                )
            if not callable(layer):
                raise SettingError(
                    f"Sequential: layer {i} is {layer!r}: a layer is a Module or a function. "
                    f"Give the layers one by one, Sequential(*layers)"
                )
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
