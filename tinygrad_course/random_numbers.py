"""Where random numbers come from: weights, the order of batches."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

from typing import TypeAlias

import numpy as np

from .errors import SettingError

Rng: TypeAlias = "np.random.Generator | int | None"
"""A generator, which advances, a seed, or None: then NumPy's global generator gives the seed."""


def generator(rng: Rng) -> np.random.Generator:
    """The generator that `rng` stands for.

    Without one, `np.random.seed(0)` makes what follows reproducible, as course notebooks expect.

    Raises: SettingError for what is no generator and no seed.
    """
    if rng is None:
        rng = int(np.random.randint(2**63, dtype=np.uint64))
    try:
        if not isinstance(rng, (bool, np.bool_, float)):
            return np.random.default_rng(rng)
    except (TypeError, ValueError):
        pass
    found = repr(rng) if len(repr(rng)) <= 60 else f"<{type(rng).__name__}>"
    raise SettingError(
        f"rng={found}: must be a seed, rng=0, a generator, rng=np.random.default_rng(0), or rng=None"
    )
