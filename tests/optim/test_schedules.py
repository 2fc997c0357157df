import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.errors import SettingError
from tinygrad_course.nn import MLP, MSELoss
from tinygrad_course.optim import (
    SGD,
    Adam,
    RMSprop,
    constant,
    cosine_decay,
    cosine_restarts,
    exponential_decay,
    inverse_decay,
    linear_decay,
    multi_step_decay,
    one_cycle,
    polynomial_decay,
    step_decay,
    warmup,
)
from tinygrad_course.tensor import Tensor
from tinygrad_course.training import fit

progress = st.floats(0, 1)
finals = st.floats(0, 1)


@pytest.mark.parametrize("decay", [linear_decay, cosine_decay])
@given(final=finals, t=progress, later=progress)
def test_decays_fall_from_one_to_their_final_value(decay, final, t, later):
    s = decay(final)
    assert s(0) == 1
    assert s(0.5) == pytest.approx((1 + final) / 2)
    assert s(1) == pytest.approx(final)
    assert s(max(t, later)) <= s(min(t, later)) + 1e-12


@given(progress)
def test_linear_decay_is_linear_and_the_cosine_starts_flat(t):
    assert linear_decay()(t) == pytest.approx(1 - t)
    assert constant()(t) == 1
    assert cosine_decay()(0.01) > 0.999


@given(st.floats(0.01, 0.99), progress)
def test_warmup_rises_and_then_runs_the_other_schedule_to_its_end(share, t):
    s = warmup(share, linear_decay())
    expected = t / share if t < share else (1 - t) / (1 - share)
    assert s(t) == pytest.approx(expected, abs=1e-9)
    assert warmup(share)(1) == 1


@pytest.mark.parametrize("share", [0, 1, -1, float("nan")])
def test_impossible_warmups(share):
    with pytest.raises(SettingError, match="between 0 and 1"):
        warmup(share)


# --- more shapes ---------------------------------------------------------------------------------


@given(progress, st.floats(0, 4), finals)
def test_smooth_decays_are_their_formulas(t, power, final):
    assert polynomial_decay(power, final)(t) == pytest.approx(
        final + (1 - final) * (1 - t) ** power
    )
    assert polynomial_decay(1, final)(t) == pytest.approx(linear_decay(final)(t))
    last = max(final, 1e-6)
    assert exponential_decay(last)(t) == pytest.approx(last**t)


