"""`checkpoint`: a function that saves only its inputs for the backward pass, and recomputes the rest."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

from ..containers import leaves, rebuilt
from ..engine.draws import Draw, first_run, run_again
from ..engine.grad_mode import enable_grad, scope
from ..engine.graph import Node, describe, topological_order
from ..engine.mode import Observed, Scope, current_mode, current_observer, scope_of
from ..engine.pullbacks import add_contribution
from ..engine.reverse_mode import backward_pass
from ..engine.saved import packed, parameters_in
from ..engine.writes import clock
from ..errors import ChangedValueError, GraphError
from ..lazy import is_concrete
from ..primitive import Array, Primitive
from ..tensor import Tensor
from ..tensor.nodes import is_recorded, unwrapped
from ..tensor.tensor import lift
from .arguments import Outputs, emptied
from .linearised import as_input, checked_tensor, name_of, node_of

P = ParamSpec("P")
R = TypeVar("R")

SAMPLE = 1024
"""How many elements of the result are compared with those of the second run."""


def checkpoint(f: Callable[P, R]) -> Callable[P, R]:
    """f, a function from tensors to a tensor, recorded as one operation that saves its inputs only.

        for layer in layers:
            x = checkpoint(layer)(x)

    The backward pass runs f again to get the values it needs. This trades time for memory: a deep net of
    n equal layers saves n arrays instead of all arrays inside the layers, and computes the forward pass
    twice. Gradients of any order flow to f's positional arguments and to all leaves that f uses from
    outside, such as a layer's parameters. Arguments and result may be containers of tensors: nested
    dictionaries, lists and tuples.

    f must compute the same both times, and may not depend on side effects. Layers draw the same random
    numbers both times, and count a batch once; random numbers that f draws itself would differ.

    Raises: NotRecordedError if f returns no Tensor; GraphError if it uses a computed tensor that is not
    an argument. From backward(): ChangedValueError if a tensor that f uses has changed, or the second
    run has another result.

    Source: T. Chen, B. Xu, C. Zhang, C. Guestrin, "Training deep nets with sublinear memory cost", 2016.
    """
    primitive = Primitive(_again, f"↻ {name_of(f)}")
    primitive.pullback = _pullback

    @wraps(f)
    def checkpointed(*arguments: P.args, **keywords: P.kwargs) -> R:
        observer = current_observer()
        if not current_mode() or (observer is not None and observer.opens_checkpoints):
            return f(*arguments, **keywords)
        call = _OfArrays(f, arguments)
        value: Any = _recorded(primitive, _Recipe(call, call.arrays, keywords), call.arrays)
        result: R = call.result(value)
        return result

    return checkpointed


class _OfArrays:
    """f as a function from the arrays in its arguments to one tensor, and back again.

    It keeps the structure of arguments and result, and no array: those of the graph it would keep alive.
    """

    def __init__(self, f: Callable[..., Any], arguments: Sequence[Any]) -> None:
        self._f = f
        self._empty = list(map(emptied, arguments))
        self._structure: Outputs | None = None
        self.arrays = [x for argument in arguments for _, x in leaves(argument)]
        self.__name__ = name_of(f)

    def __call__(self, *arrays: Any, **keywords: Any) -> Tensor:
        left = iter(arrays)
        arguments = [rebuilt(x, [next(left) for _ in leaves(x)]) for x in self._empty]
        outputs = Outputs(self._f, self._f(*arguments, **keywords))
        self._structure = outputs.structure()
        return outputs.tensor

    def result(self, value: Tensor) -> Any:
        """What f returned, made of the tensor that the graph has for it."""
        self.arrays = []
        structure = self._structure
        assert structure is not None
        return structure.rebuilt(structure.split(value), others=True)


def _again(*inputs: Array) -> Array:
    """z = f(inputs and what f uses);   each x̄ = that of a backward pass through f"""
    raise NotImplementedError


class _Recipe:
    """A call of f that is made twice."""

    def __init__(
        self, f: Callable[..., Any], arguments: Sequence[Any], keywords: dict[str, Any]
    ) -> None:
        self.f = f
        self.keywords = keywords
        self.tracked = [i for i, x in enumerate(arguments) if is_recorded(x)]
        self.arguments = list(arguments)
        for i in self.tracked:
            self.arguments[i] = None  # the tensor would keep its graph alive; `run` fills it in
        self.outside: list[Node] = []
        self.sample: Array = None
        """The leaves that f used in the first run, and a sample of its result."""
        self.draws: list[Draw] = []
        """What layers drew in it."""

    def first_run(self, inputs: Sequence[Any]) -> tuple[Tensor, list[Node], list[Node]]:
        """`run`, noting what layers draw."""
        with first_run() as self.draws:
            return self.run(inputs)

    def run_again(self, inputs: Sequence[Any]) -> tuple[Tensor, list[Node], list[Node]]:
        """`run`, with layers that draw the same as the first time."""
        with run_again(self.draws):
            return self.run(inputs)

    def run(self, inputs: Sequence[Any]) -> tuple[Tensor, list[Node], list[Node]]:
        """f's value with its graph, the nodes of the inputs, and those of the leaves from outside."""
        variables = [as_input(x) for x in inputs]
        arguments = list(self.arguments)
        for i, variable in zip(self.tracked, variables):
            arguments[i] = variable
        with enable_grad(), scope(name_of(self.f)):
            here = scope_of(current_mode())
            value = checked_tensor(self.f, self.f(*arguments, **self.keywords))
        own = [node_of(x) for x in variables]
        order = topological_order(value.node) if value.node is not None else []
        inside = {node for node in order if _is_in(node, here)}
        used = {parent for node in inside for parent in node.parents} | {value.node}
        outside = [
            node for node in order if node in used - inside - set(own) and not _is_temporary(node)
        ]
        for node in outside:
            if node.primitive is not None:
                raise GraphError(
                    f"checkpoint: {name_of(self.f)} uses the result of {describe(node)}, which was "
                    f"computed outside of it: give it as an argument"
                )
        return value, own, outside


