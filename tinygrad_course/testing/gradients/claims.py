"""The gradient to check: the one from reverse mode, or one that the caller gives.

Each `Claim` computes Jᵀv, the gradient of v · f, and may be able to do so at another point.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...autodiff.linearised import as_input, node_of
from ...engine.graph import Node, topological_order
from ...engine.reverse_mode import backward_pass
from ...errors import NotRecordedError
from ...tensor import Tensor
from .arguments import Arguments
from .point import EPSILON, Function, Point, is_float, labelled, listed, plain
from .verdicts import Floats


class OnlyHere(Exception):
    """The gradient at another point is not known: it was given as numbers, or f is not defined there."""


class Claim(ABC):
    """A gradient of f by the inputs at `positions`, and the `outputs` of f where it was taken.

    `of_sum`: it is the gradient of the sum of all outputs. `epsilon` and `subnormal`: of the dtype that
    rounds its numbers. `column` is its name in a table, `if_zero` asks why it is 0.
    """

    name: str
    column: str
    if_zero: str
    positions: Sequence[int]
    outputs: Sequence[Any]
    output_names: Sequence[str]
    of_sum = False
    epsilon = 0.0
    subnormal = 0.0

    @abstractmethod
    def vjp(self, v: Floats) -> list[Any]:
        """Jᵀv: an array for each position, None where it is zero."""

    def at(self, arrays: Sequence[Any]) -> "Claim":
        """The gradient at another point. Raises: OnlyHere."""
        try:
            return self._at(arrays)
        except ValueError as error:  # outside of its domain
            raise OnlyHere from error

    @abstractmethod
    def _at(self, arrays: Sequence[Any]) -> "Claim": ...

    @property
    @abstractmethod
    def dtypes(self) -> set[Any]:
        """The floating-point dtypes in which f is known to compute."""

    def misshapen(self, position: int) -> Floats | None:
        """The gradient by the input at a position, if it does not have the input's shape."""
        return None

    @property
    def resolution(self) -> float:
        """The epsilon of the coarsest numbers in which f is known to compute."""
        return max((float(np.finfo(dtype).eps) for dtype in self.dtypes), default=0.0)


def products(claim: Claim, point: Point) -> Floats:
    """The claimed v · J w: cotangents as rows, directions as columns."""
    rows = [point.along(claim.vjp(point.cotangent(k))) for k in range(len(point.labels))]
    return np.array(rows, np.float64).reshape(len(rows), len(point.directions))


class ReverseMode(Claim):
    """The engine's gradient: f is recorded once, and each v takes a backward pass."""

    name = "reverse mode"
    column = "engine"
    if_zero = "is the input cut off (.detach(), .numpy(), no_grad, a constant)?"

    def __init__(self, function: Function, arrays: Sequence[Any], positions: Sequence[int]) -> None:
        self.function, self.positions = function, positions
        arguments = function.arguments(arrays)
        inputs = {i: as_input(arguments[i]) for i in positions}
        self.nodes: list[Node] = [node_of(x) for x in inputs.values()]
        returned = function.f(*(inputs.get(i, x) for i, x in enumerate(arguments)))
        results = tensors_of(function.f, returned)
        self.output_names = [name for name, _ in labelled(returned)]
        self.outputs = [y.data for y in results]
        self.orders = [[] if y.node is None else topological_order(y.node) for y in results]
        # A backward pass rounds its numbers in the dtypes of the graph; in float64, by no more than f itself.
        self.epsilon = self.resolution if self.resolution > EPSILON else 0.0

    def vjp(self, v: Floats) -> list[Any]:
        found: dict[Node, Any] = {}
        start = 0
        for y, order in zip(self.outputs, self.orders, strict=True):
            cotangent = v[start : start + y.size].reshape(y.shape).astype(y.dtype)
            start += y.size
            if order and cotangent.any():
                parts = backward_pass(
                    order[-1], cotangent, order, wanted=self.nodes, retain_graph=True
                )
                for node, part in parts.items():
                    found[node] = found[node] + part if node in found else part
        return [found.get(node) for node in self.nodes]

    def _at(self, arrays: Sequence[Any]) -> "ReverseMode":
        return ReverseMode(self.function, arrays, self.positions)

    @property
    def dtypes(self) -> set[Any]:
        return {node.dtype for order in self.orders for node in order if node.dtype.kind == "f"}


class Given(Claim):
    """A gradient that the caller gives: a function of the inputs, or the numbers at this point.

    It has an array for each input, in one of the forms that `Arguments` knows. In the shape of the input it
    is the gradient of f, or of the sum of its outputs if there are several; in the shape of the output and
    then the input it is the Jacobian.
    """

    name = "the gradient given"
    column = "given"
    if_zero = "was it made by np.zeros and never filled in?"

    def __init__(
        self, function: Function, gradient: Any, arguments: Arguments, arrays: Sequence[Any]
    ) -> None:
        self.function, self.gradient, self.arguments = function, gradient, arguments
        returned = gradient
        if callable(gradient):
            copies = [x.copy() if is_float(x) else x for x in arrays]
            returned = arguments.taken_apart(gradient)(*function.arguments(copies))
        given = arguments.parts_of(returned)
        self.positions = sorted(given)
        self.given = [np.asarray(plain(given[i])) for i in self.positions]
        self.shapes = [arrays[i].shape for i in self.positions]
        results = labelled(function.f(*function.arguments(arrays)))
        self.output_names = [name for name, _ in results]
        self.outputs = [np.asarray(plain(y)) for _, y in results]
        output = self.outputs[0].shape if len(self.outputs) == 1 else ()
        self.are_jacobians = [
            output != () and g.shape == (*output, *shape)
            for g, shape in zip(self.given, self.shapes, strict=True)
        ]
        self.of_sum = not all(self.are_jacobians) and sum(y.size for y in self.outputs) != 1
        floats = [np.finfo(g.dtype) for g in self.given if g.dtype.kind == "f"]
        self.epsilon = max((float(info.eps) for info in floats), default=0.0)
        self.subnormal = max((float(info.smallest_subnormal) for info in floats), default=0.0)

    def vjp(self, v: Floats) -> list[Any]:
        gradients: list[Any] = []
        for g, shape, is_jacobian in zip(self.given, self.shapes, self.are_jacobians, strict=True):
            if is_jacobian:
                gradients.append(np.tensordot(v, g.reshape((v.size, *shape)).astype(np.float64), 1))
            else:
                gradients.append(g * v[0] if g.shape == shape else np.full(shape, np.nan))
        return gradients

    def _at(self, arrays: Sequence[Any]) -> "Given":
        if not callable(self.gradient):
            raise OnlyHere
        return Given(self.function, self.gradient, self.arguments, arrays)

    @property
    def dtypes(self) -> set[Any]:
        return {y.dtype for y in self.outputs if y.dtype.kind == "f"}

    def misshapen(self, position: int) -> Floats | None:
        k = self.positions.index(position)
        fits = self.are_jacobians[k] or self.given[k].shape == self.shapes[k]
        return None if fits else self.given[k].astype(np.float64)


def tensors_of(f: Callable[..., Any], result: Any) -> list[Tensor]:
    """The Tensors that f returned, one or several. Raises: NotRecordedError for anything else."""
    outputs = listed(result)
    for y in outputs:
        if not isinstance(y, Tensor):
            raise NotRecordedError(
                f"{getattr(f, '__name__', 'the function')} returned {type(y).__name__}, not a Tensor "
                f"(or a tuple of them): there is no graph to check"
            )
    return outputs
