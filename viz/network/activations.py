"""What the units of a layer do with their affine map: a symbol, and a curve where there is one."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from tinygrad_course import nn
from tinygrad_course.nn.models import ACTIVATIONS
from tinygrad_course.primitive import Primitive, of_numpy, registry

SOFTMAXES: dict[str, type[nn.Module]] = {"softmax": nn.Softmax, "log_softmax": nn.LogSoftmax}
"""A unit's value depends on those of all the others: there is no curve to draw."""


@dataclass(frozen=True)
class Activation:
    """A function that follows an affine map.

    symbol     σ, tanh, relu …
    part       the module or function itself
    curve      the function of a single number, for arrays; None if it is none, or not known to be one
    """

    symbol: str
    part: Any
    curve: Callable[[Any], Any] | None = None


def recognised(part: Any) -> Activation | None:
    """The activation that a module or a function is; None for all that may be something else."""
    for name, kind in (ACTIVATIONS | SOFTMAXES).items():
        if runs_as(part, kind):
            curve = None if name in SOFTMAXES else part.forward
            return Activation(registry[name].symbol, part, curve)
    key: Any = part if isinstance(part, Hashable) else None
    function = of_numpy.get(key, part)  # np.tanh stands for a primitive
    if isinstance(function, Primitive) and function.signature == "()->()":
        return Activation(function.symbol, part, function)
    if isinstance(function, Primitive) and function.name in SOFTMAXES:
        return Activation(function.symbol, part)
    return None


def declared(part: Any) -> Activation:
    """The same for what is known to be an activation, because it was given as one, by name at least."""
    name = getattr(part, "__name__", type(part).__name__)
    return recognised(part) or Activation("g" if name == "<lambda>" else name, part)


def runs_as(part: Any, kind: type, method: str = "forward") -> bool:
    """Whether it is of this kind and has not got a method of its own instead of the kind's."""
    own = getattr(getattr(part, method, None), "__func__", None)
    return isinstance(part, kind) and own is getattr(kind, method)
