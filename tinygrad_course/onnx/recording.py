"""What a model computes, recorded twice with other rows and another number of them.

What differs between the two recordings depends on the number of rows, or on the numbers in them:

    a shape (5, 4) and (12, 4)          the first axis is that of the batch
    a constant with other numbers       was computed from the input outside of the graph: it is refused,
                                        unless it is one of the arrays that the graph has computed
    another operation                   the model decides by the input what it computes: it is refused
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NoReturn, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .. import inspect
from ..engine import draws
from ..engine.grad_mode import enable_grad
from ..engine.saved import is_released, parameters_in
from ..errors import ExportError
from ..nn import Module
from ..tensor import Tensor

Dims: TypeAlias = tuple[int | None, ...]
"""A shape, with None for a length that depends on the batch."""

WAY_OUT = (
    "Export the part of the model before it, write it with operations that have a counterpart "
    "(docs/operations.md lists those that have none), or compute it outside of the model"
)


@dataclass(frozen=True, eq=False)
class Operation:
    """An operation that was recorded, with the numbers of its operands and its output."""

    node: inspect.Node
    operands: tuple[Any, ...]
    out: Any

    @property
    def name(self) -> str:
        """The name of the primitive."""
        return self.node.primitive.name if self.node.primitive is not None else ""

    @property
    def block(self) -> str:
        """The path of the module that ran it."""
        return self.node.scope[0].label if self.node.scope is not None else ""

    @property
    def where(self) -> str:
        """The module and the line, in words."""
        block = self.node.scope[0] if self.node.scope is not None else None
        module = ""
        if block is not None and block.is_module:
            path = f"{block.label!r}, " if block.label else "the model, "
            module = f"{path}{block.class_name}, "
        return f"{module}line {self.node.location}"

    def parameters(self) -> dict[str, Any]:
        """The keyword parameters, with the arrays among them."""
        shown = dict(self.node.parameters or {})
        if any(map(inspect.is_abstract, shown.values())) and not is_released(self.node):  # type: ignore[arg-type]
            saved = self.node.saved  # type: ignore[attr-defined]
            shown |= parameters_in(saved, len(self.node.parents)) or {}
        return shown


class _Recorder(inspect.Observer):
    opens_checkpoints = True

    def __init__(self) -> None:
        super().__init__()
        self.operations: list[Operation] = []

    def recorded(self, node: inspect.Node, operands: Sequence[Any], out: Any) -> None:
        self.note_location(node)
        self.operations.append(Operation(node, tuple(operands), out))


@dataclass(eq=False)
class Recording:
    """One run of a model."""

    inputs: list[Tensor]
    operations: list[Operation]
    outputs: dict[str, Any]
    at: dict[inspect.Node, int] = field(default_factory=dict)
    """The position of each node: the inputs count from −1 down, operations from 0 up."""

    def __post_init__(self) -> None:
        for i, tensor in enumerate(self.inputs):
            if tensor.node is not None:
                self.at[tensor.node] = -1 - i
        for i, operation in enumerate(self.operations):
            self.at[operation.node] = i

    def value(self, position: int) -> Any:
        """The numbers of an input or of an operation."""
        if position < 0:
            return self.inputs[-1 - position]._data
        return self.operations[position].out


def record(
    model: Callable[..., Any], arrays: Sequence[NDArray[Any]], names: Sequence[str]
) -> Recording:
    """Run a model on these inputs, in evaluation mode.

    Whole numbers are given as float64 with a gradient, so that what is computed with them is recorded. A
    model that takes them for indices itself refuses that, and gets them as they are.
    """
    try:
        return _record(
            model, [a.astype(np.float64) if a.dtype.kind in "iu" else a for a in arrays], names
        )
    except (TypeError, IndexError, ValueError):
        if not any(a.dtype.kind in "iu" for a in arrays):
            raise
        return _record(model, arrays, names)


def _record(
    model: Callable[..., Any], arrays: Sequence[NDArray[Any]], names: Sequence[str]
) -> Recording:
    inputs = [
        Tensor(a, requires_grad=a.dtype.kind == "f", name=name)
        for a, name in zip(arrays, names, strict=True)
    ]
    recorder = _Recorder()
    with ExitStack() as stack:
        for module in modules_of(model):
            stack.enter_context(module.in_mode(training=False))
        # A module in training mode that is found only when it runs is refused then: until then it neither
        # counts calls nor tracks statistics, as in the second run of a checkpoint.
        stack.enter_context(draws.Step(0, 0))
        stack.enter_context(draws.run_again([]))
        stack.enter_context(enable_grad())
        stack.enter_context(recorder)
        returned = model(*inputs)
        _check_modes(recorder.operations)
    return Recording(inputs, recorder.operations, _named(returned))


def _check_modes(operations: Sequence[Operation]) -> None:
    """Raise ExportError if a module that a function uses is in training mode."""
    for operation in operations:
        scope = operation.node.scope
        module = scope[0].module if scope is not None else None
        if module is not None and module.training:
            raise ExportError(
                f"{type(module).__name__} ran in training mode ({operation.where}): call eval() on the model "
                f"that the function uses, or export the model itself"
            )


def modules_of(function: Any) -> list[Module]:
    """The modules that a function is, is a method of, or refers to by name."""
    code = getattr(function, "__code__", None)
    cells = getattr(function, "__closure__", None) or ()
    found = [function, getattr(function, "__self__", None)]
    found += [cell.cell_contents for cell in cells if _is_filled(cell)]
    if code is not None:
        found += [function.__globals__.get(name) for name in code.co_names]
    return [x for x in found if isinstance(x, Module)]


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # a variable that has no value yet
        return False


def _named(returned: Any) -> dict[str, Any]:
    """The outputs of a model by name.

    Raises: ExportError for anything but tensors.
    """
    if isinstance(returned, dict):
        named = {str(key): value for key, value in returned.items()}
    elif isinstance(returned, (tuple, list)):
        fields = getattr(returned, "_fields", [f"output_{i}" for i in range(len(returned))])
        named = dict(zip(fields, returned, strict=True))
    else:
        named = {"output": returned}
    for name, value in named.items():
        if not isinstance(value, Tensor):
            raise ExportError(
                f"the model returned {type(value).__name__} for {name!r}: a model that is exported returns "
                f"a Tensor, or several in a tuple or a dictionary"
            )
    return named


@dataclass(frozen=True, eq=False)
class Pair:
    """Two recordings of one model that have the same operations."""

    one: Recording
    two: Recording

    def __post_init__(self) -> None:
        """Raise ExportError where they have not."""
        for a, b in zip(self.one.operations, self.two.operations):
            if a.node.primitive is not b.node.primitive or self._parents(
                self.one, a
            ) != self._parents(self.two, b):
                self._refuse_difference(a, b.name)
            if np.ndim(a.out) != np.ndim(b.out):
                raise ExportError(
                    f"{a.name} ({a.where}) gives shape {np.shape(a.out)} for one batch and "
                    f"{np.shape(b.out)} for another: the number of axes depends on the batch, and ONNX has "
                    f"one graph for all inputs"
                )
        one, two = (len(r.operations) for r in (self.one, self.two))
        if one != two:
            longer = self.one if one > two else self.two
            self._refuse_difference(longer.operations[min(one, two)], "nothing")
        if list(self.one.outputs) != list(self.two.outputs):
            raise ExportError(
                f"the model returned {', '.join(self.one.outputs)} for some rows, and "
                f"{', '.join(self.two.outputs)} for others: it must return the same for all"
            )

    @staticmethod
    def _parents(recording: Recording, operation: Operation) -> list[int | None]:
        return [None if p is None else recording.at.get(p) for p in operation.node.parents]

    @staticmethod
    def _refuse_difference(operation: Operation, other: str) -> None:
        raise ExportError(
            f"the model computes {operation.name} for some rows, and {other} for others "
            f"({operation.where}): ONNX has one graph for all inputs. Decide outside of the model, or "
            f"compute both and choose with np.where, for which a condition must not depend on the input"
        )

    def dims(self, a: Any, b: Any) -> Dims:
        """The shape of two arrays that stand for one."""
        one, two = np.shape(a), np.shape(b)
        return tuple(n if n == m else None for n, m in zip(one, two, strict=True))

    def origin(self, i: int, a: Any, b: Any) -> int | None:
        """The position of what two constants of operation i are the numbers of; None if of nothing.

        An array that shares its memory with an operand or a result that was computed before is that one,
        as what detach() gives is. Whole numbers, such as indices, may have been converted on the way: they
        are the input or the result that has the same numbers in both recordings.

        Raises: ExportError if several have the same numbers.
        """
        before = [*range(-len(self.one.inputs), 0), *range(i)]
        for position in before:
            if _is_same_memory(a, self.one.value(position)) and _is_same_memory(
                b, self.two.value(position)
            ):
                return position
        if np.asarray(a).dtype.kind not in "iu":
            return None
        found = [
            p for p in before if _is_equal(a, self.one.value(p)) and _is_equal(b, self.two.value(p))
        ]
        for earlier, later in pairwise(found):
            if not self._is_copy(earlier, later):
                raise ExportError(
                    f"the index of {self.one.operations[i].name} ({self.one.operations[i].where}) has the "
                    f"numbers of several columns or results, which are equal in the rows of the example: "
                    f"give an example whose rows differ in each column"
                )
        return found[-1] if found else None

    def _is_copy(self, earlier: int, later: int) -> bool:
        """Whether a result is computed from an earlier one with equal numbers, or as that one is."""
        if later < 0:
            return False
        operation = self.one.operations[later]
        if self._parents(self.one, operation) == [earlier]:
            return True
        if earlier < 0:
            return False
        other = self.one.operations[earlier]
        return (
            operation.node.primitive is other.node.primitive
            and self._parents(self.one, operation) == self._parents(self.one, other)
            and is_same(operation.operands, other.operands)
            and is_same(list(operation.parameters().items()), list(other.parameters().items()))
        )

    def refuse_constant(self, operation: Operation, a: Any, b: Any) -> NoReturn:
        """Raise ExportError for a constant that differs between the recordings."""
        if np.shape(a) != np.shape(b):
            what = (
                f"an array of shape {np.shape(a)} for one batch and {np.shape(b)} for another, which no "
                f"recorded operation made: it depends on the size of the batch"
            )
            advice = "Give it a shape that does not, such as (1, n), which broadcasts. "
        else:
            what = "numbers that differ between two batches, and that no recorded operation made"
            advice = ""
        advice += (
            "A comparison, detach(), .data, NumPy's random numbers and the size of the batch leave the "
            "graph: write np.maximum, np.clip or an activation in place of a comparison, and compute the "
            "rest from the input with operations of Tensors"
        )
        raise ExportError(f"{operation.name} ({operation.where}) uses {what}. {advice}")


def _is_same_memory(a: Any, b: Any) -> bool:
    if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)):
        return False
    address, other = (array.__array_interface__["data"][0] for array in (a, b))
    layout = (a.shape, a.strides, a.dtype)
    return a.size > 0 and address == other and layout == (b.shape, b.strides, b.dtype)


def _is_equal(a: Any, b: Any) -> bool:
    return np.shape(a) == np.shape(b) and bool(np.array_equal(a, b))


def is_same(a: Any, b: Any) -> bool:
    """Whether two parameters or constants are equal, NaN included."""
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        return len(a) == len(b) and all(map(is_same, a, b))
    if isinstance(a, (np.ndarray, np.generic)) or isinstance(b, (np.ndarray, np.generic)):
        one, two = np.asarray(a), np.asarray(b)
        if one.dtype.kind == two.dtype.kind == "f":
            return np.array_equal(one, two, equal_nan=True)
        return bool(np.array_equal(one, two))
    return bool(a == b)
