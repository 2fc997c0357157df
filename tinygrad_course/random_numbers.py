"""Where random numbers come from: weights, the order of batches."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

from typing import TypeAlias

import numpy as np

Rng: TypeAlias = "np.random.Generator | int | None"
"""A generator, which advances, a seed, or None: then NumPy's global generator gives the seed."""


def generator(rng: Rng) -> np.random.Generator:
    """The generator that `rng` stands for.

    Without one, `np.random.seed(0)` makes what follows reproducible, as course notebooks expect.
    """
    if rng is None:
        rng = int(np.random.randint(2**63, dtype=np.uint64))
    return np.random.default_rng(rng)
