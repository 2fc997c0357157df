"""A model as plain data: its layers of units and their activations, in the order in which they run.

A drawing of layers shows a chain of affine maps, each followed by activations. A model is read from its
parts, without running it. A class that overrides `forward` may compute anything, and is refused.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_course import nn
from tinygrad_course.errors import DrawingError
from tinygrad_course.inspect import module_path
from tinygrad_course.lazy import as_numpy
from tinygrad_course.nn.models import ACTIVATIONS
from tinygrad_course.primitive import Primitive, of_numpy, registry

Floats = NDArray[np.float64]

POINTS = np.linspace(-4.0, 4.0, 41)
"""The points at which an activation is evaluated, for the curve in a unit."""


# --- activations ----------------------------------------------------------------------------------

SOFTMAXES: dict[str, type[nn.Module]] = {"softmax": nn.Softmax, "log_softmax": nn.LogSoftmax}
"""Activations in which a unit's output depends on all units, so that there is no curve to draw."""


@dataclass(frozen=True)
class Activation:
    """A function that follows an affine map.

    symbol     σ, tanh, relu …
    part       the module or function itself
    curve      the function of a single number, for arrays; None if it is not known to be one
    """

    symbol: str
    part: Any
    curve: Callable[[Any], Any] | None = None


def recognised(part: Any) -> Activation | None:
    """The activation that a module or a function is known to be; None for everything else."""
    for name, kind in (ACTIVATIONS | SOFTMAXES).items():
        if runs_as(part, kind):
            curve = None if name in SOFTMAXES else part.forward
            return Activation(registry[name].symbol, part, curve)
    key: Any = part if isinstance(part, Hashable) else None
    function = of_numpy.get(key, part)  # such as np.tanh
    if isinstance(function, Primitive) and function.signature == "()->()":
        return Activation(function.symbol, part, function)
    if isinstance(function, Primitive) and function.name in SOFTMAXES:
        return Activation(function.symbol, part)
    return None


def declared(part: Any) -> Activation:
    """An activation that was given as one; if it is not recognised, with its name alone."""
    name = getattr(part, "__name__", type(part).__name__)
    return recognised(part) or Activation("g" if name == "<lambda>" else name, part)


def runs_as(part: Any, kind: type, method: str = "forward") -> bool:
    """Whether `part` is an instance of `kind` that does not override the method."""
    own = getattr(getattr(part, method, None), "__func__", None)
    return isinstance(part, kind) and own is getattr(kind, method)


# --- layers ---------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Layer:
    """Units that share one affine map and its activations.

    path, weight_name, bias_name    the names of the module and its parameters in the graph
    weights, biases                 copies: (units, inputs), and (units,) or None
    activations                     their symbols, in order
    activation_path                 the name of the last one's module in the graph; "" for a function
    response                        the activations' values at `POINTS`; None if a unit's value depends
                                    on other units, or if the function is unknown
    """

    path: str
    weight_name: str
    weights: Floats
    bias_name: str = ""
    biases: Floats | None = None
    activations: tuple[str, ...] = ()
    activation_path: str = ""
    response: Floats | None = field(default_factory=POINTS.copy)

    @property
    def units(self) -> int:
        return len(self.weights)

    @property
    def inputs(self) -> int:
        return self.weights.shape[1]


@dataclass(frozen=True)
class Net:
    """The layers that compute something, from first to last, without the input layer.

    `returns_logits`: the model does not apply the last activation; `predict_proba` and the loss do.
    """

    layers: tuple[Layer, ...]
    returns_logits: bool = False

    def with_parameters(self, arrays: Mapping[str, Floats]) -> "Net":
        """The same net with other values of some parameters, by name."""
        layers = (
            replace(
                layer,
                weights=arrays.get(layer.weight_name, layer.weights),
                biases=arrays.get(layer.bias_name, layer.biases),
            )
            for layer in self.layers
        )
        return replace(self, layers=tuple(layers))


