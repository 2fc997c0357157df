"""Parameters in chunks that fit into the processor's cache, and the scratch arrays of their updates."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..primitive import Array
from ..tensor import Tensor

CHUNK_BYTES = 128 * 1024
"""The size of a chunk: five (parameter, gradient, two moments, scratch) fit into an L2 cache."""


def working_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype in which a parameter is updated and its moments are kept: at least float32."""
    return np.promote_types(dtype, np.float32)


def scratch_arrays(params: Sequence[Tensor]) -> dict[np.dtype[Any], Array]:
    """Per working dtype two rows of the length of a chunk; four where parameters are converted to it."""
    rows: dict[np.dtype[Any], int] = {}
    for p in params:
        dtype = working_dtype(p.dtype)
        rows[dtype] = max(rows.get(dtype, 2), 2 if dtype == p.dtype else 4)
    return {
        dtype: np.empty((count, CHUNK_BYTES // dtype.itemsize), dtype)
        for dtype, count in rows.items()
    }


class ParameterState:
    """A parameter with its moments and scratch arrays."""

    __slots__ = ("dtype", "is_small", "moments", "names", "scratch", "tensor", "wide")

    def __init__(
        self,
        tensor: Tensor,
        names: Sequence[str],
        initial: float,
        scratch: Mapping[np.dtype[Any], Array],
    ) -> None:
        self.tensor = tensor
        tensor.grad = (
            tensor.grad
        )  # sets the slot, which steps read without the property: it costs more
        self.dtype = working_dtype(tensor.dtype)
        self.names = tuple(names)
        """Of the moments."""
        # Zeros take memory when they are first written, and so none for a parameter that is frozen.
        self.moments = tuple(np.zeros(tensor.shape, self.dtype) for _ in names)
        if initial:
            for moment in self.moments:
                moment[...] = initial
        self.scratch: list[Array] | None = None
        """Scratch arrays in the parameter's shape; None if it is larger than one chunk."""
        self.wide: list[Array] | None = None
        """Arrays for parameter and gradient in the working dtype, unless that is theirs."""
        own = scratch[self.dtype]
        if tensor.size <= own.shape[1]:
            shaped = [row[: tensor.size].reshape(tensor.shape) for row in own]
            self.scratch = shaped[:2]
            if self.dtype != tensor.dtype:
                self.wide = shaped[2:]
        self.is_small = self.scratch is not None and self.wide is None
        """Whether it is updated in one call, as it is."""


def chunks(scratch: Array, *arrays: Array) -> Iterator[tuple[Array, ...]]:
    """p, g and the moments, all of one shape, in chunks of the dtype and at most the length of `scratch`."""
    access: Any = [["readwrite"], ["readonly"], *[["readwrite"]] * (len(arrays) - 2)]
    # nditer returns views if memory layout and dtype allow it, and buffered copies otherwise.
    with np.nditer(
        arrays,
        ["external_loop", "buffered"],
        access,
        op_dtypes=[scratch.dtype] * len(arrays),
        casting="same_kind",
        buffersize=scratch.shape[1],
    ) as pieces:
        yield from pieces
