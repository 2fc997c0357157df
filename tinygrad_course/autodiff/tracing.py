"""What all derivatives of functions share: tensors to differentiate by, and the pass back to them."""

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


def traced(x: Any) -> Tensor:
    """A tensor to differentiate by: a fresh leaf, or a link to the x of an outer derivative."""
    if isinstance(x, Tensor) and x.requires_grad:
        link: Tensor = identity(x)
        link.retain_grad()  # makes its node one that somebody waits for: see `has_outside`
        return link
    leaf = Tensor(x)
    leaf._become_leaf()  # on the caller's own numbers, which stay as they are while f runs
    return leaf


def checked(f: Callable[..., Any], value: Any) -> Tensor:
    """`value`, which `f` returned, if it is a Tensor.

    Raises: NotRecordedError.
    """
    if isinstance(value, Tensor):
        return value
    raise NotRecordedError(
        f"{name_of(f)} returned {type(value).__name__}, not a Tensor: somewhere inside the values "
        f"left the graph (.item(), .numpy(), math.…)"
    )


def checked_scalar(f: Callable[..., Any], value: Any) -> Tensor:
    """`value`, if it is a Tensor with a single element.

    Raises: NotRecordedError, ShapeError.
    """
    tensor = checked(f, value)
    if tensor.size != 1:
        raise ShapeError(
            f"{name_of(f)} returned shape {tensor.shape}: only a scalar has a gradient. "
            f"Reduce it first, with .sum() or .mean(), or see jacobian and elementwise_grad"
        )
    return tensor


def name_of(f: Callable[..., Any]) -> str:
    """What messages call a function, or a model."""
    return getattr(f, "__name__", type(f).__name__)


class Linearised:
    """A value that f computed from `inputs`, ready for passes back to them.

    `helpers` are other leaves of the derivative's own, which nobody else waits for.
    """

    def __init__(
        self, value: Tensor, inputs: Sequence[Tensor], helpers: Sequence[Tensor] = ()
    ) -> None:
        self.value = value
        self.inputs = inputs
        self.nodes = [node_of(x) for x in inputs]
        ours = {*self.nodes, *map(node_of, helpers)}
        self.order = topological_order(value.node) if value.node is not None else []
        # A node that fills the .grad of a living tensor, and is not ours, belongs to someone outside,
        # who may want to differentiate the result. (Inputs of derivatives inside f are dead by now.)
        self.has_outside = any(
            node.owner is not None and node.owner() is not None and node not in ours
            for node in self.order
        )

    def pull(self, cotangent: Any, *, record: bool = False, last: bool = True) -> list[Tensor]:
        """Jᵀ times the cotangent, for each input; with `record` the result has a graph of its own.

        The graph is kept for further passes unless this is the last one.
        """
        record = record or self.has_outside
        if self.value.node is None:
            return [Tensor(np.zeros_like(x._data)) for x in self.inputs]
        if record and not isinstance(cotangent, Tensor):
            cotangent = Tensor(cotangent)
        elif not record and isinstance(cotangent, Tensor):
            cotangent = cotangent._data
        found = backward_pass(
            self.value.node,
            cotangent,
            self.order,
            wanted=self.nodes,
            retain_graph=record or not last,
            lift=lift if record else None,
        )
        given: set[int] = set()
        return [self._share(x, node, found, given) for x, node in zip(self.inputs, self.nodes)]

    def _share(self, x: Tensor, node: Node, found: dict[Node, Array], given: set[int]) -> Tensor:
        if node not in found:
            return Tensor(np.zeros_like(x._data))
        share = found[node]
        # A rule that gives zeros may give a plain array for a tensor.
        return share if isinstance(share, Tensor) else Tensor(unshared(share, node, given))

    def result(self) -> Tensor:
        """The value, which keeps its graph only for someone outside."""
        return self.value if self.has_outside else self.value.detach()


def node_of(x: Tensor) -> Node:
    """The node of a traced tensor."""
    assert x.node is not None
    return x.node


def as_given(arguments: Sequence[Any], *results: Tensor) -> list[Any]:
    """The results as arrays if no argument was a Tensor, and nobody outside waits for them."""
    if any(isinstance(argument, Tensor) for argument in arguments):
        return list(results)
    return [x if x.requires_grad else x._data for x in results]


def positions(what: str, argnums: int | Sequence[int], arguments: Sequence[Any]) -> tuple[int, ...]:
    """Which of the positional arguments are meant.

    Raises: SettingError if there is none at that place.
    """
    several = tuple(argnums) if isinstance(argnums, Iterable) else (argnums,)
    n = len(arguments)
    if not all(isinstance(i, (int, np.integer)) and -n <= i < n for i in several):
        raise SettingError(
            f"{what}: argnums={argnums!r} says by which positional arguments to differentiate, and it "
            f"was called with {n} of them: arguments given by name are not counted"
        )
    return tuple(int(i) % n for i in several)


def differentiating(function: F) -> F:
    """Run with recording on; where it was off outside, what comes out belongs to no graph.

    A derivative needs the graph of f, whatever the mode. That of the derivative itself is recorded
    only for someone who records.
    """

    @wraps(function)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        is_recorded = is_grad_enabled()
        with enable_grad():
            result = function(*arguments, **keywords)
        return result if is_recorded else detached(result)

    return derivative  # type: ignore[return-value]


def detached(result: Any) -> Any:
    """Tensors outside of any graph, also those in tuples, lists and dictionaries."""
    if isinstance(result, Tensor):
        return result.detach() if result.requires_grad else result
    if type(result) in (tuple, list):
        return type(result)(map(detached, result))
    if type(result) is dict:
        return {key: detached(value) for key, value in result.items()}
    return result
