"""One thread for matrix products, inside a `with` block.

The demo's matrices are small. Two threads share each product and then wait for each other, and where another
process keeps a core busy they wait long: the nets were seen to train fifteen times slower with two
threads than with one. NumPy has no setting for it, and the environment variable
(OPENBLAS_NUM_THREADS) has no effect once NumPy is imported. threadpoolctl (the extra `threads`) asks the
library itself: OpenBLAS, MKL or BLIS, whichever NumPy uses.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Let NumPy's BLAS use one thread; without threadpoolctl nothing changes, and stderr says so."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        if (os.cpu_count() or 1) > 1:
            print(_MISSING, file=sys.stderr, flush=True)
        yield
        return
    with threadpool_limits(limits=1, user_api="blas"):
        yield


_MISSING = (
    "Matrix products may use several threads, which is slower for small nets. For one thread: "
    "pip install 'tinygrad_course[threads]'"
)
