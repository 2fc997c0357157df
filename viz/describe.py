"""What a drawing says about nodes, constants and operations, in words and numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_course.engine.graph import SMALL, Node
from tinygrad_course.engine.recording import Constant
from tinygrad_course.engine.writes import written_since
from tinygrad_course.tensor import Tensor

from . import text

NO_GRADIENT_YET = ("–",)

MOST_KINDS = 5
"""How many kinds of operation a summary names."""

COMMUTATIVE = {"add", "multiply", "maximum", "minimum", "logaddexp"}


@dataclass(frozen=True)
class Described:
    """A constant in words; equal `identity` means the same array."""

    identity: object
    name: str
    outline: str
    value: tuple[str, ...]


def of_constant(constant: Any) -> Described:
    """An operand without node, as the graph remembers it: a `Constant` or a Python number."""
    if isinstance(constant, Constant):
        return _array(constant, constant.value, constant.name, constant.outline)
    # A Python number has no dtype of its own, and equal numbers need not mean the same thing.
    return Described(object(), "", "", (text.exact(constant),))


def of_tensor(tensor: Tensor) -> Described:
    """A tensor that has no graph."""
    return _array(tensor, tensor.data if tensor.size <= SMALL else None, tensor.name, tensor)


def _array(holder: object, array: Any, name: str | None, outline: Any) -> Described:
    identity = id(holder if array is None else array)
    shape_and_dtype = text.outline(outline.shape, outline.dtype)
    return Described(identity, text.name(name), shape_and_dtype, value(array))


def value(array: Any) -> tuple[str, ...]:
    """The lines of an array; none if it was too large to be kept, or lives somewhere else."""
    return text.array(np.asarray(array)) if isinstance(array, (np.ndarray, np.generic)) else ()


def gradient(node: Node) -> tuple[str, ...]:
    """The lines of the gradient: a norm for a large parameter, nothing for a large result."""
    owner = node.owner() if node.owner is not None else None
    found = node.cotangent if owner is None else owner.grad
    if found is None:
        is_known = owner is not None or node.outline.small
        return NO_GRADIENT_YET if is_known else ()
    array = found.data if isinstance(found, Tensor) else found
    if node.outline.small or not isinstance(array, np.ndarray):
        return value(array)
    return (f"norm {text.number(np.linalg.norm(array))}",)


def is_changed(leaf: Node, recorded: float) -> bool:
    """Whether a leaf was overwritten in place after the graph was recorded."""
    return leaf.primitive is None and written_since(leaf.value, recorded) is not None


def operand_labels(node: Node) -> tuple[str, ...]:
    """What to write at the edges into an operation; nothing where a reader can't mix them up."""
    primitive, n = node.primitive, len(node.parents)
    assert primitive is not None
    if n < 2 or primitive.name in COMMUTATIVE:
        return ("",) * n
    names = primitive.operands[:n]
    if primitive.variadic or all(len(x) == 1 and x not in primitive.symbol for x in names):
        return tuple(str(i + 1) for i in range(n))
    return names


def symbol(node: Node) -> str:
    """The primitive's symbol; for an indexed operand the index itself."""
    assert node.primitive is not None
    is_index = node.primitive.name == "getitem" and node.parameters
    return text.name(text.index(node.parameters["index"]) if is_index else node.primitive.symbol)


def parameters(node: Node) -> tuple[str, ...]:
    """The keyword parameters that were given something else than their default."""
    assert node.primitive is not None
    defaults = node.primitive.defaults
    if node.primitive.name == "getitem":
        return ()  # its symbol says it
    return tuple(
        f"{text.name(name)}={text.parameter(given)}"
        for name, given in (node.parameters or {}).items()
        # Compared as text, because an index may be an array, whose == has no truth value.
        if name not in defaults or repr(given) != repr(defaults[name])
    )


def names(tensors: Iterable[Tensor]) -> str:
    """of loss, accuracy: how a title calls what was drawn; empty without names."""
    known = ", ".join(text.name(tensor.name) for tensor in tensors if tensor.name)
    return known and f" of {known}"


def contents(nodes: Iterable[Node]) -> str:
    """4,812 operations and 12 leaves."""
    is_operation = Counter(node.primitive is not None for node in nodes)
    parts = ((is_operation[True], "operation"), (is_operation[False], "leaf"))
    return " and ".join(text.count(n, noun) for n, noun in parts if n) or "a constant"


def summary(nodes: Sequence[Node]) -> tuple[str, ...]:
    """What is left out of a drawing, the most frequent operations first."""
    kinds = Counter(node.primitive.name for node in nodes if node.primitive is not None)
    lines = [f"{n:,} × {name}" for name, n in kinds.most_common(MOST_KINDS)]
    others = len(kinds) - MOST_KINDS
    if others > 0:
        lines.append(f"and {text.count(others, 'other kind')}")
    return (f"{contents(nodes)} not drawn", *lines)
