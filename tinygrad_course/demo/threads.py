"""One thread for matrix products, for as long as a block lasts.

The demo's matrices are small. Two threads share each product and then wait for each other, and
where anything else keeps a core busy they wait long: the nets were seen to train fifteen times
slower with two threads than with one. NumPy has no setting for it, and the environment variable
(OPENBLAS_NUM_THREADS) comes too late once NumPy is imported, so this asks the library itself.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path

import numpy as np

_NAMES = [f"{a}openblas_{{}}_num_threads{b}" for a, b in product(("scipy_", ""), ("64_", ""))]


@contextmanager
def one_thread() -> Iterator[None]:
    """Have OpenBLAS use one thread; with any other library nothing changes."""
    library = _openblas()
    if library is None:
        yield
        return
    name = next(name for name in _NAMES if hasattr(library, name.format("set")))
    get, set_ = (getattr(library, name.format(verb)) for verb in ("get", "set"))
    before = get()
    set_(1)
    try:
        yield
    finally:
        set_(before)


def _openblas() -> ctypes.CDLL | None:
    """The OpenBLAS that came in NumPy's wheel, and is loaded already."""
    package = Path(np.__file__).parent
    for folder in (package.parent / "numpy.libs", package / ".dylibs"):
        for path in folder.glob("*openblas*"):
            with suppress(OSError):
                library = ctypes.CDLL(str(path))
                if any(hasattr(library, name.format("set")) for name in _NAMES):
                    return library
    return None