@given(st.floats(0, 5), st.integers(1, 40), st.integers(1, 30))
def test_the_courses_decay_is_that_of_the_epoch(decay, epochs, batches_per_epoch):
    steps = epochs * batches_per_epoch
    s = inverse_decay(decay, epochs)
    smooth = inverse_decay(decay, epochs, whole_epochs=False)
    for step in range(steps):
        assert s(step / steps) == 1 / (1 + decay * (step // batches_per_epoch))
        assert smooth(step / steps) == pytest.approx(1 / (1 + decay * step / batches_per_epoch))


@given(st.integers(1, 300), st.integers(1, 300), st.floats(0, 1))
def test_steps_fall_at_whole_epochs_whatever_rounding_does(epochs, every, gamma):
    every = min(every, epochs)
    s = step_decay(every / epochs, gamma)
    points = multi_step_decay([k / epochs for k in range(every, epochs, every)] or [1.0], gamma)
    for epoch in range(epochs):
        assert s(epoch / epochs) == gamma ** (epoch // every)
        assert points(epoch / epochs) == gamma ** (epoch // every)


@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 20))
def test_restarts_begin_where_the_steps_are(cycles, growth, shortest):
    lengths = [shortest * growth**i for i in range(cycles)]
    s = cosine_restarts(cycles, growth, 0.1)
    steps = sum(lengths)
    found = [s(step / steps) for step in range(steps)]
    expected = [
        0.1 + 0.9 * (1 + np.cos(np.pi * k / length)) / 2
        for length in lengths
        for k in range(length)
    ]
    np.testing.assert_allclose(found, expected, atol=1e-9)


@pytest.mark.parametrize("way", ["cos", "linear"])
@pytest.mark.parametrize("three", [False, True])
def test_one_cycle_rises_falls_and_moves_the_momentum_the_other_way(way, three):
    s = one_cycle(0.25, way, three_phase=three)
    points = [0, 0.125, 0.25, *([0.5] if three else []), 1]
    middle = (1 + 1 / 25) / 2
    assert [s(t) for t in points] == pytest.approx(
        [1 / 25, middle, 1, *([1 / 25] if three else []), 1 / 25e4]
    )
    assert [s.momentum(t) for t in points] == pytest.approx(
        [0.95, 0.9, 0.85, *([0.95] if three else []), 0.95]
    )
    assert not hasattr(one_cycle(cycle_momentum=False), "momentum")


def test_a_cycle_after_a_warm_up_keeps_its_momentum():
    cycle = one_cycle()
    s = warmup(0.5, cycle)
    assert [s.momentum(t) for t in (0, 0.5, 0.65)] == [0.95, 0.95, cycle.momentum(0.3)]
    assert s(0.65) == cycle(0.3)


@pytest.mark.parametrize("kind", [SGD, RMSprop, Adam])
def test_optimizers_follow_the_momentum_and_keep_their_own(kind):
    settings = {} if kind is Adam else {"momentum": 0.5}
    p = leaf()
    optimizer = kind([p], lr=0.1, **settings)
    before = dict(optimizer.param_groups[0])
    optimizer.follow(one_cycle(), steps=STEPS)
    seen = []
    for g in GRADIENTS[:STEPS]:
        p.grad = g
        optimizer.step()
        now = optimizer.param_groups[0].now
        seen.append(now["betas"][0] if kind is Adam else now["momentum"])
    assert seen == [one_cycle().momentum(t / STEPS) for t in range(STEPS)]
    optimizer.follow(None)
    assert dict(optimizer.param_groups[0]) == before
    assert optimizer.param_groups[0].now == optimizer.param_groups[0].settings


def test_adam_with_a_cycle_averages_with_the_momentum_of_each_step():
    p = leaf()
    optimizer = Adam([p], lr=0.1)
    optimizer.follow(cycle := one_cycle(), steps=STEPS)
    m, v, q = np.zeros(3), np.zeros(3), np.ones(3)
    for t, g in enumerate(GRADIENTS[:STEPS]):
        p.grad = g
        optimizer.step()
        b = cycle.momentum(t / STEPS)
        m, v = b * m + (1 - b) * g, 0.999 * v + 0.001 * g * g
        m_hat, v_hat = m / (1 - b ** (t + 1)), v / (1 - 0.999 ** (t + 1))
        q = q - 0.1 * cycle(t / STEPS) * m_hat / (np.sqrt(v_hat) + 1e-8)
        np.testing.assert_allclose(p.data, q, rtol=1e-10)


def test_what_has_no_momentum_refuses_one_and_both_ways_out_work():
    optimizer = SGD([leaf()], lr=0.1)
    with pytest.raises(SettingError, match=r"momentum=0\.9, or .*cycle_momentum=False"):
        optimizer.follow(one_cycle(), steps=3)
    assert optimizer.state_dict()["schedule"].tolist() == [0, 0]
    optimizer.follow(one_cycle(cycle_momentum=False), steps=3)
    SGD([leaf()], lr=0.1, momentum=0.9).follow(one_cycle(), steps=3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: polynomial_decay(-1), "power=-1"),
        (lambda: exponential_decay(0), "final=0: must be above 0"),
        (lambda: inverse_decay(-1, 3), "decay=-1"),
        (lambda: inverse_decay(1, 0.5), "epochs=0.5: must be a whole number"),
        (lambda: step_decay(0), "every=0: must be above 0"),
        (lambda: step_decay(3), "every=3: must be between 0 and 1"),
        (lambda: multi_step_decay([30, 60]), r"at\[0\]=30: must be between 0 and 1"),
        (lambda: multi_step_decay(0.5), r"at=0.5: must be a list of points .*\[0\.5, 0\.75\]"),
        (lambda: cosine_restarts(0), "cycles=0"),
        (lambda: cosine_restarts(2, 0.5), "growth=0.5: must be at least 1"),
        (lambda: one_cycle(1.0), "pct_start=1.0: must be above 0 and below 1"),
        (lambda: one_cycle(0.6, three_phase=True), "below 0.5 with three_phase=True"),
        (lambda: one_cycle(anneal_strategy="cosine"), "must be 'cos' or 'linear'"),
        (lambda: one_cycle(div_factor=0.5), "div_factor=0.5: must be at least 1"),
        (lambda: one_cycle(max_momentum=1), "max_momentum=1"),
    ],
)
def test_schedules_that_can_not_be(make, message):
    with pytest.raises(SettingError, match=message):
        make()


# --- followed by an optimizer ---------------------------------------------------------------------

SCHEDULES = {
    "constant": constant(),
    "linear": linear_decay(0.1),
    "cosine": cosine_decay(),
    "warmup": warmup(0.3, cosine_decay(0.2)),
    "steps": step_decay(0.3),
    "restarts": cosine_restarts(3, 2),
    "one cycle": one_cycle(cycle_momentum=False),
    "a function": lambda progress: 0.5 ** (3 * progress),
}
OPTIMIZERS = {
    "plain": lambda params: SGD(params, lr=0.1),
    "momentum": lambda params: SGD(params, lr=0.1, momentum=0.9),
    "Nesterov": lambda params: SGD(params, 0.1, 0.9, nesterov=True, weight_decay=0.01),
    "Adam": lambda params: Adam(params, lr=0.1, weight_decay=0.01),
}
every_schedule = pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
every_optimizer = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
STEPS = 10
GRADIENTS = np.random.default_rng(0).normal(size=(STEPS + 3, 3))


