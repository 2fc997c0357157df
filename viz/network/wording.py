"""The text of a net's drawing, in plain words or in the course's notation."""

from collections.abc import Sequence
from dataclasses import dataclass

from .. import text
from ..graph.names import Notation, of_layer
from .layers import Layer, Net

WIDTHS = "wider lines are larger |w|, compared within a layer"
OVER_STEPS = WIDTHS + " and over all steps"
BIASES = "the number above a unit is its bias"
LOGITS = "{} is applied by predict_proba and the loss: the model returns logits"


@dataclass(frozen=True)
class Wording:
    """A net in words. Column 0 has the inputs, column l has layer l; units count from 0."""

    net: Net
    notation: Notation = "plain"
    input_names: Sequence[str] = ()
    output_names: Sequence[str] = ()
    changes: bool = False
    """Whether this is one of several drawings with different weights."""

    @property
    def last(self) -> int:
        return len(self.net.layers)

    def layer(self, column: int) -> Layer | None:
        """The layer of a column; None for the inputs."""
        return self.net.layers[column - 1] if column else None

    def symbol(self, column: int, unit: int) -> str:
        """The symbol in a unit: x₂, a₂⁽¹⁾."""
        if self.notation == "plain":
            return "" if column else f"x{unit + 1}"
        k = text.subscript(unit + 1)
        return of_layer(f"a{k}", column) if column else f"x{k}"

    def outside(self, column: int, unit: int) -> str:
        """The text beside a unit: the name of an input or an output."""
        if column == 0 and self.input_names:
            return text.name(self.input_names[unit])
        if column == self.last and self.output_names:
            return text.name(self.output_names[unit])
        if column == self.last and self.notation == "course":
            is_only = self.net.layers[-1].units == 1
            return "ŷ" if is_only else f"ŷ{text.subscript(unit + 1)}"
        return ""

    def name(self, column: int, unit: int) -> str:
        """The name of a unit in a sentence."""
        symbol = self.symbol(column, unit) or f"unit {unit + 1} of layer {column}"
        outside = self.outside(column, unit)
        return f"{symbol} ({outside})" if outside else symbol

    def unit(self, column: int, unit: int, *, with_bias: bool = True) -> str:
        """The title of a unit: its name, its bias and its activation."""
        name, layer = self.name(column, unit), self.layer(column)
        if layer is None:
            return f"input {name}"
        bias = "no bias" if layer.biases is None else f"b = {number(layer.biases[unit])}"
        return f"{name}: {f'{bias}, ' * with_bias}{activation_names(layer)}"

    def weight(self, column: int, unit: int, source: int, *, with_value: bool = True) -> str:
        """The title of a line, from unit `source` of the column before."""
        ends = f"w from {self.name(column - 1, source)} to {self.name(column, unit)}"
        value = number(self.net.layers[column - 1].weights[unit, source])
        return f"{ends} = {value}" if with_value else ends

    def left_out(self, column: int, drawn: int) -> str:
        """The title of an ellipsis."""
        layer = self.layer(column)
        units = self.net.layers[0].inputs if layer is None else layer.units
        return f"{text.count(units - drawn, 'unit')} not drawn"

    def heading(self, column: int) -> tuple[str, ...]:
        """The text below a column: the layer, its units, and the shape of its weights."""
        layer = self.layer(column)
        if layer is None:
            return "input layer", text.count(self.net.layers[0].inputs, "unit")
        weight = of_layer("W", column) if self.notation == "course" else "weight"
        return (
            "output layer" if column == self.last else f"hidden layer {column}",
            f"{text.count(layer.units, 'unit')}, {activation_names(layer)}",
            f"{weight} {layer.weights.shape}{', no bias' * (layer.biases is None)}",
        )

    @property
    def caption(self) -> str:
        """The number of layers, and how they are counted."""
        only = self.net.layers[0]
        is_logistic = self.last == only.units == 1 and only.activations == ("σ",)
        kind = ": logistic regression" * is_logistic
        return f"{self.last}-layer net{kind} (the input layer is not counted)"

    def explanations(self, *, weights: bool = True) -> tuple[str, ...]:
        """What a reader needs to know."""
        layers = self.net.layers
        said = {
            OVER_STEPS if self.changes else WIDTHS: weights,
            BIASES: weights and any(layer.biases is not None for layer in layers),
            LOGITS.format(activation_names(layers[-1])): self.net.returns_logits,
        }
        return tuple(words for words, applies in said.items() if applies)

    @property
    def description(self) -> str:
        """All layers in words, for screen readers."""
        headings = (", ".join(self.heading(column)) for column in range(self.last + 1))
        layers = f"From left to right: {'; '.join(headings)}"
        return ". ".join((layers, *self.explanations(weights=False))) + "."


def activation_names(layer: Layer) -> str:
    """The activations of a layer, in the order in which they are applied."""
    return ", then ".join(map(text.name, layer.activations)) or "linear"


def number(x: float) -> str:
    """A number with a minus sign as wide as a plus: −0.52."""
    return text.number(x).replace("-", "−")
