"""Settings for the whole suite."""

import gc
import os

from hypothesis import settings

if "PYTEST_XDIST_WORKER" in os.environ:
    # Each worker has a core to itself. It is read when NumPy is imported, which this file comes before.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"

# How long one example takes depends on what else the machine does: work is bounded by counts.
settings.register_profile("counts, not seconds", deadline=None)
settings.register_profile(
    "thorough", deadline=None, max_examples=1000, database=None, print_blob=True
)
settings.load_profile("counts, not seconds")


def pytest_collection_finish(session):
    """Have the garbage collector pass over the thousands of tests themselves, which stay to the end."""
    if len(session.items) > 1000:
        gc.collect()
        gc.freeze()