def leaf():
    return Tensor(np.ones(3), requires_grad=True)


def take(optimizer, first, last):
    """Steps first to last − 1 of a training; the rates and the parameters' bits after each."""
    seen = []
    for g in GRADIENTS[first:last]:
        optimizer.params[0].grad = g
        optimizer.step()
        seen.append((optimizer.last_lr, optimizer.params[0].data.tobytes()))
    return seen


@every_schedule
def test_the_rate_of_each_step_is_lr_times_its_factor_and_lr_stays(schedule):
    optimizer = SGD([leaf()], lr=0.1)
    optimizer.follow(schedule, STEPS)
    rates = [rate for rate, _ in take(optimizer, 0, STEPS + 3)]
    # After the last step the factor stays where the schedule ends.
    expected = [0.1 * schedule(min(t / STEPS, 1)) for t in range(STEPS + 3)]
    np.testing.assert_array_equal(rates, expected)
    assert optimizer.lr == optimizer.state_dict()["lr"] == 0.1
    optimizer.follow(None)
    assert [rate for rate, _ in take(optimizer, 0, 2)] == [0.1, 0.1]


@every_schedule
@every_optimizer
@pytest.mark.parametrize(
    ("middle", "loads_first"),
    [
        *((m, False) for m in (0, 1, 4, STEPS - 1, STEPS, STEPS + 2)),
        *((m, True) for m in (0, 1, STEPS - 1)),  # one that has ended can't be followed further
    ],
)
def test_training_that_was_interrupted_goes_on_with_the_same_bits(
    schedule, make, middle, loads_first
):
    whole = make([leaf()])
    whole.follow(schedule, STEPS)
    first = take(whole, 0, middle)
    saved, numbers = whole.state_dict(), whole.params[0].data.copy()
    rest = take(whole, middle, STEPS + 3)
    resumed = make([Tensor(numbers, requires_grad=True)])
    if not loads_first:
        resumed.follow(schedule, STEPS)
    resumed.load_state_dict(saved)
    if loads_first:
        resumed.follow(schedule, STEPS - middle)
    assert take(resumed, middle, STEPS + 3) == rest
    assert resumed.state_dict().keys() == saved.keys()
    assert first != rest


@every_schedule
@every_optimizer
def test_fit_goes_on_where_a_callback_saved_it(schedule, make):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=20)

    def trained(model, optimizer, order, epochs, callbacks=()):
        fit(
            *(model, MSELoss(), optimizer, x, y),
            epochs=epochs,
            batch_size=8,
            schedule=schedule,
            rng=order,
            callbacks=callbacks,
        )
        return [w.tobytes() for w in model.state_dict().values()]

    model, order, saved = MLP([3, 4, 1], rng=0, dtype=np.float64), np.random.default_rng(2), []
    optimizer = make(model)

    def save(training):
        assert optimizer.state_dict()["lr"] == 0.1
        if len(training.history) == 2:
            saved.append((model.state_dict(), optimizer.state_dict(), order.bit_generator.state))

    expected = trained(model, optimizer, order, 5, [save])
    weights, state, bits = saved[0]
    other, later = MLP([3, 4, 1], rng=9, dtype=np.float64), np.random.default_rng(3)
    other.load_state_dict(weights)
    resumed = make(other)
    resumed.load_state_dict(state)
    later.bit_generator.state = bits
    assert trained(other, resumed, later, 3) == expected
    assert resumed.lr == 0.1
    np.testing.assert_array_equal(resumed.state_dict()["schedule"], [0, 0])


def test_a_rate_that_is_set_in_between_is_the_one_that_the_schedule_multiplies():
    optimizer = SGD([leaf()], lr=0.1)
    optimizer.follow(linear_decay(), 4)
    take(optimizer, 0, 2)
    optimizer.lr = 1.0
    assert take(optimizer, 0, 1)[0][0] == 0.5


def interrupted():
    optimizer = SGD([leaf()], lr=0.1)
    optimizer.follow(linear_decay(), STEPS)
    take(optimizer, 0, 4)
    resumed = SGD([leaf()], lr=0.1)
    resumed.load_state_dict(optimizer.state_dict())
    return resumed


