"""detect_anomaly names the first operation that goes wrong, and the line that ran it."""

import inspect
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course import detect_anomaly, enable_grad, grad, nn, no_grad
from tinygrad_course.errors import AnomalyError, ChangedValueError


def here(offset=0):
    """file:line of the caller, so many lines on."""
    frame = inspect.currentframe().f_back
    return f"{__file__}:{frame.f_lineno + offset}"


def test_the_first_operation_that_makes_nan_is_named_with_its_line():
    x = leaf([1.0, 2.0], name="x")
    location = here(2)
    with detect_anomaly(), pytest.raises(AnomalyError) as caught:
        (np.log(x - 3.0) * 2.0).sum()
    message = str(caught.value)
    assert f"operation 'log' of shape (2,), at {location}, gave 2 NaN among 2 numbers" in message
    assert "from operands that are finite: x from -2 to -1" in message


@pytest.mark.parametrize(
    "make",
    [
        lambda x: x / 0.0,
        lambda x: np.concatenate([x, x / 0.0]),
        lambda x: (x * 1e200) * 1e200,
        lambda x: np.exp(x * 1000),
    ],
)
def test_an_infinity_is_an_anomaly_unless_allowed(make):
    with detect_anomaly(), pytest.raises(AnomalyError, match="infinite"):
        make(leaf([1.0, 2.0], name="x"))
    with detect_anomaly(infinities=False):
        make(leaf([1.0, 2.0], name="x"))
        with pytest.raises(AnomalyError, match="NaN"):
            make(leaf([1.0, 2.0], name="x")) * 0.0


def test_data_that_is_bad_already_is_said_to_be():
    with detect_anomaly(), pytest.raises(AnomalyError, match=r"an operand already holds 1 NaN"):
        leaf([1.0, 2.0], name="x") * np.array([1.0, np.nan])


def test_a_gradient_that_becomes_infinite_is_named_with_the_line_that_ran_the_operation():
    x = leaf([0.0, 4.0], name="x")
    with detect_anomaly():
        location = here(1)
        y = np.sqrt(x)
        z = y * 3.0
        with pytest.raises(AnomalyError) as caught:
            z.sum().backward()
    message = str(caught.value)
    assert f"operation 'sqrt' of shape (2,), which ran at {location}, passed 1 infinite" in message
    assert "back to its operand 'x'" in message
    assert x.grad is None


def test_the_unused_branch_of_where_is_explained_with_the_safe_form():
    x = leaf([0.0, 4.0], name="x")

    def root(x):
        return np.where(x > 0, np.sqrt(x), 0.0).sum()

    with detect_anomaly(), pytest.raises(AnomalyError) as caught:
        root(x).backward()
    message = str(caught.value)
    assert "0 · ∞ is NaN" in message
    assert "np.where did not use these elements" in message
    assert "np.where(ok, sqrt(np.where(ok, x, 1.0)), 0.0)" in message
    with detect_anomaly():
        ok = x.data > 0
        np.where(ok, np.sqrt(np.where(ok, x, 1.0)), 0.0).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [0, 0.25])


def test_zero_times_infinity_without_a_where_does_not_speak_of_one():
    x = leaf([0.0], name="x")
    with detect_anomaly(), pytest.raises(AnomalyError, match="The operations after it did not"):
        (np.sqrt(x) * 0.0).sum().backward()


def test_a_gradient_that_begins_bad_is_not_blamed_on_an_operation():
    y = leaf([1.0], name="x") * 2.0
    with detect_anomaly(), pytest.raises(AnomalyError, match="started from"):
        y.backward(np.array([np.inf]))


def test_the_sum_of_two_contributions_counts_too():
    x = leaf([1e308], name="x")
    with detect_anomaly(), pytest.raises(AnomalyError, match="'multiply'"):
        (x * 1e308 / 1e308 * 1.7 * 1e-10).backward(np.array([1e308]))


def test_an_array_of_the_user_s_that_was_overwritten_is_noticed():
    batch, w = np.ones(100), leaf(np.ones(100), name="w")
    with detect_anomaly():
        location = here(1)
        loss = (w * batch).sum()
        batch[50] = 7.0
        with pytest.raises(
            ChangedValueError, match=r"'multiply'.*overwritten.*give a copy"
        ) as caught:
            loss.backward()
    assert location in str(caught.value)


def test_higher_derivatives_are_watched_as_well():
    with detect_anomaly(), pytest.raises(AnomalyError):
        grad(grad(lambda x: np.power(x, 1.5)))(0.0)


def test_layers_are_named():
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Linear(3, 1, rng=1))
    model[1].weight.data[...] = np.inf
    with detect_anomaly(), pytest.raises(AnomalyError, match=r"in layer '1', Linear"):
        model(np.ones((4, 2), np.float32))


def test_outside_of_it_nothing_is_watched_and_inside_no_grad_nothing_is_recorded():
    x = leaf([-1.0], name="x")
    with detect_anomaly():
        with no_grad():
            assert not np.log(x).requires_grad
        with no_grad(), enable_grad(), pytest.raises(AnomalyError):
            np.log(x)
    with pytest.warns(RuntimeWarning, match="log"):
        y = np.log(x)
    assert y.node.location is None
    with no_grad(), detect_anomaly():
        assert not np.log(x).requires_grad


def test_it_decorates():
    @detect_anomaly(infinities=False)
    def step(x):
        return np.log(x)

    with pytest.raises(AnomalyError):
        step(leaf([-1.0], name="x"))
    step(leaf([0.0], name="x"))


def test_it_stays_in_its_own_thread():
    def work(watch):
        x = leaf([-1.0], name="x")
        if not watch:
            with np.errstate(invalid="ignore"):
                return np.log(x).data
        with detect_anomaly(), pytest.raises(AnomalyError):
            np.log(x)
        return None

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [True, False] * 20))


def test_a_clean_computation_passes_and_is_the_same():
    model = nn.MLP([3, 4, 2], rng=0)
    x, y = np.random.default_rng(0).normal(size=(5, 3)).astype("f"), np.array([0, 1, 0, 1, 1])
    gradients = []
    for watch in (False, True):
        model.zero_grad()
        if watch:
            with detect_anomaly():
                nn.functional.cross_entropy(model(x), y).backward()
        else:
            nn.functional.cross_entropy(model(x), y).backward()
        gradients.append([p.grad.data for p in model.parameters()])
    for plain, watched in zip(*gradients, strict=True):
        np.testing.assert_array_equal(plain, watched)
