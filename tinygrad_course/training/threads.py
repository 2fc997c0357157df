"""How many threads the BLAS uses for matrix products: for small ones, one is several times faster.

NumPy leaves it at one thread per core. In a small product the threads wait for each other longer than they
compute, and where another process keeps a core busy ten to sixty times longer. NumPy has no setting for it,
and the environment variable (OPENBLAS_NUM_THREADS) has no effect once NumPy is imported. threadpoolctl, the
extra `threads`, asks the library itself: OpenBLAS, MKL or BLIS.

The number changes the order of sums, and so the last bits of a product. "auto" therefore follows from sizes
alone, and from no measurement: the same program gives the same bits, whatever else the machine does.
"""

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from math import prod
from typing import Any, Literal, TypeAlias

import numpy as np

from ..engine.source_lines import user_file_and_line
from ..errors import SettingError, ThreadsWarning
from ..nn import Module
from ..primitive import Shape

Threads: TypeAlias = Literal["auto"] | int | None

WORTH_SHARING = 2**25
"""Products of fewer multiplications than this, a millisecond of work, are computed by one thread."""

_SHARED_BY_BLAS = 2**18
"""The BLAS computes smaller products than this on one thread anyway."""


def threads_for(threads: Threads, model: Module, batch: Shape) -> int | None:
    """The number of threads for batches of this shape; None to leave it as it is.

    "auto" is one thread, unless some layer's product has so many multiplications that sharing is worth it.

    Raises: SettingError for anything but "auto", an integer of 1 or more, or None.
    """
    if threads == "auto":
        multiplications = largest_product(model, batch)
        # The BLAS itself computes the smallest on one thread, so that nothing has to be set for them.
        return 1 if _SHARED_BY_BLAS < multiplications < WORTH_SHARING else None
    _check(threads)
    return threads


def _check(threads: Any) -> None:
    if threads is None:
        return
    if isinstance(threads, bool) or not isinstance(threads, (int, np.integer)) or threads < 1:
        raise SettingError(
            f"threads={threads!r}: must be 'auto', a number of threads of 1 or more, or None, which "
            f"leaves it as it is"
        )


def largest_product(model: Module, batch: Shape) -> int:
    """How many multiplications the largest product of a batch and a matrix of parameters has."""
    rows = prod(batch[:-1]) if len(batch) > 1 else prod(batch)
    return rows * max((p.size for p in model.parameters() if p.ndim > 1), default=0)


@contextmanager
def blas_threads(threads: int | None = 1) -> Iterator[None]:
    """Let NumPy's BLAS use this many threads inside a `with` block; None leaves the number as it is.

        with blas_threads(1):
            train()

    The number is that of the whole process. If blocks in several threads are open at the same time, the
    smallest number of those counts, and the number from before returns with the end of the last one.
    A BLAS that threadpoolctl does not know, such as Apple's, keeps its number. Without threadpoolctl nothing
    changes, and a ThreadsWarning says so once.

    Raises: SettingError for anything but an integer of 1 or more, or None.
    """
    _check(threads)
    pools = None if threads is None else _pools()
    if threads is None or pools is None:
        if threads is not None:
            _say_once_what_is_missing()
        yield
        return
    with _lock:
        if not _open:
            _before.append(pools.limit(limits=None))
        _open.append(threads)
        pools.limit(limits=min(_open))
    try:
        yield
    finally:
        with _lock:
            _open.remove(threads)
            if _open:
                pools.limit(limits=min(_open))
            else:
                _before.pop().restore_original_limits()


_lock = threading.Lock()
_open: list[int] = []
"""The numbers of the open blocks."""

_before: list[Any] = []
"""What restores the number from before the first of them."""


def _pools() -> Any:
    """The libraries behind NumPy's matrix products, as threadpoolctl has them; None without it."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    return ThreadpoolController().select(user_api="blas")


_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@cache
def _say_once_what_is_missing() -> None:
    is_set = any(os.environ.get(name) for name in _VARIABLES)
    if is_set or (os.cpu_count() or 1) == 1:
        return
    warnings.warn_explicit(
        "small matrix products are several times faster on one thread, and the number of threads can't be "
        "set without threadpoolctl: pip install 'tinygrad_course[threads]', or set OPENBLAS_NUM_THREADS=1 "
        "before Python starts",
        ThreadsWarning,
        *user_file_and_line(),
    )
