"""The complex step, a second witness: f'(x) w = Im f(x + i h w) / h.

Nothing is subtracted, so nothing cancels, and h can be so small that the error of order h² is far below
rounding: where f is analytic the derivative is exact to the last digits, however large f is beside it.

It is a witness under suspicion. f has to be written in NumPy functions, since Tensors hold real
numbers; and abs, conj or a conversion to float32 make it say nonsense without a warning. It is asked only
where central differences do not see far enough, and believed only as far as they confirm it.

Source: Squire, Trapp, "Using complex variables to estimate derivatives of real functions", SIAM Review
40, 1998; Martins, Sturdza, Alonso, "The complex-step derivative approximation", ACM TOMS 29, 2003.
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .verdicts import Floats

STEP = 1e-20


def complex_step(
    f: Callable[..., Any], arrays: Sequence[Any], i: int, w: Floats, step: float = STEP
) -> Floats | None:
    """The derivative of all outputs of f, flat and one after the other, as input i moves along w.

    None where f does not take complex arrays, or returns something without an imaginary part.
    """
    moved = list(arrays)
    moved[i] = arrays[i] + 1j * step * w
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("error")  # NumPy's word for a discarded imaginary part
            result = f(*moved)
            outputs = result if isinstance(result, (tuple, list)) else [result]
            values = np.concatenate([np.ravel(np.asarray(y)) for y in outputs])
    except Exception:  # whatever f does with numbers that it was not written for
        return None
    return values.imag / step if values.dtype.kind == "c" else None
