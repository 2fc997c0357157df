"""`Parameter`: a tensor that a model learns."""

from typing import Any

import numpy as np

from ..tensor import Tensor


class Parameter(Tensor):
    """A leaf that requires a gradient and that a `Module` finds among its attributes.

    The data are copied, because optimizers overwrite them in place. Results computed from parameters
    are plain tensors.

    Raises: DtypeError unless the data are floating-point numbers.
    """

    __slots__ = ()

    def __init__(
        self,
        data: Any,
        *,
        dtype: Any = None,
        requires_grad: bool = True,
        name: str | None = None,
    ) -> None:
        values = data._data if isinstance(data, Tensor) else data
        super().__init__(np.array(values, dtype), name=name)
        if requires_grad:
            self._become_leaf()
