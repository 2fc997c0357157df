"""The computational graph: its nodes, and the order in which they depend on each other.

A `Node` is one application of a primitive. It remembers its parents, the nodes of the operands, and
what the rules of the primitive need of the operands' values and the output's.

    c = a * b      node(×) with the parents node(a), node(b) and the saved values of a, b
"""

import os
import sys
from collections.abc import Callable
from functools import lru_cache
from math import prod as product
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..primitive import Array, Primitive
from .scopes import Scope

SMALL = 64
"""Arrays of at most this many elements stay on their node for drawings."""


class Outline:
    """The shape and dtype of an array, and whether it is small enough to stay for drawings."""

    __slots__ = ("dtype", "is_float", "shape", "small")

    def __init__(self, shape: tuple[int, ...], dtype: "np.dtype[Any]") -> None:
        check_lengths(shape)
        self.shape = shape
        self.dtype = dtype
        self.is_float = dtype.kind == "f"
        self.small = product(shape) <= SMALL


def check_lengths(shape: tuple[int, ...]) -> None:
    """Raise ShapeError for an axis whose length is computed later: an array says NaN then."""
    if any(n != n for n in shape):
        raise ShapeError(
            f"an array of shape {shape} does not know yet how long it is, and derivatives depend on that: "
            f"call compute_chunk_sizes() on a Dask array first, or use np.where instead of a[condition]"
        )


_outlines = lru_cache(maxsize=4096)(Outline)


def outline_of(array: Array) -> Outline:
    """The outline of `array`, one object for all that are alike: they are compared with `is`."""
    return _outlines(array.shape, array.dtype)


def _rarely_set(slot: str) -> Any:
    """A property over a slot that most nodes leave empty, which costs them nothing: None then."""
    return property(
        lambda node: getattr(node, slot, None), lambda node, value: setattr(node, slot, value)
    )


class Node:
    """One application of a primitive, or, without a primitive, a leaf that requires a gradient.

    primitive   what was applied; None for a leaf
    parents     a node for each operand, None for a constant
    saved       operands, output, operand shapes, parameters: None for what no rule in use needs
    outline     shape and dtype of the output
    value       the output, if it is small, for drawings
    owner       weak reference to the tensor whose .grad this node fills
    born        when it was recorded, on the clock of writes.py; what saves nothing does not age

    and, rarely set: `parameters` (such as axis), `constants` (what drawings show of the operands
    that have no node), `cotangent` (what the last backward pass brought, if it is small), `name`,
    `hooks` (what wants to see the cotangent, or change it),
    `scope` (the part of the program that recorded it), and where somebody looks on `place`, the
    line that ran it, and `watched`, whatever the observer wants to find here again.
    """

    __slots__ = (
        "_constants",
        "_cotangent",
        "_hooks",
        "_name",
        "_parameters",
        "_place",
        "_scope",
        "_watched",
        "born",
        "outline",
        "owner",
        "parents",
        "primitive",
        "saved",
        "value",
    )

    primitive: Primitive[..., Any] | None
    parents: "tuple[Node | None, ...]"
    saved: "tuple[Any, ...] | Released"
    outline: Outline
    value: Array | None
    owner: Callable[[], Any] | None
    born: float
    _constants: tuple[Any, ...] | None
    _cotangent: Array | None
    _name: str | None
    _parameters: dict[str, Any] | None
    _hooks: dict[object, Callable[[Array], Array]] | None
    _place: str | None
    _scope: "Scope | None"
    _watched: Any

    parameters = _rarely_set("_parameters")
    constants = _rarely_set("_constants")
    cotangent = _rarely_set("_cotangent")
    name = _rarely_set("_name")
    place = _rarely_set("_place")
    hooks = _rarely_set("_hooks")
    scope = _rarely_set("_scope")
    watched = _rarely_set("_watched")

    @property
    def shape(self) -> tuple[int, ...]:
        return self.outline.shape

    @property
    def dtype(self) -> "np.dtype[Any]":
        return self.outline.dtype

    def __repr__(self) -> str:
        return f"<{describe(self)}>"


class Released(str):
    """Takes the place of the saved values that a backward pass has used: says where it ran."""

    __slots__ = ()


def topological_order(*roots: Node) -> list[Node]:
    """All nodes that lead to `roots`, each one after all of its parents.

    Why an order is needed: in

        b = a + a
        c = b + b

    a walk that simply recurses into parents visits b twice, each time with *half* of its
    cotangent, and a four times; with n such lines it takes 2ⁿ visits. Backward in topological
    order, a node is visited once, when all its cotangents have arrived and been summed.

    The search is depth-first and iterative: Python's recursion would end at a thousand nodes.
    """
    order: list[Node] = []
    seen: set[Node] = set()
    stack: list[Any] = list(roots)
    push, pop = stack.append, stack.pop
    while stack:
        node = pop()
        if node is None:  # the mark that all parents of the node below it are done
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


_OURS_AND_NUMPYS = tuple(
    str(Path(file).parent) + os.sep for file in (Path(__file__).parent, np.__file__)
)


def user_place(frame: FrameType | None = None) -> str:
    """file:line of the innermost frame outside this package and NumPy: where the user's code called it.

    An observer outside of the package gives the frame that called it, or the place would be its own.
    """
    file, line = user_line(frame)
    return f"{file}:{line}"


def user_line(frame: FrameType | None = None) -> tuple[str, int]:
    """The same as file and line."""
    frame = frame or sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OURS_AND_NUMPYS):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
