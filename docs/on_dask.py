"""What does not run on Dask arrays, and why: a section of docs/operations.md.

tests/laws/test_dask.py holds it against Dask, both ways: what is listed here must fail, for the
reasons given, and no other operation may.
"""

from typing import NamedTuple

DASK = "2026.8"
"""The version that this is about; the extra `test` installs it."""


class Reason(NamedTuple):
    """Why an operation does not run: in words, and what its errors say (a regular expression)."""

    words: str
    symptom: str


class Limits(NamedTuple):
    """How far an operation runs: its values, and its gradients, are each "yes", "in part" or "no"."""

    values: str
    gradients: str
    reasons: tuple[Reason, ...]


def no(*reasons: Reason) -> Limits:
    """Neither values nor gradients."""
    return Limits("no", "no", reasons)


def in_part(*reasons: Reason) -> Limits:
    """Values and gradients of some calls."""
    return Limits("in part", "in part", reasons)


def lacks(name: str) -> str:
    """What Dask says before it computes an array for a function that it does not have."""
    return rf"`numpy\.{name}` function is not implemented by Dask"


# Dask has it not at all, or not like NumPy
MISSING = Reason("Dask has no such function", lacks(r"[\w.]+"))
SCIPY = Reason(
    "Dask computes it with SciPy, of single matrices in square chunks; that is not tested here",
    "No module named 'scipy|import of scipy halted",
)
NEGATIVE_POWERS = Reason("not with negative powers, for which Dask takes SciPy", SCIPY.symptom)
UPPER = Reason("Dask's takes no `upper`, and needs SciPy", "unexpected keyword argument 'upper'")
IN_SPACE = Reason("only with a vector in the plane: Dask has no `np.linalg.cross`", MISSING.symptom)
UFUNC_METHOD = Reason("Dask has no such method of a ufunc", "returned NotImplemented")
FILLINGS = Reason("not with `nan`, `posinf` or `neginf`", "does not take the following keyword")
LINSPACE = Reason("Dask's `np.linspace` takes numbers only", "unexpected keyword argument 'axis'")
ALONG_AN_AXIS = Reason("only along an axis", "only works along an axis")
PLAIN_Q = Reason("q must be plain numbers", "no attribute 'numblocks'")
SEARCHED = Reason("Dask searches in Dask arrays only", "object has no attribute '_meta'")
VALUES_ALONE = Reason("not the singular values alone", lacks(r"linalg\.svdvals"))
SINGULAR_VALUES = Reason('not with order ±2 or "nuc": singular values alone', VALUES_ALONE.symptom)
PARTS = Reason(
    "its parts do not run, `np.linalg.svdvals` and `np.linalg.inv`",
    f"{VALUES_ALONE.symptom}|{SCIPY.symptom}",
)
PINV = Reason("`b` alone, since Dask has no `np.linalg.pinv`", lacks(r"linalg\.pinv"))
SORTED_INDICES = Reason("not with indices from `np.argsort`, which Dask lacks", lacks("argsort"))
SIGNS = Reason("vectors may have the other sign", "^Disagreement")

# shapes and chunks
ONE_LIST = Reason(
    "at most one index may be a list, of one dimension",
    "Don't yet support nd fancy indexing|not supported between instances of 'list' and 'int'|"
    "indexer has zero or one dimensions",
)
RESHAPE = Reason("axes must be merged or split evenly", "Dask's reshape only supports operations")
SHIFTS = Reason("there must be a shift for each axis", "the same number of shifts as axes")
SCALAR = Reason("not with a scalar", "list index out of range|'float' object has no attribute")
VECTOR = Reason("not of a vector", "Chunks and shape must be of the same length/dimension")
ZERO_D = Reason("not of a 0-d array", "Axis 0 is out of bounds for array of dimension 0")
ONE_CHUNK = Reason(
    "only in one chunk along the axes of matrices and vectors, and in equal chunks along all others",
    "consists of multiple chunks|with different chunksize present",
)
TALL = Reason(
    "only of a single matrix, in one chunk along one of its axes",
    "qr currently supports only tall-and-skinny|must be chunked in one dimension|must be 2D",
)