def _is_in(node: Node, scope: Scope) -> bool:
    """Whether the node was recorded in a scope, or in one inside it."""
    here = node.scope
    while here is not None and here is not scope:
        here = here[1]
    return here is scope


def _is_temporary(node: Node) -> bool:
    """Whether it is a leaf that f created and that no longer exists, so its gradient is not needed."""
    return node.primitive is None and (node.owner is None or node.owner() is None)


def _recorded(primitive: Primitive[..., Any], recipe: _Recipe, arguments: Sequence[Any]) -> Tensor:
    """Run f and replace its graph by a single node."""
    inputs = [arguments[i] for i in recipe.tracked]
    value, _, outside = recipe.first_run([x._data for x in inputs])
    result = value.detach()
    if value.node is None:
        return result
    recipe.outside = outside
    recipe.sample = _sample(result._data)
    leaves = [_owner(node) for node in outside]
    constants = [unwrapped(x) for x in recipe.arguments if x is not None]
    result = lift(value._data, node := Node())
    node.primitive = primitive
    node.parents = (*(x.node for x in inputs), *outside)
    # The constants are saved so that a write into one of them is detected.
    node.saved = (*packed([x._data for x in (*inputs, *leaves)], parameters=recipe), *constants)
    node.spec = value.node.spec
    node.value = value.node.value
    node.owner = None
    node.born = clock.now
    mode = current_mode()
    if isinstance(mode, Observed):
        mode.recorded(node, [x._data for x in inputs], result._data)
    else:
        node._scope = scope_of(mode)
    return result


def _pullback(g: Array, saved: Any, parents: Any, spec: Any, leaves: Any, own: Any) -> None:
    """The pullback of a checkpoint: a backward pass through a second run of f."""
    recipe: _Recipe = parameters_in(saved, len(parents))
    value, nodes, outside = recipe.run_again(saved[: len(recipe.tracked)])
    if (
        outside != recipe.outside
        or value.node is None
        or not _is_same(_sample(value._data), recipe.sample)
    ):
        raise ChangedValueError(
            f"checkpoint: {name_of(recipe.f)} did not compute the same when it ran again for the backward "
            f"pass: was a tensor that it uses replaced since, or does it use random numbers?"
        )
    cotangents = backward_pass(
        value.node,
        g,
        topological_order(value.node),
        wanted=[*nodes, *outside],
        retain_graph=isinstance(g, Tensor),
        lift=lift if isinstance(g, Tensor) else None,
        leaf_hooks=False,
    )
    for parent, node in zip(parents, [*nodes, *outside], strict=True):
        if parent is not None and node in cotangents:
            add_contribution(cotangents[node], parent, leaves, own)


def _sample(values: Array) -> Array:
    """A copy of at most SAMPLE elements, evenly spaced over the array."""
    if not is_concrete(values):
        return values  # lazy: only its shape is compared
    flat = np.ravel(values)
    return flat[:: flat.size // SAMPLE | 1].copy()


def _is_same(one: Array, other: Array) -> bool:
    """Whether both are equal up to the last digits, in which sums may differ from run to run."""
    if not (is_concrete(one) and is_concrete(other)):
        return one.shape == other.shape
    precision = 100 * np.finfo(one.dtype).eps
    return one.shape == other.shape and np.allclose(
        one, other, rtol=precision, atol=precision * np.abs(other).max(initial=0), equal_nan=True
    )


def _owner(leaf: Node) -> Tensor:
    tensor = leaf.owner() if leaf.owner is not None else None
    assert isinstance(tensor, Tensor)  # f holds it
    return tensor
