"""The computational graph: its nodes, and the order in which they depend on each other.

A `Node` is one application of a primitive. It remembers its parents, the nodes of the operands, and
what the rules of the primitive need of the operands' values and the output's.

    c = a * b      node(×) with the parents node(a), node(b) and the saved values of a, b
"""

from collections.abc import Callable
from functools import lru_cache
from math import prod as product
from typing import Any, TypeAlias

import numpy as np

from ..errors import ShapeError
from ..primitive import Array, Primitive
from .mode import Scope

SMALL = 64
"""Arrays of at most this many elements stay on their node for drawings."""


class Spec:
    """What is known of an array without its numbers: `shape` and `dtype`.

    `is_float` says whether a gradient can flow to it; `small`, whether drawings show its numbers.
    """

    __slots__ = ("dtype", "is_float", "shape", "small")

    def __init__(self, shape: tuple[int, ...], dtype: "np.dtype[Any]") -> None:
        check_lengths(shape)
        self.shape = shape
        self.dtype = dtype
        self.is_float = dtype.kind == "f"
        self.small = product(shape) <= SMALL


def check_lengths(shape: tuple[int, ...]) -> None:
    """Raise ShapeError for an axis whose length is computed later, which an array reports as NaN."""
    if any(n != n for n in shape):
        raise ShapeError(
            f"an array of shape {shape} has axes of unknown length, and derivatives depend on the lengths: "
            f"call compute_chunk_sizes() on a Dask array first, or use np.where instead of a[condition]"
        )


_specs = lru_cache(maxsize=4096)(Spec)


def spec_of(array: Array) -> Spec:
    """The spec of `array`. Equal specs are one object, so that they are compared with `is`."""
    return _specs(array.shape, array.dtype)


def _rarely_set(slot: str) -> Any:
    """A property for a slot that most nodes leave unset, which costs nothing; it is None then."""
    return property(lambda node: getattr(node, slot, None))


class Node:
    """One application of a primitive, or, without a primitive, a leaf that requires a gradient.

    Every node has

        primitive   what was applied; None for a leaf
        parents     the node of each operand; None for a constant
        saved       what its rules need, in the layout of saved.py
        spec        shape and dtype of the output
        value       the output, if it is small, for drawings
        owner       weak reference to the tensor whose .grad this node fills
        born        when it was recorded, on the clock of writes.py; FOREVER if it saves nothing

    and some have

        parameters  of the application, such as axis, for drawings
        constants   what drawings show of the operands that have no node
        cotangent   that of the last backward pass, if it is small
        name        given by the user
        hooks       functions that receive the cotangent, and may replace it
        scope       the module or block that recorded it
        location    the line of the user's code that ran it, if an observer records it
        annotation  what an observer stores here for itself

    The engine and the recorders write the slots. Other code reads nodes through `tinygrad_course.inspect`.
    """

    __slots__ = (
        "_annotation",
        "_constants",
        "_cotangent",
        "_hooks",
        "_location",
        "_name",
        "_parameters",
        "_scope",
        "born",
        "owner",
        "parents",
        "primitive",
        "saved",
        "spec",
        "value",
    )

    primitive: Primitive[..., Any] | None
    parents: "tuple[Node | None, ...]"
    saved: "tuple[Any, ...] | Released"
    spec: Spec
    value: Array | None
    owner: Callable[[], Any] | None
    born: float
    _constants: tuple[Any, ...] | None
    _cotangent: Array | None
    _name: str | None
    _parameters: dict[str, Any] | None
    _hooks: dict[object, Callable[[Array], Array]] | None
    _location: str | None
    _scope: "Scope | None"
    _annotation: Any

    parameters = _rarely_set("_parameters")
    constants = _rarely_set("_constants")
    cotangent = _rarely_set("_cotangent")
    name = _rarely_set("_name")
    location = _rarely_set("_location")
    hooks = _rarely_set("_hooks")
    scope = _rarely_set("_scope")
    annotation = _rarely_set("_annotation")

    @property
    def shape(self) -> tuple[int, ...]:
        return self.spec.shape

    @property
    def dtype(self) -> "np.dtype[Any]":
        return self.spec.dtype

    def __repr__(self) -> str:
        return f"<{describe(self)}>"


class Released(str):
    """Replaces saved values that a backward pass has used; the text is the line that ran the pass."""

    __slots__ = ()


Lift: TypeAlias = Callable[[Array, Node], Array]
"""Turns a saved array back into a tensor with its node, so that the backward pass is recorded too."""


def values_of(cotangent: Array) -> Array:
    """The array of a cotangent, which is a tensor if the backward pass is recorded too."""
    return getattr(cotangent, "_data", cotangent)


def topological_order(*roots: Node) -> list[Node]:
    """All nodes that `roots` depend on, and the roots, each after all of its parents.

    Why an order is needed: in

        b = a + a
        c = b + b

    a traversal that recurses into parents visits b twice, each time with *half* of its
    cotangent, and a four times; n such lines take 2ⁿ visits. In reverse topological order, each
    node is visited once, after all its contributions have been summed.

    The search is depth-first and iterative: Python limits recursion to about a thousand calls.
    """
    order: list[Node] = []
    seen: set[Node] = set()
    stack: list[Any] = list(roots)
    push, pop = stack.append, stack.pop
    while stack:
        node = pop()
        if node is None:  # a marker: all parents of the node below it are in the order
            order.append(pop())
        elif node not in seen:
            seen.add(node)
            if node.parents:
                push(node)
                push(None)
                for parent in node.parents:
                    if parent is not None and parent not in seen:
                        push(parent)
            else:
                order.append(node)
    return order


def describe(node: Node) -> str:
    """Name, operation and shape of a node, for error messages."""
    kind = f"operation {node.primitive.name!r}" if node.primitive else "leaf"
    name = f" {node.name!r}" if node.name else ""
    return f"{kind}{name} of shape {node.shape}"
