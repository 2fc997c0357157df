"""Products."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

from tests.laws.cases.tools import SHAPES, Cases
from tinygrad_course.ops.products import explicit_subscripts
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import values_in


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


CASES: dict[str, tuple[Cases, ...]] = {
    "dot": (_dotted(),),
    "outer": (_outer(),),
    "einsum": (einsum_cases(),),
}
