"""`Embedding`: a row of learnt numbers for each word, user or category."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, DtypeError
from ..lazy import as_numpy
from ..primitive import Array
from ..random_numbers import generator
from ..tensor import Tensor
from . import init
from .module import Module
from .parameter import Parameter
from .settings import floating, whole


def _standard_normal(
    shape: tuple[int, ...], *, rng: init.Rng = None, dtype: Any = np.float32
) -> NDArray[Any]:
    return generator(rng).normal(size=shape).astype(dtype)


class Embedding(Module):
    """z = the rows of W with the numbers x:   z = W[x],   W̄ = Σ z̄ of each row's occurrences

    Shapes: x (…), whole numbers from 0 to num_embeddings − 1 -> (…, embedding_dim). W is
    (num_embeddings, embedding_dim), initialized by N(0, 1).

    Numbers may come as floats without a fraction, since `fit` gives all inputs in the dtype of the
    parameters.

    Raises: SettingError; DtypeError for a dtype that is no floating point, and for floats that can't tell
    so many numbers apart; DataError for what is no whole number from 0 to num_embeddings − 1, with its
    position.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        *,
        rng: init.Rng = None,
        initializer: init.Initializer = _standard_normal,
        dtype: Any = np.float32,
    ) -> None:
        self.num_embeddings = whole("num_embeddings", num_embeddings, 1)
        self.embedding_dim = whole("embedding_dim", embedding_dim, 1)
        shape = (self.num_embeddings, self.embedding_dim)
        kept_in = floating(dtype)
        weights = init.drawn(initializer, shape, rng=rng, dtype=kept_in)
        self.weight = Parameter(weights, dtype=kept_in, name="weight")

    def forward(self, x: Array) -> Array:
        return self.weight[self._checked(x._data if isinstance(x, Tensor) else x)]

    def _checked(self, x: Any) -> NDArray[Any]:
        numbers = as_numpy(x)
        if numbers.dtype.kind not in "iuf":
            raise DataError(
                f"the input has dtype {numbers.dtype}, but must be whole numbers, such as those of "
                f"names, x = np.unique(words, return_inverse=True)"
            )
        if numbers.dtype.kind == "f":
            largest = 2 ** (np.finfo(numbers.dtype).nmant + 1)
            if self.num_embeddings > largest:
                raise DtypeError(
                    f"the input has dtype {numbers.dtype}, which has all whole numbers up to {largest} "
                    f"only, and num_embeddings is {self.num_embeddings}: give whole numbers, "
                    f"x.astype(np.int64), or give the model dtype=np.float64"
                )
        wrong = ~((numbers >= 0) & (numbers < self.num_embeddings))
        if numbers.dtype.kind == "f":
            wrong |= numbers != np.trunc(numbers)
        if wrong.any():
            first = tuple(int(i) for i in np.argwhere(wrong)[0])
            more = int(wrong.sum()) - 1
            raise DataError(
                f"the input has {numbers[first]} at {list(first)}"
                + (f" (and {more} more such numbers)" if more else "")
                + f", but must be whole numbers from 0 to {self.num_embeddings - 1}: num_embeddings must be "
                f"above the largest one, and rows are counted from 0"
            )
        return numbers.astype(np.intp)

    def extra_repr(self) -> str:
        return f"{self.num_embeddings}, {self.embedding_dim}"
