"""`Parameter`: a tensor that a model learns."""

from typing import Any

import numpy as np

from ..errors import DetachError
from ..tensor import Tensor
from ..tensor.operands import as_array


class Parameter(Tensor):
    """A leaf that requires a gradient and that a `Module` finds among its attributes.

    The data are copied, because optimizers overwrite them in place, into memory in C order. Results
    computed from parameters are plain tensors.

    Raises: DtypeError unless the data are floating-point numbers; DetachError for a computed tensor.
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
        if isinstance(data, Tensor):
            if not data.is_leaf:
                raise DetachError(
                    f"Parameter({data._label()}) would cut it off from what it was computed from, which "
                    f"would no longer be trained: say .detach() if that is meant"
                )
            data = data._data
        super().__init__(np.array(as_array(data), dtype, order="C"), name=name)
        if requires_grad:
            self._become_leaf()
