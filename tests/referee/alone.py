"""Operations that PyTorch has nothing like, and those that are compared as a part of others."""

import numpy as np

from tinygrad_course.ops.decompositions import (
    eigenpairs,
    qr_complement,
    qr_factors,
    singular_triplets,
    svd_complement,
)
from tinygrad_course.ops.einsum import einsum
from tinygrad_course.ops.pooling import max_pool, put_at_largest, take_at_largest

ALONE = {
    np.unwrap: "nothing in PyTorch takes whole turns out of angles",
    np.real_if_close: "it looks at how small an imaginary part is; PyTorch has real alone",
    np.trim_zeros: "how long its result is depends on the values",
    np.polyder: "PyTorch has no calculus of coefficients",
    np.polyint: "PyTorch has no calculus of coefficients",
    qr_complement: "PyTorch does not differentiate mode='complete' of a tall matrix",
    svd_complement: "of the further columns PyTorch takes no notice: what they span has the gradient 0",
}

PART_OF = {
    qr_factors: np.linalg.qr,
    eigenpairs: np.linalg.eigh,
    singular_triplets: np.linalg.svd,
    einsum: np.einsum,
    put_at_largest: max_pool,
    take_at_largest: max_pool,
}
"""Primitives that only one function calls, or its derivatives, by that function."""
