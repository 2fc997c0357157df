"""The types of derivatives: tensors give tensors, arrays give arrays, and a Python number NumPy's float.

Containers of arrays give containers like themselves. Two things no type can tell: what is recorded for
tensors from outside is a tensor in any case, and arrays without axes are NumPy's scalars.
"""

from typing import Any, Protocol, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from ..tensor import Tensor

Array: TypeAlias = NDArray[Any]
Value: TypeAlias = np.floating[Any]
"""The value of a scalar function of arrays."""

Tensors: TypeAlias = tuple[Tensor, ...]
Numbers: TypeAlias = tuple[np.float64, ...]
Arrays: TypeAlias = tuple[Array, ...]

_Part: TypeAlias = Tensor | Array | dict[Any, Any]
Container: TypeAlias = (
    dict[Any, Any] | list[Tensor] | list[Array] | list[dict[Any, Any]] | tuple[_Part, ...]
)
"""Arrays or tensors in a dictionary, a list or a tuple, as models keep parameters."""

C = TypeVar("C", bound=Container)
OfTensors = TypeVar("OfTensors", covariant=True)
OfNumbers = TypeVar("OfNumbers", covariant=True)
OfArrays = TypeVar("OfArrays", covariant=True)


class Derivative(Protocol[OfTensors, OfNumbers, OfArrays]):
    """A function that gives one thing for tensors, another for Python numbers, and a third for arrays."""

    @overload
    def __call__(self, x: Tensor, /, *arguments: Any, **keywords: Any) -> OfTensors: ...
    @overload
    def __call__(self, x: Container, /, *arguments: Any, **keywords: Any) -> Any: ...
    @overload
    def __call__(self, x: Any, y: Tensor, /, *arguments: Any, **keywords: Any) -> OfTensors: ...
    @overload
    def __call__(self, x: Any, y: Container, /, *arguments: Any, **keywords: Any) -> Any: ...
    @overload
    def __call__(self, x: float, /, *arguments: Any, **keywords: Any) -> OfNumbers: ...
    @overload
    def __call__(self, x: Any, /, *arguments: Any, **keywords: Any) -> OfArrays: ...


class Gradient(Protocol):
    """By one argument: a gradient like it."""

    @overload
    def __call__(self, x: Tensor, /, *arguments: Any, **keywords: Any) -> Tensor: ...
    @overload
    def __call__(self, x: C, /, *arguments: Any, **keywords: Any) -> C: ...
    @overload
    def __call__(self, x: Any, y: Tensor, /, *arguments: Any, **keywords: Any) -> Tensor: ...
    @overload
    def __call__(self, x: float, /, *arguments: Any, **keywords: Any) -> np.float64: ...
    @overload
    def __call__(self, x: Any, /, *arguments: Any, **keywords: Any) -> Array: ...


class ValueAndGradient(Protocol):
    """The value, and a gradient like the one argument."""

    @overload
    def __call__(self, x: Tensor, /, *arguments: Any, **keywords: Any) -> tuple[Tensor, Tensor]: ...
    @overload
    def __call__(self, x: C, /, *arguments: Any, **keywords: Any) -> tuple[Any, C]: ...
    @overload
    def __call__(
        self, x: Any, y: Tensor, /, *arguments: Any, **keywords: Any
    ) -> tuple[Tensor, Tensor]: ...
    @overload
    def __call__(
        self, x: float, /, *arguments: Any, **keywords: Any
    ) -> tuple[Value, np.float64]: ...
    @overload
    def __call__(self, x: Any, /, *arguments: Any, **keywords: Any) -> tuple[Value, Array]: ...


Gradients: TypeAlias = Derivative[Tensors, Numbers, Arrays]
"""By several arguments."""

Matrix: TypeAlias = Derivative[Tensor, Array, Array]
"""A Jacobian or a Hessian, by one argument."""

Matrices: TypeAlias = Derivative[Tensors, Arrays, Arrays]
"""The same by several arguments."""
