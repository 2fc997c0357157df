"""Cases for primitives that have no NumPy function to call, and no gufunc signature to make cases from.

They are written down, and not drawn, since what Dask can't do of them stands in a list.
"""

from itertools import product

import numpy as np

from tests.laws.cases.einsum import EINSUMS
from tests.laws.cases.linalg import SMALL
from tinygrad_course.primitive import REAL, UNIT
from tinygrad_course.testing import Case
from tinygrad_course.testing.corners import generic_values

INDICES = (
    *(2, np.int64(-1), slice(1, 3), slice(None, None, 2), slice(None, None, -1), ..., (), None),
    *((1, 2), (slice(None), 1), (..., 0), (slice(1, None), slice(None, 2)), (slice(3, 0, -2), 1)),
    *((slice(None), None), (None, ..., None), (1, None, slice(1, None))),
    *([2, 0], np.array([3, 0, 3, -1, 3]), (slice(None), [0, -1]), (..., None, np.array([2, 2]))),
    *(np.array([True, False, True, True]), (slice(None), np.array([True, False, True]))),
    # Of the elements of a table, in pairs, or by a mask for all axes.
    *(np.array([[0, 1], [3, 3]]), ([0, 3], [2, 1]), np.eye(4, 3, dtype=bool)),
)


def case(*shapes, domain=REAL, **parameters):
    """Operands of these shapes, with values in generic position."""
    rng = np.random.default_rng(0)
    return Case(generic_values(rng, [domain] * len(shapes), shapes), parameters)


def _scattered(index):
    return case(np.zeros((4, 3))[index].shape, index=index, shape=(4, 3))


def _einsum(subscripts):
    """Each letter stands for as many elements as it says in its own way; an ellipsis for two axes."""
    lengths = {letter: 2 + ord(letter) % 2 for letter in subscripts if letter.isalpha()}
    terms = subscripts.replace(" ", "").partition("->")[0].replace("...", ".").split(",")
    shapes = [
        tuple(n for c in term for n in ((2, 3) if c == "." else (lengths[c],))) for term in terms
    ]
    return case(*shapes, subscripts=subscripts)


_LOSSES = tuple({"reduction": reduction} for reduction in ("mean", "sum", "none"))
_CLASSES = np.array([2, 0, 1, 2])
_SIGNS = np.array([1, -1, -1, 1])

_POOL = {"kernel": (2,), "stride": (2,), "padding": ((0, 0),)}
_MEAN, _LARGEST = {**_POOL, "counted": ((0, 0),)}, {**_POOL, "dilation": (1,)}
_WHICH = np.array([[[0, 1]]], np.int32)

DASK_CASES = {
    "max_pool": (case((1, 1, 4), **_LARGEST),),
    "put_at_largest": (Case((*case((1, 1, 2)).operands, _WHICH), {"sizes": (4,), **_LARGEST}),),
    "take_at_largest": (Case((*case((1, 1, 4)).operands, _WHICH), _LARGEST),),
    "avg_pool": (case((1, 1, 4), **_MEAN),),
    "avg_pool_input": (case((1, 1, 2), sizes=(4,), **_MEAN),),
    "getitem": tuple(case((4, 3), index=index) for index in INDICES),
    "scatter_add": tuple(map(_scattered, INDICES)),
    "einsum": tuple(map(_einsum, EINSUMS)),
    "ldexp": tuple(Case((*case((2, 3)).operands, n)) for n in (2, np.array([3, -1, 0]))),
    "log_determinant": (case((3, 3), domain=SMALL),),
    "linear": (
        *(case(s, (2, 3), (2,)) for s in ((4, 3), (3,), (2, 4, 3))),
        *(case(s, (2, 3)) for s in ((4, 3), (3,), (2, 4, 3))),
    ),
    "mse": tuple(case(s, s, **loss) for s, loss in product(((), (4,), (3, 2)), _LOSSES)),
    **{
        name: tuple(
            case(s, s, domain=UNIT, **loss) for s, loss in product(((), (4,), (3, 2)), _LOSSES)
        )
        for name in ("binary_cross_entropy", "binary_cross_entropy_with_logits")
    },
    **{
        name: tuple(case(s, s, **loss) for s, loss in product(((), (4,), (3, 2)), _LOSSES))
        for name in ("l1_loss", "huber_loss", "smooth_l1_loss")
    },
    "kl_div": tuple(case((3, 2), (3, 2), domain=UNIT, **loss) for loss in _LOSSES),
    **{
        name: tuple(
            Case((*case((4, 3)).operands, _CLASSES), {**loss, **more})
            for loss in _LOSSES
            for more in ({}, {"weight": np.array([0.5, 1.0, 2.0])}, {"ignore_index": 2})
        )
        for name in ("cross_entropy", "nll_loss")
    },
    **{
        name: tuple(Case((*case((4,)).operands, _SIGNS), loss) for loss in _LOSSES)
        for name in ("hinge_loss", "hinge_embedding_loss")
    },
    "cosine_embedding_loss": tuple(
        Case((*case((4, 3), (4, 3)).operands, _SIGNS), loss) for loss in _LOSSES
    ),
    "pad": tuple(
        case((2, 3), width=width, value=value)
        for width, value in ((((1, 0), (0, 2)), 0.5), (((0, 0), (0, 0)), 0))
    ),
    **{name: (case(()),) for name in ("cumsum", "cumprod")},
    "polynomial": (case((3,), (2, 3)), case((3,), ())),
    # Where a single chunk is needed, an axis of length 1 is one.
    "vecdot": (case((1,), (1,)),),
    "matvec": (case((1, 1), (1,)),),
    "vecmat": (case((1,), (1, 1)),),
    **{name: (case((4, 1)),) for name in ("qr_factors", "singular_triplets")},
    # Dask counts negative axes wrongly in a NumPy array that stands first.
    "tensordot": (case((2, 2, 1, 2), (2, 2, 3), axes=([-3, -1], [0, 1])),),
    "astype": tuple(case((2, 3), dtype=dtype) for dtype in (np.float64, "float64")),
    "identity": (case((2, 3)), case(())),
}
