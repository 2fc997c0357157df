import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.errors import SettingError
from tinygrad_course.optim import constant, cosine_decay, linear_decay, warmup

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
