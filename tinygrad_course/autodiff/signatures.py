"""The types of derivatives: tensors give tensors, arrays give arrays, and a Python number NumPy's float.

Two things no type can tell: results that are recorded for tensors from outside are tensors in any case, and
of arrays without axes NumPy makes scalars.
"""

from typing import Any, Protocol, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from ..tensor import Tensor

OfTensors = TypeVar("OfTensors", covariant=True)
OfNumbers = TypeVar("OfNumbers", covariant=True)
OfArrays = TypeVar("OfArrays", covariant=True)


class Derivative(Protocol[OfTensors, OfNumbers, OfArrays]):
    """A function that gives one thing for tensors, another for Python numbers, and a third for arrays."""

    @overload
    def __call__(self, x: Tensor, /, *arguments: Any, **keywords: Any) -> OfTensors: ...
    @overload
    def __call__(self, x: Any, y: Tensor, /, *arguments: Any, **keywords: Any) -> OfTensors: ...
    @overload
    def __call__(self, x: float, /, *arguments: Any, **keywords: Any) -> OfNumbers: ...
    @overload
    def __call__(self, x: Any, /, *arguments: Any, **keywords: Any) -> OfArrays: ...


Array: TypeAlias = NDArray[Any]
Value: TypeAlias = np.floating[Any]
"""The value of a scalar function of arrays."""

Tensors: TypeAlias = tuple[Tensor, ...]
Numbers: TypeAlias = tuple[np.float64, ...]
Arrays: TypeAlias = tuple[Array, ...]

Gradient: TypeAlias = Derivative[Tensor, np.float64, Array]
"""Of one argument, in its shape."""

Gradients: TypeAlias = Derivative[Tensors, Numbers, Arrays]
"""Of several arguments."""

Matrix: TypeAlias = Derivative[Tensor, Array, Array]
"""A Jacobian or a Hessian, by one argument."""

Matrices: TypeAlias = Derivative[Tensors, Arrays, Arrays]
"""By several arguments."""
