"""The data of a Tensor, and how they are changed.

w.data[0] = 1.0      a write in place, which is noted
w.data = array       a new array; graphs recorded before keep the old one
w[0] = 1.0           the same, with some elements replaced
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.source_lines import user_location
from ..engine.writes import note_write
from ..errors import DetachError, DtypeError, GraphError, ShapeError
from ..lazy import is_concrete
from ..primitive import Array
from .base import TensorBase
from .data_view import DataView
from .nodes import leaf, unwrapped
from .operands import as_array, plain_argument


class Values(TensorBase):
    """The data of a Tensor, and whether gradients flow to them; `Tensor` inherits this."""

    __slots__ = ()

    @property
    def data(self) -> NDArray[Any]:
        """The numbers themselves, outside the graph. Write into it, or assign to it, to change a leaf.

        Writes are noted, so that no gradient is computed from a value that has changed; one that could not
        be noted (through np.asarray(t.data), a memoryview, a random generator) raises. Code that has to
        write past NumPy takes `array = np.asarray(t.data)`, sets `array.flags.writeable = True`, and calls
        `mark_changed()` afterwards. An array that is not NumPy's can't be watched: assign another one,
        instead of writing into it.
        """
        array = self._data
        if not isinstance(array, np.ndarray):
            return (
                array  # a NumPy scalar is for reading; an array of another library has its own ways
            )
        return DataView.of(array, self, self._is_writable())

    @data.setter
    def data(self, value: Any) -> None:
        if not self.is_leaf:
            raise GraphError(
                f"{self._label()} {self._origin_in_words()}, so its data can't be replaced. "
                f"Change the leaves it was computed from, or use .detach()"
            )
        if isinstance(value, DataView) and value.base is self._data and value.shape == self.shape:
            return  # w.data -= …, which has already overwritten the array in place
        if isinstance(value, TensorBase):
            if value._node is not None:
                raise DetachError(
                    f"{value._label()} requires a gradient, which {self._label()} would lose as its "
                    f"data: say .detach() if that is meant"
                )
            value = value._data
        value = as_array(value)
        is_lazy = hasattr(value, "__array_function__") and not is_concrete(value)
        # In memory of its own, in C order, as a leaf's always are; see `owned`.
        new = value.astype(self.dtype) if is_lazy else np.array(value, self.dtype, order="C")
        if new.shape != self.shape:
            raise ShapeError(
                f"{self._label()} can't take data of shape {new.shape}: it has shape {self.shape}"
            )
        self._replace_data(new)

    def _replace_data(self, new: Array) -> None:
        """Replace the array; graphs recorded before keep the old one."""
        self._data = new
        self._constant = None
        if self._node is not None:
            hooks = self._node._hooks
            self._node = leaf(self)
            self._node._hooks = hooks

    def _is_writable(self) -> bool:
        """Whether no other tensor shares its memory, so that a write changes this tensor only."""
        if self._node is not None:
            return self.is_leaf
        return getattr(self, "_from_data", False) or self._data.base is None

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to or through it; assign to it to make a leaf, or a constant."""
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if wanted == self.requires_grad:
            return
        if not wanted and not self.is_leaf:
            raise GraphError(f"{self._label()} {self._origin_in_words()}: use .detach() instead")
        if not wanted:
            self._node = None
            return
        self._data = owned(self._data)
        self._become_leaf()

    def _become_leaf(self) -> None:
        if self.dtype.kind != "f":
            raise DtypeError(
                f"{self._label()} has dtype {self.dtype} and can't require a gradient: only "
                f"floating-point numbers change continuously. Use "
                f"{type(self).__name__}(data, dtype=float) or .astype"
            )
        self._node = leaf(self)

    def __setitem__(self, index: Any, value: Any) -> None:
        """Write into a leaf or a tensor outside the graph.

        Raises: GraphError for a computed tensor, DetachError if `value` carries a gradient, DtypeError
        if it is no real number.
        """
        if not self.is_leaf:
            raise GraphError(
                f"{self._label()} {self._origin_in_words()}, and a write into it would not be "
                f"differentiated: use np.where, or concatenate the parts"
            )
        if isinstance(value, TensorBase):
            if value._node is not None:
                raise DetachError(
                    f"writing {value._label()} into {self._label()} would lose its gradient: "
                    f"say .detach() if that is meant"
                )
            value = value._data
        value = as_array(value)
        if not hasattr(value, "dtype"):
            value = np.asarray(value)
        if value.dtype.kind not in "fiub":
            raise DtypeError(f"{self._label()} holds numbers and can't take {value.dtype}")
        # Write into a copy: graphs recorded before keep the old array.
        new = owned(self._data)
        if not new.ndim and is_concrete(new):
            new = np.array(new)  # a NumPy scalar can't be written into
        try:
            new[plain_index(index)] = value
        except ValueError as error:
            raise ShapeError(f"{self._label()} can't take that: {error}") from error
        self._replace_data(new)

    def mark_changed(self, location: str | None = None) -> None:
        """Say that the numbers were just overwritten in place.

        A graph that still needs the old ones then raises ChangedValueError instead of returning
        wrong gradients; graphs recorded from now on are not affected. `location` is the line that wrote,
        as file:line; by default that of the call.

        Raises: GraphError for a computed tensor.
        """
        if not self.is_leaf:
            raise GraphError(
                f"{self._label()} {self._origin_in_words()}: only leaves may be overwritten"
            )
        if isinstance(self._data, np.ndarray):
            note_write(self._data, self._label, location or user_location())


def owned(array: Array) -> Array:
    """A copy of an array, in C order; NumPy scalars, which never change, as they are.

    A leaf has its numbers to itself, since optimizers overwrite them in place. They are in C order,
    however its source was laid out: file formats such as safetensors write raw memory, and a source may
    be transposed or strided, or run backwards.
    """
    if isinstance(array, np.ndarray):
        return np.array(array, order="C")
    return array if isinstance(array, np.generic) else array.copy()


def plain_index(index: Any) -> Any:
    """An index with the Tensors in it replaced by their arrays, and with copies of arrays.

    The backward pass needs the index as it is now, even if the caller overwrites an array.
    """
    if isinstance(index, (tuple, list)):
        return type(index)(map(plain_index, index))
    index = plain_argument(unwrapped(index))
    return index.copy() if isinstance(index, np.ndarray) else index
