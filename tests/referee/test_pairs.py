"""Every operation that both have: the same values, gradients and second derivatives."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, settings

import tinygrad_course
from tests.referee import torch
from tests.referee.agreement import check, flat, trials
from tests.referee.alone import ALONE, PART_OF
from tests.referee.pairs import PAIRS, pairs_of
from tinygrad_course import Tensor
from tinygrad_course.composition import composed
from tinygrad_course.primitive import of_numpy, registry
from tinygrad_course.tensor.numpy_surface import full_name
from tinygrad_course.testing.strategies import for_all

EXAMPLES = 20
SWEEP = [
    pytest.param(pair, id=f"{full_name(function)}-{i}")
    for function in PAIRS
    for i, pair in enumerate(pairs_of(function))
]
TWICE = [parameter for parameter in SWEEP if parameter.values[0].order == 2]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("pair", SWEEP)
def test_values_and_gradients(pair, dtype):
    order = min(pair.order, 1)
    for_all(trials(pair), lambda trial: check(pair, trial, dtype, order), EXAMPLES)


@pytest.mark.parametrize("pair", TWICE)
def test_second_derivatives(pair):
    for_all(trials(pair), lambda trial: check(pair, trial, np.float64, 2), EXAMPLES)


# --- nothing is forgotten ------------------------------------------------------------------------


def operation_of(function):
    """What stands behind a function of NumPy's: a primitive or a composition."""
    return of_numpy.get(function) or composed.get(function) or function


def test_every_operation_has_a_partner_or_a_reason():
    everything = (*registry.values(), *composed.values())
    operations = {x for x in everything if x.__module__.startswith(tinygrad_course.__name__)}
    compared = {operation_of(function) for function in PAIRS}
    alone = {operation_of(function) for function in ALONE}
    assert not compared & (alone | PART_OF.keys())
    missing = operations - compared - alone - PART_OF.keys()
    assert not missing, (
        "PyTorch has to be asked about these: add them to tests/referee/pairs, "
        "or to ALONE with the reason why it has nothing like them"
    )
    assert set(PART_OF.values()) <= PAIRS.keys()


@pytest.mark.parametrize("function", ALONE, ids=lambda function: function.__name__)
def test_what_stands_alone_has_no_namesake_in_pytorch(function):
    for module in (torch, torch.linalg, torch.fft, torch.special, torch.nn.functional):
        assert not hasattr(module, function.__name__), f"{module.__name__} has one: compare them"


# --- the referee sees faults ---------------------------------------------------------------------

FAULT = 1e-3
LOOKING = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def off_in_value(y, operands):
    return y * (1 + FAULT)


def zero_with_slope_one(x):
    finite = np.where(np.isfinite(x), x, 0)
    return (finite - finite.detach()).sum()


def off_in_slope(y, operands):
    # By a share of it, and by a number: of some functions every slope is 0.
    moving = [3 * y, *(x for x in operands if isinstance(x, Tensor))]
    return y + FAULT * sum(map(zero_with_slope_one, moving))


@pytest.mark.parametrize(
    ("pair", "fault", "order"),
    [
        pytest.param(*parameter.values, fault, order, id=f"{fault.__name__}-{parameter.id}")
        for fault, order in ((off_in_value, 0), (off_in_slope, 1))
        for parameter in SWEEP
        if parameter.values[0].order >= order
    ],
)
def test_a_fault_of_a_thousandth_shows_in_single_precision(pair, fault, order):
    def faulty(*operands, **parameters):
        found = flat(pair.ours(*operands, **parameters))
        return [fault(y, operands) if isinstance(y, Tensor) else y for y in found]

    def is_seen(trial):
        try:
            check(replace(pair, ours=faulty), trial, np.float32, order)
        except AssertionError:
            return True
        return False

    find(trials(pair), is_seen, settings=LOOKING)
