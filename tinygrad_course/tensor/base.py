"""The slots of a Tensor: an array, a node if gradients flow through it, and a few that are rarely set."""

from typing import Any, NoReturn

import numpy as np

from ..engine.graph import Node
from ..ops.shaping import identity


class Size(int):
    """A number of elements. That of PyTorch is a method: a call says what to write instead."""

    __slots__ = ()

    def __call__(self, *axis: int) -> NoReturn:
        at = f"[{axis[0]}]" if len(axis) == 1 else ""
        raise TypeError(
            f"t.size is the number of elements, {self}: write t.shape{at} for the lengths of axes"
        )


class TensorBase:
    """The slots of a Tensor, and the properties that read them directly. `Tensor` inherits this.

    The modules of this package in layers below `tensor.py` use this type for a Tensor.
    """

    __slots__ = (
        "__weakref__",
        "_constant",
        "_data",
        "_from_data",
        "_grad",
        "_growth",
        "_name",
        "_node",
    )

    _data: Any
    _node: Node | None
    _name: str | None
    _grad: "TensorBase | None"
    _from_data: bool  # whether it was made from data, and not by an operation
    _constant: Any  # its `Constant` for drawings, if it is an operand without a node
    _growth: Any  # of a gradient that an optimizer took a step with: warns if it is added to

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self._data.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._data.ndim

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the elements, such as float32."""
        return self._data.dtype

    @property
    def size(self) -> int:
        """The number of elements."""
        size = self._data.size
        return (
            Size(size) if size.__class__ is int else size
        )  # NaN where a lazy array does not know it

    @property
    def name(self) -> str | None:
        """What drawings and error messages call it."""
        return getattr(self, "_name", None)

    @name.setter
    def name(self, name: str | None) -> None:
        self._name = name
        self._constant = None
        if self._node is not None:
            self._node._name = name

    @property
    def node(self) -> Node | None:
        """The graph node that made it; None if no gradient flows through it."""
        return self._node

    @property
    def is_leaf(self) -> bool:
        """Whether it was not computed from tensors that require a gradient."""
        return self._node is None or self._node.primitive is None

    def _origin_in_words(self) -> str:
        """Why error messages refuse to change it, unless it is a leaf."""
        if self._node is not None and self._node.primitive is identity:
            return "is an argument of a function that is being differentiated"
        return "was computed"

    def _label(self) -> str:
        """What error messages call it."""
        name = f"tensor {self.name!r}" if self.name else "a tensor"
        return f"{name} of shape {self._data.shape}"
