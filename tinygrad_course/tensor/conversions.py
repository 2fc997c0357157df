"""Conversions of a Tensor: to a Python number, a truth value, text, a plain array.

A conversion that would silently leave the graph raises instead, and says what to write.
"""

from operator import index as as_index
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DetachError, ShapeError
from ..lazy import is_concrete
from .base import TensorBase


class Conversions(TensorBase):
    """Python's and NumPy's conversions; `Tensor` inherits them."""

    __slots__ = ()

    def item(self, *index: Any) -> Any:
        """The only element as a Python number, or the one at an index: x.item(1, 2) or x.item((1, 2)).

        Raises: ShapeError if there are more, and no index.
        """
        if not index and self._data.size != 1:
            raise ShapeError(
                f"{self._label()} has {self._data.size} elements; item() needs exactly one"
            )
        data = self._data
        return (data if is_concrete(data) else np.asarray(data)).item(*index)

    def numpy(self) -> NDArray[Any]:
        """The values as an ndarray, not copied and so not to be written into: a graph may need them.

        Raises: DetachError if it requires a gradient, which would be lost.
        """
        if self._node is not None:
            raise DetachError(
                f"{self._label()} requires a gradient, and a plain array can't carry it. To make one tensor "
                f"of several, write np.stack([...]) where NumPy was given a list, as in np.array([a, b]), "
                f"np.mean([a, b]) or np.r_. Beside an array of another library give NumPy's: "
                f"np.asarray(df) @ t. Where the gradient may be lost, say .detach().numpy()"
            )
        values = np.asarray(self._data).view()
        values.flags.writeable = False
        return values

    def tolist(self) -> Any:
        """The values as nested lists of Python numbers.

        Raises: DetachError if it requires a gradient.
        """
        return self.numpy().tolist()

    def __len__(self) -> int:
        if not self._data.ndim:
            raise TypeError(f"{self._label()} is a scalar: it has no len()")
        return len(self._data)

    def __bool__(self) -> bool:
        if self._data.size != 1:
            raise ShapeError(
                f"the truth value of {self._label()} is ambiguous: it has {self._data.size} elements. "
                f"Compare it and use .all() or .any() on the result"
            )
        return bool(self._data)

    def __float__(self) -> float:
        if self._node is not None:
            raise DetachError(
                f"float() of {self._label()} would leave the graph in silence (the functions of "
                f"Python's math module call it, and writes into plain arrays, a[0] = t): use NumPy's "
                f"functions, np.stack([...]) to build an array of tensors, or .item() for the number"
            )
        return float(self.item())

    def __int__(self) -> int:
        return int(self.numpy()[()])

    def __index__(self) -> int:
        return as_index(self.numpy()[()])

    @property
    def _mask(self) -> Any:
        """Functions of numpy.ma read this after they have taken the data, and so it raises.

        Raises: DetachError if the tensor requires a gradient, which would be lost.
        """
        if self._node is not None:
            raise DetachError(
                f"{self._label()} requires a gradient, and masked arrays can't carry it: compute with "
                f"np.where(mask, ...) instead, or say .detach() if that is meant"
            )
        raise AttributeError("a Tensor has no mask")

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else str(self)

    def __repr__(self) -> str:
        name = f", name={self.name!r}" if self.name else ""
        return f"Tensor({self._shown_data()}{name}{self._origin()})"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from .display import html  # where it is used: only notebooks need it

        return html(self)

    def _shown_data(self) -> str:
        """The numbers, and their dtype unless it is a default one; a lazy array's own repr."""
        data = self._data
        if not is_concrete(data):
            return repr(data)
        values = np.array2string(np.asarray(data), separator=", ", prefix="Tensor(")
        is_default = data.dtype in (np.float64, np.int64, np.bool_)
        return values if is_default else f"{values}, dtype={data.dtype}"

    def _origin(self) -> str:
        """How it was made, for the repr."""
        if self._node is None:
            return ""
        if self._node.primitive is None:
            return ", requires_grad=True"
        return f", from {self._node.primitive.name}"

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.numpy(), dtype=dtype, copy=copy)