# our rules ask for more
LATER = "depends on values that are computed later"
CHOICE = Reason("not where a computed array says which elements are chosen", LATER)
LENGTH = Reason("the shape of the result depends on the numbers", LATER)
MASK = Reason(
    "not with a mask for several axes: the shape of the result depends on its numbers",
    r"of shape \(nan",
)
ENDS = Reason("the way to the result depends on the signs of the ends", LATER)
SERIES = Reason("how many terms of a series are needed depends on the numbers", LATER)
SORTS = Reason("the rule sorts, and Dask has no `np.argsort`", lacks("argsort"))
WINDOWS = Reason("windows are copied into one buffer, which is filled at once", LATER)
COMPLETED = Reason("not the further columns of full factors, which Dask does not compute", LATER)
TRANSPOSES = Reason("the rule takes `.mT`, which Dask's arrays lack", "no attribute 'mT'")

ON_DASK: dict[str, Limits] = {
    **{
        name: no(MISSING)
        for name in (
            *("sort", "partition", "unwrap", "convolve", "correlate", "polymul", "polynomial"),
            *("polyval", "cross", "cross_along", "det", "log_determinant"),
            *("slogdet", "pinv", "svdvals", "eigenpairs", "eigh", "eigvalsh"),
        )
    },
    # arithmetic
    "sinc": Limits("yes", "no", (SERIES,)),
    "i0": Limits("yes", "no", (SERIES,)),
    "spherical_bessel": no(SERIES),
    "modified_bessel": no(SERIES),
    "nan_to_num": in_part(FILLINGS),
    # statistics and scans
    **{
        name: Limits("in part", "no", (ALONG_AN_AXIS, SORTS, *reasons))
        for prefix in ("", "nan")
        for name, reasons in (
            (f"{prefix}median", ()),
            (f"{prefix}quantile", (PLAIN_Q,)),
            (f"{prefix}percentile", (PLAIN_Q,)),
        )
    },
    "cumsum": in_part(ZERO_D),
    "cumprod": in_part(ZERO_D),
    **{name: no(UFUNC_METHOD) for name in ("running_maximum", "running_minimum", "slice_sums")},
    # shapes, indices, choices
    "reshape": in_part(RESHAPE),
    "tile": in_part(RESHAPE),
    "roll": in_part(SHIFTS),
    "getitem": in_part(ONE_LIST, MASK),
    "scatter_add": Limits("yes", "in part", (ONE_LIST, MASK)),
    "take_along_axis": in_part(ONE_LIST, CHOICE, SORTED_INDICES),
    "bincount": Limits("in part", "yes", (SORTED_INDICES,)),
    "extract": in_part(CHOICE),
    "piecewise": in_part(CHOICE),
    "trim_zeros": no(LENGTH),
    "tril": in_part(VECTOR),
    "triu": in_part(VECTOR),
    # convolution and pooling
    **{
        name: no(WINDOWS)
        for name in (
            *("convolution", "convolution_input", "convolution_weight", "avg_pool"),
            *("avg_pool_input", "max_pool", "put_at_largest", "take_at_largest"),
        )
    },
    # products and matrices
    "cross_along_axes": in_part(IN_SPACE),
    **{name: no(COMPLETED) for name in ("qr_complement", "svd_complement")},
    "dot": in_part(SCALAR),
    "inner": in_part(SCALAR),
    **{name: in_part(ONE_CHUNK) for name in ("vecdot", "vecdot_along", "matvec", "vecmat")},
    **{name: no(SCIPY) for name in ("inv", "solve", "tensorsolve", "tensorinv")},
    "matrix_power": in_part(NEGATIVE_POWERS),
    "cholesky": no(UPPER),
    "lstsq": in_part(PINV, TRANSPOSES),
    "cond": no(PARTS),
    "norm_of_array": in_part(SINGULAR_VALUES),
    "matrix_norm": in_part(SINGULAR_VALUES),
    "singular_triplets": in_part(TALL),
    "svd": in_part(TALL, VALUES_ALONE, COMPLETED),
    "qr_factors": Limits("in part", "no", (TALL, SIGNS, TRANSPOSES)),
    "qr": Limits("in part", "no", (TALL, TRANSPOSES)),
    # spaces
    "linspace": no(LINSPACE),
    "logspace": in_part(LINSPACE),
    "geomspace": no(ENDS),
    "interp": in_part(SEARCHED, ONE_LIST, SORTED_INDICES),
}
"""The limits of operations by their names in `tinygrad_course.ops`; all others run on Dask arrays."""
