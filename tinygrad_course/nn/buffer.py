"""`Buffer`: a tensor that a model keeps, and does not learn."""

from typing import Any

import numpy as np

from ..errors import DetachError, DtypeError
from ..tensor import Tensor
from ..tensor.operands import as_array


class Buffer(Tensor):
    """A constant that a `Module` finds among its attributes, such as a running mean.

        self.total = Buffer(np.zeros(3))
        self.total.update(self.total.data + x.data.sum(axis=0))

    It is in `state_dict()` and `buffers()`, but not in `parameters()`: no optimizer changes it. It may hold
    whole numbers. The data are copied, in C order.

    `update` gives it a new array and writes into none: a graph that was recorded before, and whose backward
    pass is still to come, keeps the numbers that it has used. All changes of a buffer go through it, from
    arrays to arrays, so that a step of training is a function of the buffers' arrays.

    Raises: DetachError for data that require a gradient; DtypeError for anything but real numbers, and
    where a gradient is asked for.
    """

    __slots__ = ()

    def __init__(self, data: Any, *, dtype: Any = None, name: str | None = None) -> None:
        if isinstance(data, Tensor):
            if data.requires_grad:
                raise DetachError(
                    f"Buffer({data._label()}) would cut it off from its gradient: say .detach() if that is "
                    f"meant"
                )
            data = data._data
        super().__init__(np.array(as_array(data), dtype, order="C"), name=name)

    def update(self, value: Any) -> None:
        """Hold other numbers from now on, in the same dtype. Graphs recorded before keep the old ones.

        Raises: ShapeError for another shape; DetachError for a tensor that requires a gradient. The
        buffer is as it was then.
        """
        self.data = value

    @property
    def requires_grad(self) -> bool:
        """False: a buffer is a constant."""
        return False

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if wanted:
            raise DtypeError(
                f"{self._label()} is a Buffer, which is not learnt: make it an nn.Parameter(…) for that"
            )
