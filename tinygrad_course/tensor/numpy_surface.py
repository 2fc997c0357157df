"""Which of NumPy's functions return plain arrays, and which are refused, with the reason.

All others are primitives (`primitive.of_numpy`) or compositions (`composition.composed`). A test goes
through NumPy's public names and fails for one that is in no list.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..composition import numpy_named

_STEPS = """
equal not_equal less less_equal greater greater_equal
logical_and logical_or logical_not logical_xor isnan isinf isfinite signbit
bitwise_and bitwise_or bitwise_xor invert left_shift right_shift bitwise_count gcd lcm
isclose allclose array_equal array_equiv isin in1d isneginf isposinf isreal iscomplex iscomplexobj isrealobj
all any count_nonzero nonzero flatnonzero argwhere argmax argmin argsort argpartition lexsort
nanargmax nanargmin searchsorted digitize angle imag linalg.matrix_rank
histogram histogram2d histogramdd histogram_bin_edges
"""
"""Their results are piecewise constant in the values, except for the parameters in CARRYING."""

_ABOUT_ARRAYS = """
shape ndim size zeros_like ones_like empty_like full_like result_type can_cast common_type
min_scalar_type shares_memory may_share_memory ix_ unravel_index ravel_multi_index
diag_indices_from tril_indices_from triu_indices_from einsum_path packbits unpackbits
array_repr array_str array2string save savez savez_compressed savetxt
"""
"""They depend on the array but not on its values, or write the values out."""

PLAIN: frozenset[Callable[..., Any]] = frozenset(
    numpy_named(*_STEPS.split(), *_ABOUT_ARRAYS.split())
)
"""Functions that run on the values of Tensors and return plain arrays."""

CARRYING: dict[Callable[..., Any], tuple[str, ...]] = {
    function: tuple(parameters.split())
    for name, parameters in (
        # Counts are piecewise constant in the values, but the bin edges are not.
        ("histogram", "a bins weights"),
        ("histogram2d", "x y bins weights"),
        ("histogramdd", "sample bins weights"),
        ("histogram_bin_edges", "a bins weights"),
        ("full_like", "fill_value"),
    )
    for function in numpy_named(name)
}
"""The parameters of a plain function through which a gradient would flow: a tracked Tensor is refused."""

_COMPLEX = "its result is complex, and Tensors hold real numbers"
_IN_PLACE = "it writes into its argument: write into the data of a tensor, with t.data"
_SETS = (
    "which of several equal elements gets the gradient is not defined: find the positions with "
    "np.unique(t.detach().numpy(), return_index=True), and index t with them"
)
_TIMES = "it is about dates and times"
_LIMITS = "floating-point neighbours have no derivative"
_FOURIER = (
    f"{_COMPLEX}: a transform of real numbers is a product with the real and the imaginary part of "
    f"np.fft.fft(np.eye(n)), and is differentiated as one"
)

REFUSED: dict[str, str] = {
    f"numpy.{name}": reason
    for names, reason in (
        ("frexp nextafter spacing", _LIMITS),
        ("copyto fill_diagonal place put put_along_axis putmask", _IN_PLACE),
        (
            "intersect1d setdiff1d setxor1d union1d "
            "unique unique_all unique_counts unique_inverse unique_values",
            _SETS,
        ),
        ("busday_count busday_offset is_busday datetime_as_string isnat", _TIMES),
        ("linalg.eig linalg.eigvals sort_complex", _COMPLEX),
        (
            "fft.fft fft.fft2 fft.fftn fft.ifft fft.ifft2 fft.ifftn fft.rfft fft.rfft2 fft.rfftn "
            "fft.irfft fft.irfft2 fft.irfftn fft.hfft fft.ihfft",
            _FOURIER,
        ),
        ("poly roots", "the roots of a polynomial are complex, and Tensors hold real numbers"),
        ("polydiv", "how many terms are left depends on the values"),
        ("polyfit", "write it as np.linalg.lstsq(np.vander(x, degree + 1), y)"),
    )
    for name in names.split()
}
"""Functions that take no Tensors, with the reason."""


def dispatched() -> dict[str, Callable[..., Any]]:
    """NumPy's public functions that dispatch on their arguments (NEP 13, NEP 18), by full name."""
    functions: dict[str, Callable[..., Any]] = {}
    for module in (np, np.linalg, np.fft):
        for name in sorted(module.__all__):
            function = getattr(module, name)
            if isinstance(function, np.ufunc) or hasattr(function, "_implementation"):
                functions[full_name(function)] = function
    return functions


def full_name(function: Any) -> str:
    """The name in messages and in the documentation, such as numpy.linalg.det."""
    module = getattr(function, "__module__", None) or "numpy"  # ufuncs have none in NumPy 2.0
    return f"{module}.{function.__name__}"
