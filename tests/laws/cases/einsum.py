"""einsum."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from tinygrad_course.ops.einsum import explicit_subscripts
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import values_in

EINSUMS = (
    *("i,i->", "i,i", "ij->ji", "ij", "ji", "ii", "ii->i", "iij->j", "iii->i", "ij->", "ij,jk"),
    *("ij,jk->ik", "ij,ij->i", "ij,k->", "i,j,k->ijk", "ij,jk,kl->il", ",ij->ij", "ab,ab,ab->b"),
    *("...ij,...jk->...ik", "...i,...i", "i...->...", "...ii->...i", "i...,...j->i...j", "...,..."),
    *(" i j , j -> i ", "bij,bjk->bik", "ij,kj->ki", "ii,jj->", "a...b,b...->a..."),
)


@st.composite
def einsum_cases(draw):
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
    # Letters broadcast as well: in one operand, some may have length 1.
    stretched = draw(st.integers(0, len(terms) - 1)), draw(st.sets(st.sampled_from(letters or "a")))
    shapes = []
    for i, (term, stack) in enumerate(zip(terms, stacks, strict=True)):
        own = size | (dict.fromkeys(stretched[1], 1) if i == stretched[0] else {})
        before, dots, after = term.partition("...")
        middle = stack if dots else ()
        shapes.append((*(own[c] for c in before), *middle, *(own[c] for c in after)))
    assert explicit_subscripts(subscripts, ndims)
    return Case(draw(values_in([REAL] * len(shapes), shapes)), {"subscripts": subscripts})


CASES = {
    "einsum": (
        einsum_cases(),
        Case((np.array(0.5),), {"subscripts": ""}),
        # The rule has letters of its own, which must not be these.
        Case((np.linspace(-1, 1, 12).reshape(3, 2, 2, 1),), {"subscripts": "ZiiY->YZ"}),
    )
}