def test_a_loaded_position_without_its_schedule_takes_no_step():
    for way_out in (
        r"optimizer\.follow\(schedule, steps=6\)",
        r"optimizer\.follow\(None\)",
    ):
        optimizer = interrupted()
        before = optimizer.params[0].data.copy()
        with pytest.raises(SettingError, match=f"step 4 of a schedule of 10 .*{way_out}") as caught:
            take(optimizer, 0, 1)
        np.testing.assert_array_equal(optimizer.params[0].data, before)
        assert optimizer.steps == 4
        advice = re.search(way_out, str(caught.value)).group()
        eval(advice, {"optimizer": optimizer, "schedule": linear_decay()})
        rate = take(optimizer, 0, 1)[0][0]
        assert rate == (0.1 if "None" in advice else 0.1 * (1 + (0 - 1) * 0.4))


def test_a_loaded_position_is_not_taken_for_that_of_another_schedule():
    optimizer = interrupted()
    with pytest.raises(SettingError, match=r"steps=7.* steps=6, .*follow\(None\) first"):
        optimizer.follow(linear_decay(), 7)
    optimizer.follow(None)
    optimizer.follow(linear_decay(), 7)
    assert [rate for rate, _ in take(optimizer, 0, 1)] == [0.1]


@pytest.mark.parametrize("position", [[5, 4], [-1, 4], [0, -2]])
def test_a_position_that_can_not_be_is_not_loaded(position):
    optimizer = SGD([leaf()], lr=0.1)
    state = optimizer.state_dict() | {"schedule": np.array(position), "lr": np.array(3.0)}
    with pytest.raises(SettingError, match="schedule="):
        optimizer.load_state_dict(state)
    assert optimizer.lr == 0.1


@pytest.mark.parametrize(
    ("schedule", "steps", "message"),
    [
        (constant, 9, r"schedule=optim\.constant\(\)"),
        (linear_decay, 9, r"schedule=optim\.linear_decay\(\)"),
        (cosine_decay, 9, r"schedule=optim\.cosine_decay\(\)"),
        (warmup, 9, r"schedule=optim\.warmup\(0\.1\)"),
        ("cosine", 9, r"schedule='cosine': must be a schedule, one of optim\.constant\(\)"),
        (0.1, 9, r"schedule=0\.1: must be a schedule"),
        ([0.1, 0.2], 9, "must be a schedule"),
        (float, 9, "must be a schedule"),
        (lambda progress: linear_decay(), 9, r"schedule\(0\) returned <function.* a number"),
        (lambda progress: None, 9, r"schedule\(0\) returned None"),
        (lambda progress: -1.0, 9, r"schedule\(0\)=-1\.0: must be at least 0"),
        (lambda progress: float("nan"), 9, r"schedule\(0\)=nan: must be at least 0"),
        (linear_decay(), 0, "steps=0: must be a whole number, at least 1"),
        (linear_decay(), 2.5, "steps=2.5: must be a whole number"),
        (linear_decay(), None, "steps=None: must be a whole number"),
    ],
)
def test_what_is_no_schedule_is_refused_before_the_first_step(schedule, steps, message):
    optimizer = SGD([leaf()], lr=0.1)
    with pytest.raises(SettingError, match=message):
        optimizer.follow(schedule, steps)
    np.testing.assert_array_equal(optimizer.state_dict()["schedule"], [0, 0])
    if steps == 9:
        with pytest.raises(
            SettingError,
            match=message.replace("schedule=", "then=", 1).replace(r"schedule\(", r"then\(", 1),
        ):
            warmup(0.1, schedule)


def test_a_schedule_that_fails_in_the_middle_changes_nothing():
    optimizer = SGD([leaf()], lr=0.1)
    optimizer.follow(lambda progress: 1.0 if progress < 0.5 else -1.0, 4)
    take(optimizer, 0, 2)
    before = optimizer.params[0].data.copy(), optimizer.state_dict()
    with pytest.raises(SettingError, match=r"schedule\(0\.5\)=-1"):
        take(optimizer, 0, 1)
    np.testing.assert_array_equal(optimizer.params[0].data, before[0])
    for name, value in optimizer.state_dict().items():
        np.testing.assert_array_equal(value, before[1][name])


@pytest.mark.parametrize("make", [linear_decay, cosine_decay, warmup])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (100, r"=100: must be between 0 and 1.*optimizer\.follow\(schedule, steps=…\)"),
        (-0.1, "=-0.1: must be between 0 and 1"),
        ("0.5", "='0.5': must be a number, and this is text: write (final|share)=0.5"),
        (None, "=None: must be a number"),
        (True, "=True: must be a number"),
        (np.ones(3), r"=<ndarray of shape \(3,\)>: must be a number"),
    ],
)
def test_the_ends_of_schedules_are_parts_of_lr(make, wrong, message):
    with pytest.raises(SettingError, match=message):
        make(wrong)
