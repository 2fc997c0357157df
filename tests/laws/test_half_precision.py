"""Every primitive that adds up or multiplies many numbers, in half precision, against double precision.

Half precision counts to 2048 and ends at 65504. What accumulates in it has to accumulate in single.
"""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.primitive import REAL, registry

MANY = 6000
RNG = np.random.default_rng(0)


def numbers(*shape, low=0.5, high=1.5):
    """Numbers that half precision has exactly."""
    return RNG.uniform(low, high, shape).astype(np.float16).astype(np.float64)


COLUMNS, ROWS, VECTOR = numbers(MANY, 3), numbers(3, MANY), numbers(MANY)
MATRICES = numbers(MANY, 2, 3)
CLASSES, PROBABILITIES = np.zeros(MANY, int), numbers(MANY, 3, low=0.125, high=0.875)
SIGNS = np.tile([1, -1], MANY // 2)
NEAR_1 = np.tile([[1.5], [1 / 1.5]], (MANY // 2, 2)).astype(np.float16).astype(np.float64)
ALONG = [(COLUMNS, 0), (ROWS, -1), (np.ones((MANY, 2)), 0), (np.full((70_000, 2), 2.0**-6), 0)]
REDUCED = [((x,), {"axis": axis}) for x, axis in ALONG] + [((300 * numbers(100, 2),), {"axis": 0})]
PICTURES, KERNELS, MANY_CHANNELS = numbers(1, 3, MANY), numbers(3, 3, 2), numbers(1, MANY, 3)
STEP = {"stride": (1,), "padding": ((0, 0),), "dilation": (1,)}
POOL = {"kernel": (MANY // 2,), "stride": (1,), "padding": ((0, 0),)}
MEAN_AND_SUM = [{"reduction": "mean"}, {"reduction": "sum"}]

# Operands and parameters, for each primitive that combines many numbers, forward or backward.
LARGE = {
    **dict.fromkeys(
        (
            *("sum", "mean", "var", "std", "max", "min", "median", "norm"),
            *("nanmean", "nanvar", "nanstd", "nanmax", "nanmin", "nanmedian"),
        ),
        REDUCED,
    ),
    **dict.fromkeys(("softmax", "log_softmax", "logsumexp"), REDUCED[:4]),
    "cumsum": REDUCED[:3],
    **{
        # Half precision has the positions of these quantiles exactly.
        name: [((COLUMNS[:2049], np.full(MANY // 2, 0.25)), {"axis": 0})]
        for name in ("quantile", "percentile", "nanquantile", "nanpercentile")
    },
    **{
        name: [((numbers(MANY, 3, low=0.999, high=1.001),), {"axis": 0}), ((NEAR_1,), {"axis": 0})]
        for name in ("prod", "cumprod")
    },
    "linear": [
        ((COLUMNS, numbers(2, 3), numbers(2)), {}),
        ((ROWS, numbers(2, MANY), numbers(2)), {}),
    ],
    "einsum": [
        *(((COLUMNS, COLUMNS), {"subscripts": s}) for s in ("ij,ij", "ij,ij->j", "ij,ik->jk")),
        *(((x,), {"subscripts": s}) for x, s in ((COLUMNS, "ij->j"), (ROWS, "ij->i"))),
        ((COLUMNS, numbers(3)), {"subscripts": "ij,j->i"}),
        ((COLUMNS, numbers(3), VECTOR), {"subscripts": "ij,j,i->"}),
    ],
    "where": [((np.tile([True, False], (MANY, 1)), numbers(1), numbers(2)), {})],
    "clip": [((COLUMNS, np.array(0.75), np.array(1.25)), {})],
    "ldexp": [((numbers(1), np.zeros((MANY, 1), int)), {})],
    "getitem": [((numbers(3),), {"index": np.zeros(MANY, int)})],
    "scatter_add": [((VECTOR,), {"index": np.zeros(MANY, int), "shape": (3,)})],
    "mse": [((2 * COLUMNS, COLUMNS[::-1]), r) for r in MEAN_AND_SUM],
    "binary_cross_entropy": [((PROBABILITIES, PROBABILITIES[::-1]), r) for r in MEAN_AND_SUM],
    "binary_cross_entropy_with_logits": [((COLUMNS, PROBABILITIES), r) for r in MEAN_AND_SUM],
    **{
        name: [((4 * COLUMNS, COLUMNS[::-1]), r) for r in MEAN_AND_SUM]
        for name in ("l1_loss", "huber_loss", "smooth_l1_loss")
    },
    "kl_div": [((COLUMNS, PROBABILITIES), r) for r in (*MEAN_AND_SUM, {"reduction": "batchmean"})],
    "nll_loss": [
        ((COLUMNS, CLASSES), {**r, **w})
        for r in MEAN_AND_SUM
        for w in ({}, {"weight": np.full(3, 2.0)})
    ],
    **{
        name: [((COLUMNS[:, 0] / 2, SIGNS), r) for r in MEAN_AND_SUM]
        for name in ("hinge_loss", "hinge_embedding_loss")
    },
    "cosine_embedding_loss": [
        ((COLUMNS, COLUMNS[::-1], SIGNS), {"margin": -1.0, **r}) for r in MEAN_AND_SUM
    ],
    "cross_entropy": [
        *(((COLUMNS, CLASSES), {**r, "weight": np.full(3, 2.0)}) for r in MEAN_AND_SUM),
        *(((COLUMNS, PROBABILITIES), r) for r in MEAN_AND_SUM),
        *(((COLUMNS, CLASSES), r) for r in MEAN_AND_SUM),
        *(((ROWS, CLASSES[:3]), r) for r in MEAN_AND_SUM),
    ],
    "convolve": [
        ((VECTOR, VECTOR[: MANY // 2]), {}),
        ((VECTOR, VECTOR), {"mode": "same"}),
        ((VECTOR, VECTOR[3:]), {"mode": "valid"}),
    ],
    "polynomial": [
        ((numbers(3), VECTOR), {}),
        ((np.full(MANY // 8, 0.125), np.full(2, 1 - 2.0**-10)), {}),
    ],
    "convolution": [
        ((PICTURES, KERNELS, numbers(3)), {**STEP, "groups": 1}),
        ((MANY_CHANNELS, numbers(2, MANY, 2), numbers(2)), {**STEP, "groups": 1}),
    ],
    "convolution_input": [((PICTURES, KERNELS), {**STEP, "sizes": (MANY + 1,), "groups": 1})],
    "convolution_weight": [((PICTURES, PICTURES[..., 1:]), {**STEP, "kernel": (2,), "groups": 1})],
    "max_pool": [((PICTURES,), {**POOL, "dilation": (1,)})],
    "put_at_largest": [
        (
            (PICTURES[..., : MANY // 2 + 1], np.zeros((1, 3, MANY // 2 + 1), np.int32)),
            {**POOL, "dilation": (1,), "sizes": (MANY,)},
        )
    ],
    "avg_pool": [((PICTURES,), {**POOL, "counted": ((0, 0),)})],
    "avg_pool_input": [
        (
            (PICTURES[..., : MANY // 2 + 1],),
            {**POOL, "counted": ((0, 0),), "sizes": (MANY,)},
        )
    ],
    "matmul": [
        *(((COLUMNS, numbers(3, 2)), {}), ((ROWS, COLUMNS), {}), ((VECTOR, VECTOR), {})),
        *(((COLUMNS, numbers(3)), {}), ((numbers(3), ROWS), {})),
        *(((MATRICES, numbers(3, 2)), {}), ((MATRICES, numbers(3)), {})),
    ],
    "dot": [
        *(((COLUMNS, numbers(3, 2)), {}), ((ROWS, COLUMNS), {}), ((VECTOR, np.array(0.5)), {})),
        ((MATRICES, numbers(2, 3, 2)), {}),
    ],
    "tensordot": [
        ((COLUMNS, COLUMNS), {}),
        ((ROWS, COLUMNS), {"axes": 1}),
        ((numbers(3), ROWS), {"axes": 1}),
    ],
    "vecdot": [((COLUMNS, numbers(3)), {}), ((ROWS, VECTOR), {})],
    "matvec": [((MATRICES, numbers(3)), {}), ((ROWS, VECTOR), {}), ((numbers(2, 3), COLUMNS), {})],
    "vecmat": [((numbers(2), MATRICES), {}), ((VECTOR, COLUMNS), {}), ((COLUMNS, np.eye(3)), {})],
    "outer": [((VECTOR, numbers(3)), {}), ((numbers(3), VECTOR), {})],
    "cross": [((COLUMNS, numbers(3)), {})],
    "linspace": [((numbers(1), numbers(1)), {"num": MANY, "axis": -1})],
    "broadcast_to": [((numbers(3),), {"shape": (MANY, 3)})],
    "slice_sums": [
        ((COLUMNS,), {"indices": np.array([0, MANY // 2, 7]), "axis": 0}),
        ((numbers(3),), {"indices": np.tile([0, 2], MANY), "axis": 0}),
    ],
    **{name: [((COLUMNS,), {"axis": 0})] for name in ("running_maximum", "running_minimum")},
    "tril": [((numbers(3),), {})],
    "triu": [((numbers(3),), {})],
}

# NumPy's linear algebra refuses half precision; the others move numbers, and combine none.
REFUSE = {
    *("cholesky", "qr_factors", "eigvalsh", "eigenpairs", "svdvals", "singular_triplets"),
    *("qr_complement", "svd_complement"),
    *("inv", "det", "log_determinant", "solve", "pinv"),
}
MOVE = {
    *("concatenate", "stack", "pad", "reshape", "transpose", "swapaxes", "moveaxis", "squeeze"),
    *("expand_dims", "flip", "roll", "astype", "copy", "identity", "sort", "partition", "unwrap"),
    "take_at_largest",
}


def stretched(primitive):
    """An operand for many elements of the other: its gradient is a sum of as many contributions."""
    domains = [
        primitive.domain if primitive.domain.__class__ is not dict else primitive.domain.get(name)
        for name in primitive.operands
    ]
    ranges = [(max(d.low, 0.5), max(d.high, 0.8)) for d in (d or REAL for d in domains)]
    for shapes in (((MANY, 3), (1, 3)), ((3,), (MANY, 3))):
        pairs = zip(shapes, ranges, strict=True)
        yield tuple(numbers(*s, low=low, high=min(high, low + 1)) for s, (low, high) in pairs), {}


def sweep():
    for name, primitive in registry.items():
        if primitive.is_elementwise and len(primitive.operands) == 2:
            cases = stretched(primitive)
        else:
            cases = LARGE.get(name, [])
        yield from (pytest.param(name, *case, id=f"{name}-{i}") for i, case in enumerate(cases))


def value_and_gradients(name, operands, parameters, dtype):
    leaves = [leaf(x, dtype) if x.dtype.kind == "f" else x for x in operands]
    y = registry[name](*leaves, **parameters)
    g = np.random.default_rng(1).uniform(0.5, 1.5, y.shape).astype(np.float16)
    y.backward(g.astype(dtype))
    gradients = [x.grad.data for x in leaves if x.__class__ is not np.ndarray if x.grad is not None]
    return [y.data, *gradients]


@pytest.mark.parametrize(("name", "operands", "parameters"), [*sweep()])
def test_many_numbers_give_what_double_precision_gives(name, operands, parameters):
    half = value_and_gradients(name, operands, parameters, np.float16)
    double = value_and_gradients(name, operands, parameters, np.float64)
    a_few_roundings = 8 * float(np.finfo(np.float16).eps)
    for found, exact in zip(half, double, strict=True):
        assert found.dtype == np.float16
        with np.errstate(over="ignore"):
            largest = float(np.abs(exact[np.isfinite(exact.astype(np.float16))]).max(initial=0))
            expected = exact.astype(np.float16).astype(float)
        np.testing.assert_allclose(found.astype(float), expected, atol=a_few_roundings * largest)


def test_every_primitive_is_swept_or_combines_no_numbers():
    others = {name for name, primitive in registry.items() if not primitive.is_elementwise}
    newer = set() if hasattr(np, "matvec") else {"matvec", "vecmat"}  # from NumPy 2.2 on
    assert others == (LARGE.keys() - newer) | REFUSE | MOVE


@pytest.mark.parametrize("name", sorted(REFUSE))
def test_numpy_refuses_half_precision_in_linear_algebra(name):
    eye = np.eye(2, dtype=np.float16)
    with pytest.raises(TypeError, match="float16"):
        registry[name](*[eye] * len(registry[name].operands))