def read(model: object) -> Net:
    """The layers of a model.

    Raises: DrawingError if it is not a model, or if it has parts of other kinds.
    """
    if not isinstance(model, nn.Module):
        raise DrawingError(
            f"can't draw a {type(model).__name__} as layers of units: give a model, such as "
            f"nn.MLP([2, 4, 1]); the graph of a result is drawn by viz.draw"
        )
    model.named_parameters()  # names all parts as in the graph
    reader = _Reader()
    reader.part("", model)
    if not reader.layers:
        raise DrawingError(
            f"{_in_words('', model)} has no nn.Linear in it: there are no units to draw"
        )
    returns_logits = runs_as(model, nn.Classifier, "predict_proba")
    if returns_logits:
        is_one = reader.layers[-1].units == 1
        reader.activation("", declared(nn.Sigmoid() if is_one else nn.Softmax()))
    return Net(tuple(reader.layers), returns_logits)


class _Reader:
    """Collects the layers in the order in which they run."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []

    def part(self, path: str, part: Any) -> None:
        """Read a part of the model; `path` is its path in that model."""
        activation = recognised(part)
        if activation:
            self.activation(path, activation)
        elif runs_as(part, nn.Linear):
            self.linear(path, part)
        elif runs_as(part, nn.Identity) or runs_as(part, nn.Dropout):
            pass  # in evaluation it passes its input on, and has no units of its own
        elif runs_as(part, nn.Sequential):
            for i, child in enumerate(part):
                self.part(_joined(path, str(i)), child)
        elif runs_as(part, nn.LogisticRegression):
            self.part(_joined(path, "linear"), part.linear)
        elif runs_as(part, nn.MLP):
            self.mlp(path, part)
        else:
            raise DrawingError(
                f"{_in_words(path, part)} can't be drawn as layers of units: these can be nn.Linear, "
                f"activations, nn.Sequential, nn.MLP and nn.LogisticRegression. Draw the graph of "
                f"a result instead: viz.draw(model(x))"
            )

    def mlp(self, path: str, model: nn.MLP) -> None:
        """The activation follows every layer but the last, and may be any function of a tensor."""
        g, where = model.activation, _joined(path, "activation")
        has_parts = isinstance(g, nn.Module) and [*g.children(), *g.parameters()]
        for i, layer in enumerate(model.layers):
            if i and has_parts:
                self.part(where, g)
            elif i:
                self.activation(where, declared(g))
            self.part(_joined(path, f"layers.{i}"), layer)

    def linear(self, path: str, linear: nn.Linear) -> None:
        """Add a layer of units, without activations so far."""
        weight, bias = linear.weight, linear.bias
        shapes = (weight.shape, None if bias is None else bias.shape)
        if len(weight.shape) != 2 or (bias is not None and bias.shape != weight.shape[:1]):
            raise DrawingError(
                f"{_in_words(path, linear)} has weight and bias of shapes {shapes[0]} and {shapes[1]}: "
                f"units can be drawn for (out_features, in_features) and (out_features,)"
            )
        if self.layers and self.layers[-1].units != weight.shape[1]:
            raise DrawingError(
                f"{_in_words(path, linear)} takes {weight.shape[1]} inputs, but the layer before it has "
                f"{self.layers[-1].units} units: this model can't run"
            )
        layer = Layer(_name(linear), weight.name or "", _copied(weight))
        if bias is not None:
            layer = replace(layer, bias_name=bias.name or "", biases=_copied(bias))
        self.layers.append(layer)

    def activation(self, path: str, activation: Activation) -> None:
        """Add an activation to the last layer."""
        if not self.layers:
            raise DrawingError(
                f"{_in_words(path, activation.part)} comes before the first nn.Linear, where there are no "
                f"units to draw it in: apply it to the inputs before the model"
            )
        layer = self.layers[-1]
        response = None
        if activation.curve and layer.response is not None:
            with np.errstate(all="ignore"):  # NaN where it is not defined: no curve there
                response = np.asarray(activation.curve(layer.response))
        self.layers[-1] = replace(
            layer,
            activations=(*layer.activations, activation.symbol),
            activation_path=_name(activation.part),
            response=response,
        )


def _copied(parameter: nn.Parameter) -> Floats:
    return np.array(as_numpy(parameter.data), np.float64)


def _name(part: object) -> str:
    """The name of a module in the graph: its path in the outermost model."""
    return module_path(part) if isinstance(part, nn.Module) else ""


def _in_words(path: str, part: object) -> str:
    """The name of a part of the model in a message."""
    kind = type(part).__name__ if isinstance(part, nn.Module) else repr(part)
    return f"{kind} at {path!r}" if path else f"the model, {kind},"


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
