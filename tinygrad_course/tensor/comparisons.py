"""What comparisons of tensors give: plain arrays of booleans, since steps have no derivative.

The truth of `p == q` for two tensors is not defined. It could mean that they are one tensor, as it has to in
`p in parameters`, or that their numbers are equal. Python's lists ask for it, in `in`, `index` and `remove`,
and would find another tensor with equal numbers.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError

_WAY_OUT = (
    "for whether p is one of several tensors, write any(p is q for q in tensors); for equal numbers, "
    "np.array_equal(p, q) or np.allclose(p, q)"
)


class Equality(np.ndarray):
    """`p == q` of two tensors, element by element; all that is computed from it is plain."""

    def __bool__(self) -> bool:
        """Raise ShapeError: the truth of p == q is not defined."""
        if self.dtype != bool:
            return bool(np.asarray(self))  # it has been converted to numbers
        raise ShapeError(f"the truth value of p == q is ambiguous for two tensors: {_WAY_OUT}")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        plain = (np.asarray(x) if isinstance(x, Equality) else x for x in inputs)
        return getattr(ufunc, method)(*plain, **kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        with_plain = (np.asarray(x) if isinstance(x, Equality) else x for x in args)
        return function(*with_plain, **kwargs)


def equality(values: Any) -> NDArray[np.bool_]:
    """The result of a comparison, whose truth is asked for in vain."""
    found: NDArray[np.bool_] = np.asarray(values).view(Equality)
    return found


def not_comparable(first: tuple[int, ...], second: tuple[int, ...]) -> ShapeError:
    """The error for shapes that don't fit."""
    return ShapeError(
        f"== of tensors compares their numbers, and the shapes {first} and {second} don't fit: {_WAY_OUT}"
    )
