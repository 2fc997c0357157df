"""Cases for the primitives whose operands and parameters do not follow from a gufunc signature."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import (
    array_shapes,
    basic_indices,
    mutually_broadcastable_shapes,
)
from hypothesis.extra.numpy import (
    broadcastable_shapes as shapes_broadcasting_with,
)

from tinygrad_course.ops.linalg import explicit_subscripts
from tinygrad_course.primitive import POSITIVE, REAL, UNIT, Domain, registry
from tinygrad_course.testing import Case
from tinygrad_course.testing.corners import corner_cases
from tinygrad_course.testing.strategies import (
    any_axes,
    arrays_in,
    broadcastable_shapes,
    cases_for,
    one_axis,
    values_in,
)

Cases = st.SearchStrategy[Case]

SHAPES = array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=3) | st.sampled_from(
    [(0,), (2, 0), (0, 3)]
)
AT_LEAST_1D = SHAPES.filter(len)
# The fewest axes that have a permutation which is not its own inverse.
THREE_D = st.permutations((1, 2, 3)).map(tuple)


def unary(shapes: st.SearchStrategy[Any], domain: Domain = REAL, **parameters: Any) -> Cases:
    """One operand; each parameter is a function of its shape that gives a strategy."""

    @st.composite
    def cases(draw: st.DrawFn) -> Case:
        shape = draw(shapes)
        drawn = {name: draw(make(shape)) for name, make in parameters.items()}
        return Case((draw(arrays_in(domain, shape)),), drawn)

    return cases()


# --- shaping --------------------------------------------------------------------------------------


def _new_shapes(shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
    size = int(np.prod(shape))
    if not size:
        return st.sampled_from([shape[::-1], shape, size])
    divisors = [n for n in range(1, size + 1) if size % n == 0]
    pairs = st.sampled_from(divisors).map(lambda n: (n, size // n))
    return st.one_of(
        st.sampled_from([size, -1, (-1,), shape[::-1]]), pairs, pairs.map(lambda p: (p[0], -1))
    )


def _permutations(shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
    signed = st.permutations(range(len(shape))).flatmap(
        lambda axes: st.tuples(*(st.sampled_from([a, a - len(axes)]) for a in axes))
    )
    return st.none() | signed


@st.composite
def _moves(draw: st.DrawFn, shapes: st.SearchStrategy[Any]) -> Case:
    shape = draw(shapes)
    n = len(shape)
    if draw(st.booleans()):
        where = {"source": draw(one_axis(n)), "destination": draw(one_axis(n))}
    else:
        count = draw(st.integers(0, n))
        where = {
            "source": tuple(draw(st.permutations(range(n)))[:count]),
            "destination": tuple(a - n for a in draw(st.permutations(range(n)))[:count]),
        }
    return Case((draw(arrays_in(REAL, shape)),), where)


def _length_one_axes(shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
    axes = [i for i, n in enumerate(shape) if n == 1]
    return st.sampled_from([None, tuple(axes), *axes, *(a - len(shape) for a in axes)])


def _wider_shapes(shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
    side = 0 if 0 in shape else 1
    return shapes_broadcasting_with(shape, min_dims=len(shape), min_side=side, max_side=3).map(
        lambda other: np.broadcast_shapes(shape, other)
    )


@st.composite
def _joined(draw: st.DrawFn) -> Case:
    shape = draw(AT_LEAST_1D)
    axis = draw(one_axis(len(shape)) | st.none())
    shapes = []
    for length in draw(st.lists(st.integers(0, 3), min_size=1, max_size=3)):
        own = list(shape)
        if axis is not None:
            own[axis] = length
        shapes.append(tuple(own) if axis is not None else (length,))
    return Case(draw(values_in([REAL] * len(shapes), shapes)), {"axis": axis})


@st.composite
def _stacked(draw: st.DrawFn) -> Case:
    shape, count = draw(SHAPES), draw(st.integers(1, 3))
    operands = draw(values_in([REAL] * count, [shape] * count))
    return Case(operands, {"axis": draw(one_axis(len(shape) + 1))})


# --- indexing -------------------------------------------------------------------------------------


def _indices(shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
    basic = basic_indices(shape, allow_newaxis=True)
    mask = st.integers(0, 2**16).map(lambda seed: np.random.default_rng(seed).random(shape) < 0.5)
    if not shape or not all(shape):
        return basic | mask
    rows = st.lists(st.integers(-shape[0], shape[0] - 1), max_size=4).map(
        lambda chosen: np.array(chosen, dtype=int)
    )
    mixed = rows.map(lambda chosen: (chosen, ..., None))
    pairs = st.lists(
        st.tuples(*(st.integers(-n, n - 1) for n in shape)), min_size=1, max_size=4
    ).map(lambda points: tuple(np.array(column) for column in zip(*points, strict=True)))
    return st.one_of(basic, mask, rows, rows.map(list), mixed, pairs)


@st.composite
def _scattered(draw: st.DrawFn) -> Case:
    shape = draw(SHAPES)
    index = draw(_indices(shape))
    operand = draw(arrays_in(REAL, np.zeros(shape)[index].shape))
    return Case((operand,), {"index": index, "shape": shape})


# --- products -------------------------------------------------------------------------------------


@st.composite
def _dotted(draw: st.DrawFn) -> Case:
    n = draw(st.integers(0, 3))
    lead, behind = draw(array_shapes(min_dims=0, max_dims=2, max_side=2)), draw(st.integers(1, 2))
    stack = draw(array_shapes(min_dims=0, max_dims=1, max_side=2))
    x, y = draw(
        st.sampled_from(
            [((*lead, n), (n,)), ((*lead, n), (*stack, n, behind)), ((), lead), (lead, ())]
        )
    )
    return Case(draw(values_in([REAL] * 2, [x, y])))


@st.composite
def _outer(draw: st.DrawFn) -> Case:
    shapes = draw(st.tuples(SHAPES, SHAPES).filter(lambda s: np.prod(s[0]) * np.prod(s[1]) <= 36))
    return Case(draw(values_in([REAL] * 2, shapes)))


EINSUMS = (
    *("i,i->", "i,i", "ij->ji", "ij", "ji", "ii", "ii->i", "iij->j", "iii->i", "ij->", "ij,jk"),
    *("ij,jk->ik", "ij,ij->i", "ij,k->", "i,j,k->ijk", "ij,jk,kl->il", ",ij->ij", "ab,ab,ab->b"),
    *("...ij,...jk->...ik", "...i,...i", "i...->...", "...ii->...i", "i...,...j->i...j", "...,..."),
    *(" i j , j -> i ", "bij,bjk->bik", "ij,kj->ki", "ii,jj->", "a...b,b...->a..."),
)


@st.composite
def einsum_cases(draw: st.DrawFn) -> Case:
    subscripts = draw(st.sampled_from(EINSUMS))
    terms = subscripts.replace(" ", "").partition("->")[0].split(",")
    stacks = draw(
        mutually_broadcastable_shapes(num_shapes=len(terms), min_side=1, max_side=2, max_dims=1)
    ).input_shapes
    ndims = [
        len(t.replace("...", "")) + (len(s) if "..." in t else 0) for t, s in zip(terms, stacks)
    ]
    empty = draw(st.sampled_from([0, 1, 1, 1, 1]))
    letters = sorted({c for c in "".join(terms) if c.isalpha()})
    size = {c: draw(st.integers(empty, 2)) for c in letters}
    shapes = []
    for term, stack in zip(terms, stacks, strict=True):
        before, dots, after = term.partition("...")
        middle = stack if dots else ()
        shapes.append((*(size[c] for c in before), *middle, *(size[c] for c in after)))
    assert explicit_subscripts(subscripts, ndims)
    return Case(draw(values_in([REAL] * len(shapes), shapes)), {"subscripts": subscripts})


@st.composite
def _affine(draw: st.DrawFn) -> Case:
    batch = draw(st.sampled_from([(), (1,), (3,), (2, 2), (0,)]))
    n_in, n_out = draw(st.integers(0, 3)), draw(st.integers(1, 3))
    x, weight, bias = draw(values_in([REAL] * 3, [(*batch, n_in), (n_out, n_in), (n_out,)]))
    return Case(draw(st.sampled_from([(x, weight, bias), (x, weight, None), (x, weight)])))


# --- bounds, conditions, losses -------------------------------------------------------------------


@st.composite
def _clipped(draw: st.DrawFn) -> Case:
    shapes = draw(broadcastable_shapes("(),(),()->()"))
    x, low, high = draw(values_in([REAL, Domain(-3, 0.5), Domain(-0.5, 3)], shapes))
    return Case(draw(st.sampled_from([(x, low, high), (x, low, None), (x, None, high)])))


@st.composite
def _chosen(draw: st.DrawFn) -> Case:
    condition, x, y = draw(broadcastable_shapes("(),(),()->()"))
    drawn = draw(values_in([REAL] * 3, [condition, x, y]))
    return Case((drawn[0] > 0, *drawn[1:]))


REDUCTION = {"reduction": lambda shape: st.sampled_from(["mean", "sum", "none"])}


def _loss(prediction: Domain, target: Domain) -> Cases:
    @st.composite
    def cases(draw: st.DrawFn) -> Case:
        shape = draw(SHAPES.filter(lambda s: 0 not in s))
        operands = draw(values_in([prediction, target], [shape, shape]))
        return Case(operands, {"reduction": draw(REDUCTION["reduction"](shape))})

    return cases()


@st.composite
def _classified(draw: st.DrawFn) -> Case:
    m, classes = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    target = draw(st.lists(st.integers(0, classes - 1), min_size=m, max_size=m))
    kind = draw(st.sampled_from([np.int64, np.uint8]))
    logits = draw(arrays_in(REAL, (m, classes)))
    return Case((logits, np.array(target, kind)), {"reduction": draw(REDUCTION["reduction"]((m,)))})


def _keepdims(shape: tuple[int, ...]) -> st.SearchStrategy[Any]:
    return st.booleans()


def _reduced_0d(*axes: Any) -> Cases:
    """0-d operands, which no gufunc signature with a core dimension has."""
    return unary(st.just(()), axis=lambda s: st.sampled_from([None, (), *axes]), keepdims=_keepdims)


_WITH_DDOF = unary(
    array_shapes(min_dims=1, max_dims=2, min_side=2, max_side=3),
    axis=lambda s: any_axes(len(s)),
    keepdims=_keepdims,
    ddof=lambda s: st.just(0.5),
)
_POSITIVE_SLOPE = {"negative_slope": lambda shape: st.sampled_from([0.0, 0.2, 1.0])}

CASES: dict[str, tuple[Cases, ...]] = {
    "reshape": (unary(SHAPES, shape=_new_shapes),),
    "transpose": (
        unary(SHAPES, axes=_permutations),
        unary(THREE_D, axes=_permutations),
        unary(SHAPES),
    ),
    "swapaxes": (
        unary(AT_LEAST_1D, axis1=lambda s: one_axis(len(s)), axis2=lambda s: one_axis(len(s))),
    ),
    "moveaxis": (_moves(AT_LEAST_1D), _moves(THREE_D)),
    "squeeze": (unary(SHAPES, axis=_length_one_axes),),
    "expand_dims": (unary(SHAPES, axis=lambda s: st.sampled_from([0, -1, len(s), (0, -1), ()])),),
    "broadcast_to": (unary(SHAPES, shape=_wider_shapes),),
    "concatenate": (_joined(),),
    "stack": (_stacked(),),
    "astype": (unary(SHAPES, dtype=lambda s: st.sampled_from([np.float64, "float64"])),),
    "identity": (unary(SHAPES),),
    "getitem": (unary(SHAPES, index=_indices),),
    "scatter_add": (_scattered(),),
    "dot": (_dotted(),),
    "outer": (_outer(),),
    "einsum": (einsum_cases(),),
    "linear": (_affine(),),
    "clip": (_clipped(),),
    "where": (_chosen(),),
    "cumsum": (
        unary(SHAPES, POSITIVE),
        unary(SHAPES, POSITIVE, axis=lambda s: one_axis(max(len(s), 1)) | st.none()),
    ),
    "mse": (_loss(REAL, REAL),),
    "binary_cross_entropy": (_loss(UNIT, UNIT),),
    "binary_cross_entropy_with_logits": (_loss(REAL, UNIT),),
    "cross_entropy": (_classified(),),
}

# Beside what the signature gives.
MORE: dict[str, tuple[Cases, ...]] = {
    # NumPy lets these have axis 0 where there is none, but not mean, var and std.
    **{name: (_reduced_0d(0, -1),) for name in ("sum", "prod", "max", "min", "logsumexp")},
    "mean": (_reduced_0d(),),
    "var": (_reduced_0d(), _WITH_DDOF),
    "std": (_WITH_DDOF,),
    "leaky_relu": (unary(SHAPES, Domain(kinks=(0.0,)), **_POSITIVE_SLOPE),),
    "elu": (unary(SHAPES, Domain(kinks=(0.0,)), alpha=lambda s: st.sampled_from([0.5, 2.0])),),
}


def cases_of(name: str) -> tuple[Case | Cases, ...]:
    """What this primitive is swept with; empty if there is no way to make a case."""
    if name in CASES:
        return CASES[name]
    primitive = registry[name]
    if primitive.signature is None:
        return ()
    return (*corner_cases(primitive), cases_for(primitive), *MORE.get(name, ()))
