"""The same training code on an array that is larger than memory.

You learn that a Tensor may hold a Dask array: an array in chunks, which are computed or read from disk when
they are needed and dropped afterwards. The forward and the backward pass only build Dask's graph. The
optimizer's step needs the gradients, and computes everything in one pass over the chunks.

    python examples/larger_than_memory.py

It needs Dask: pip install 'tinygrad_course[dask]'
"""

import time
import tracemalloc

import numpy as np

import tinygrad_course as tg
from tinygrad_course import optim
from tinygrad_course.nn import functional

try:
    import dask
    import dask.array as da
except ImportError as error:
    raise tg.errors.MissingExtraError(
        "this example needs Dask: pip install 'tinygrad_course[dask]'"
    ) from error


def train(x, y, steps=10):
    """Logistic regression by gradient descent, for x and y of any kind of array."""
    w = tg.Tensor(np.zeros(x.shape[1]), requires_grad=True, name="w")
    b = tg.Tensor(0.0, requires_grad=True, name="b")
    sgd = optim.SGD([w, b], lr=1.0, momentum=0.9)
    for _ in range(steps):
        cost = functional.binary_cross_entropy_with_logits(x @ w + b, y)
        sgd.zero_grad()
        cost.backward()
        sgd.step()
    return w.data, b.data


def accuracy(w, b, x, y):
    """The fraction of rows on the right side of the plane x w + b = 0."""
    return float(((x @ w + b > 0) == y).mean())


def samples(rows, n_x=32, rows_in_a_chunk=20_000):
    """Random points, and whether each lies above a plane. No number is computed yet."""
    rng = da.random.default_rng(0)
    x = rng.normal(size=(rows, n_x), chunks=(rows_in_a_chunk, n_x))
    plane = np.random.default_rng(1).normal(size=n_x)
    noise = rng.normal(size=rows, chunks=rows_in_a_chunk)
    return x, (x @ plane + noise > 1).astype(float)


# A few rows fit into memory, so both ways can be compared.
x, y = samples(rows=5_000, rows_in_a_chunk=2_000)
in_memory = train(np.asarray(x), np.asarray(y))
in_chunks = train(x, y)
difference = max(np.abs(one - other).max() for one, other in zip(in_memory, in_chunks))
print(f"largest difference of the weights, in memory and in chunks: {difference:.1e}\n")

# Two chunks at a time, on any number of processors: more would need more memory.
dask.config.set(num_workers=2)
x, y = samples(rows=200_000)
tracemalloc.start()
start = time.perf_counter()
w, b = train(x, y)
seconds = time.perf_counter() - start
_, peak = tracemalloc.get_traced_memory()
print(f"rows               {len(x):,}")
print(f"all of x           {x.nbytes / 1e6:.0f} MB, never in memory as a whole")
print(f"at most in memory  {peak / 1e6:.0f} MB")
print(f"ten passes         {seconds:.1f} s")
print(f"accuracy           {accuracy(w, b, x, y):.1%}")
