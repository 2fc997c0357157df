"""What a computation costs: the bytes that it keeps for the backward pass, and its FLOPs."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from tinygrad_course.engine.graph import Node, Released

from .. import text
from .flops import flops


def costs(node: Node) -> Iterator[str]:
    """Those of one operation; without what was kept once it is released."""
    assert node.primitive is not None
    if not isinstance(node.saved, Released):
        kept = _kept(node)
        if kept:
            # The rules of an operation of any number of operands need all of them, or none.
            names = (*node.primitive.operands, "out") if not node.primitive.variadic else ()
            which = [name for name, x in zip(names, node.saved) if _is_array(x)] or ["its operands"]
            yield f"keeps {', '.join(which)}: {text.size(sum(kept.values()))}"
        else:
            yield "keeps nothing"
    count = flops(node)
    if count is not None:
        yield text.count(count, "FLOP")


def totals(order: Iterable[Node]) -> Iterator[str]:
    """Those of a graph, in which memory that several operations keep counts once."""
    order = list(order)
    if any(isinstance(node.saved, Released) for node in order):
        yield "what was kept for the backward pass is released"
    else:
        kept = {key: size for node in order for key, size in _kept(node).items()}
        yield f"{text.size(sum(kept.values()))} kept for the backward pass"
    counts = [flops(node) for node in order]
    unknown = counts.count(None)
    beside = f" and {text.count(unknown, 'operation')} not counted" if unknown else ""
    yield f"{text.count(sum(filter(None, counts)), 'FLOP')}{beside}"


def _kept(node: Node) -> dict[tuple[int, int], int]:
    """The sizes in bytes of the memory that a node keeps alive, by where it is."""
    return {_memory(x): _memory(x)[1] for x in node.saved if _is_array(x)}


def _is_array(x: Any) -> TypeGuard[NDArray[Any]]:
    return isinstance(x, np.ndarray) and x.ndim > 0


def _memory(x: NDArray[Any]) -> tuple[int, int]:
    """Where an array's numbers are, and how many bytes: those that are repeated are there once."""
    size = x.itemsize
    for length, stride in zip(x.shape, x.strides):
        size *= length if stride else min(length, 1)
    return x.__array_interface__["data"][0], size
