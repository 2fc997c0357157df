"""What nodes keep for the backward pass."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from ..engine import saved as engine
from ..primitive import Array
from .graph import Node, as_engine


def is_released(*nodes: Node) -> bool:
    """Whether a backward pass has used, and released, what any of the nodes kept."""
    return any(engine.is_released(as_engine(node)) for node in nodes)


def kept(node: Node) -> list[tuple[str, NDArray[Any]]]:
    """The arrays that an operation keeps, each with the name that its rules have for it.

    That is the name of an operand, or "out". Nothing is kept after a backward pass.
    """
    if is_released(node):
        return []
    return [(name, x) for name, x in engine.by_name(as_engine(node)) if _is_array(x)]


def kept_bytes(nodes: Iterable[Node]) -> int:
    """The size of all that the nodes keep alive. Memory that several of them keep counts once."""
    saved = [x for node in nodes if not is_released(node) for x in as_engine(node).saved]
    return sum(dict(_memory(x) for x in saved if _is_array(x)).values())


def kept_values(node: Node) -> Iterator[tuple[Node, Array]]:
    """The operands and the output that an operation keeps, each with the node that computed it."""
    if not is_released(node):
        for origin, value in engine.with_origins(as_engine(node)):
            if origin is not None and value is not None:
                yield origin, value


def _is_array(x: Any) -> TypeGuard[NDArray[Any]]:
    return isinstance(x, np.ndarray) and x.ndim > 0


def _memory(x: NDArray[Any]) -> tuple[tuple[int, int], int]:
    """Where an array's numbers are, and how many bytes: a repeated axis counts once."""
    size = x.itemsize
    for length, stride in zip(x.shape, x.strides):
        size *= length if stride else min(length, 1)
    return (x.__array_interface__["data"][0], size), size
