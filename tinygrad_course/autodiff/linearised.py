"""The common parts of all derivatives of functions: their inputs, and VJPs with respect to these."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from ..engine.grad_mode import enable_grad, is_grad_enabled
from ..engine.graph import Node, topological_order
from ..engine.reverse_mode import backward_pass, unshared
from ..errors import NotRecordedError, SettingError, ShapeError
from ..ops.shaping import identity
from ..primitive import Array
from ..tensor import Tensor
from ..tensor.tensor import lift

F = TypeVar("F", bound=Callable[..., Any])


def as_input(x: Any) -> Tensor:
    """A tensor to differentiate by, linked to a new leaf, or to the x of an outer derivative.

    It counts as computed, so that f can't write into it: derivatives by the old numbers would be lost.
    """
    if not (isinstance(x, Tensor) and x.requires_grad):
        x = Tensor(x, requires_grad=True)  # with numbers of its own: f may overwrite the caller's
    link: Tensor = identity(x)
    link.retain_grad()  # gives the node an owner: see `Linearised.has_outside`
    return link


def checked_tensor(f: Callable[..., Any], value: Any) -> Tensor:
    """`value`, which `f` returned, if it is a Tensor.

    Raises: NotRecordedError.
    """
    if isinstance(value, Tensor):
        return value
    kind = type(value).__name__
    if isinstance(value, (list, tuple)):
        raise NotRecordedError(
            f"{name_of(f)} returned a {kind}, not a Tensor: return one tensor, np.stack([...]) or "
            f"np.concatenate([...])"
        )
    raise NotRecordedError(
        f"{name_of(f)} returned {kind}, not a Tensor: nothing in it was computed from the argument by "
        f"operations that have a derivative. Comparisons, argmax and whatever chooses between numbers, as in "
        f"np.where(x > 0, 1.0, 0.0), give plain arrays; .item(), .numpy() and math.… leave the graph"
    )


def checked_scalar(f: Callable[..., Any], value: Any) -> Tensor:
    """`value`, if it is a Tensor with a single element.

    Raises: NotRecordedError, ShapeError.
    """
    tensor = checked_tensor(f, value)
    if tensor.size != 1:
        raise ShapeError(
            f"{name_of(f)} returned shape {tensor.shape}: only a scalar has a gradient. "
            f"Reduce it first, with .sum() or .mean(), or see jacobian and elementwise_grad"
        )
    return tensor


def name_of(f: Callable[..., Any]) -> str:
    """The name of a function or a model in messages."""
    return getattr(f, "__name__", type(f).__name__)


class Linearised:
    """A value that f computed from `inputs`, ready for backward passes to them.

    `helpers` are other leaves that the derivative created for itself.
    """

    def __init__(
        self, value: Tensor, inputs: Sequence[Tensor], helpers: Sequence[Tensor] = ()
    ) -> None:
        self.value = value
        self.inputs = inputs
        self.nodes = [node_of(x) for x in inputs]
        ours = {*self.nodes, *map(node_of, helpers)}
        self.order = topological_order(value.node) if value.node is not None else []
        # A node that is not ours and fills the .grad of an existing tensor comes from outside f, where
        # the result may be differentiated. (The inputs of derivatives inside f no longer exist.)
        self.has_outside = any(
            node.owner is not None and node.owner() is not None and node not in ours
            for node in self.order
        )

    def vjp(self, cotangent: Any, *, record: bool = False, last: bool = True) -> list[Tensor]:
        """Jᵀ times the cotangent, for each input; with `record` the results have a graph of their own.

        The graph is retained for further passes unless this is the last one.
        """
        record = record or self.has_outside
        if self.value.node is None:
            return [Tensor(np.zeros_like(x._data)) for x in self.inputs]
        if record and not isinstance(cotangent, Tensor):
            cotangent = Tensor(cotangent)
        elif not record and isinstance(cotangent, Tensor):
            cotangent = cotangent._data
        cotangents = backward_pass(
            self.value.node,
            cotangent,
            self.order,
            wanted=self.nodes,
            retain_graph=record or not last,
            lift=lift if record else None,
        )
        taken: set[int] = set()
        return [_as_result(x, node, cotangents, taken) for x, node in zip(self.inputs, self.nodes)]

    def result(self) -> Tensor:
        """The value, which keeps its graph only if nodes from outside lead to it."""
        return self.value if self.has_outside else self.value.detach()


def _as_result(x: Tensor, node: Node, cotangents: dict[Node, Array], taken: set[int]) -> Tensor:
    """The cotangent of an input, zeros if there is none, in memory of its own."""
    if node not in cotangents:
        return Tensor(np.zeros_like(x._data))
    cotangent = cotangents[node]
    if isinstance(cotangent, Tensor):
        return cotangent
    # Also in a recorded pass: a rule may return plain zeros for a tensor.
    return Tensor(unshared(cotangent, node, taken))


def node_of(x: Tensor) -> Node:
    """The node of an input."""
    assert x.node is not None
    return x.node


def like_arguments(arguments: Sequence[Any], *results: Tensor) -> list[Any]:
    """The results as arrays, unless an argument was a Tensor or a result is part of an outer graph."""
    if any(isinstance(argument, Tensor) for argument in arguments):
        return list(results)
    return [x if x.requires_grad else x._data for x in results]


def positions(what: str, argnums: int | Sequence[int], arguments: Sequence[Any]) -> tuple[int, ...]:
    """The positions of the arguments that `argnums` selects, counted from 0.

    Raises: SettingError if there is no argument at a position.
    """
    several = tuple(argnums) if isinstance(argnums, Iterable) else (argnums,)
    n = len(arguments)
    if not all(isinstance(i, (int, np.integer)) and -n <= i < n for i in several):
        raise SettingError(
            f"{what}: argnums={argnums!r} selects positional arguments to differentiate by, and it was "
            f"called with {n} of them: arguments given by name are not counted"
        )
    return tuple(int(i) % n for i in several)


def differentiating(function: F) -> F:
    """Run `function` with recording on; if recording was off outside, detach the results.

    A derivative always needs the graph of f. The graph of the derivative itself is kept only if recording
    is on outside.
    """

    @wraps(function)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        is_recorded = is_grad_enabled()
        with enable_grad():
            result = function(*arguments, **keywords)
        return result if is_recorded else detached(result)

    return derivative  # type: ignore[return-value]


def detached(result: Any) -> Any:
    """The result with its tensors detached, also in tuples, lists and dictionaries."""
    if isinstance(result, Tensor):
        return result.detach() if result.requires_grad else result
    if type(result) in (tuple, list):
        return type(result)(map(detached, result))
    if type(result) is dict:
        return {key: detached(value) for key, value in result.items()}
    return result
