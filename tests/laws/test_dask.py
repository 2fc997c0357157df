"""Every operation on Dask arrays: lazily, with NumPy's values and gradients, or listed with the reason."""

import re
import sys

import dask
import numpy as np
import pytest

from docs.on_dask import DASK, ON_DASK, Limits
from tests.laws.dask_runs import OPERATIONS, Run, in_some_places, runs_of, troubles
from tests.sampling import FACTOR
from tinygrad_course import Tensor

RUNS_ON_DASK = Limits("yes", "yes", ())


@pytest.fixture(autouse=True)
def without_scipy(monkeypatch):
    """Dask has more where SciPy is installed; the list is about Dask alone."""
    monkeypatch.setitem(sys.modules, "scipy", None)


def test_the_list_is_about_this_dask_and_about_operations():
    assert dask.__version__.startswith(f"{DASK}.")
    newer = set() if hasattr(np, "matvec") else {"matvec", "vecmat"}  # from NumPy 2.2 on
    assert ON_DASK.keys() - newer <= OPERATIONS.keys()


@pytest.mark.parametrize("name", OPERATIONS)
def test_it_runs_as_far_as_the_list_says(name):
    limits = ON_DASK.get(name, RUNS_ON_DASK)
    runs = [(run, on) for run in runs_of(name) for on in in_some_places(run)]
    if limits is RUNS_ON_DASK and FACTOR == 1:
        runs = spread(runs, 8)
    found = [(*troubles(run, on), run) for run, on in runs]
    assert found
    of_values = [values for values, _, _ in found]
    of_gradients = [gradients for _, gradients, run in found if not run.is_plain]
    symptoms = {x for x in (*of_values, *of_gradients) if x}
    assert (how_far(of_values), how_far(of_gradients)) == limits[:2], symptoms
    for symptom in symptoms:
        assert any(re.search(reason.symptom, symptom) for reason in limits.reasons), symptom
    for reason in limits.reasons:
        assert any(re.search(reason.symptom, symptom) for symptom in symptoms), reason


def spread(runs, count):
    """At most so many of them, from the first to the last."""
    step = max(1, (len(runs) - 1) / (count - 1))
    return [runs[round(i * step)] for i in range(min(count, len(runs)))]


def how_far(troubles):
    return "no" if all(troubles) else "in part" if any(troubles) else "yes"


# --- what the sweep would notice -----------------------------------------------------------------


def trouble_with(call):
    run = Run(call, (np.array([[1.0, 2.0, 3.0]]),), (True,))
    return troubles(run, frozenset({0}))


def test_a_function_that_runs_is_no_trouble():
    assert trouble_with(lambda x: np.tanh(x) * x) == ("", "")


def test_a_question_for_numbers_is_noticed():
    values, gradients = trouble_with(lambda x: x * float(x.data.sum()))
    assert values.startswith("Computed")
    assert gradients == values


def test_a_result_that_is_not_dasks_is_noticed():
    values, _ = trouble_with(lambda x: Tensor(np.ones(x.shape), requires_grad=True))
    assert values == "Disagreement: a DataView came out []"
