"""gradcheck: no false alarm, no miss, and a message that says where to look."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import same
from tinygrad_course.errors import GradientCheckError, NotRecordedError
from tinygrad_course.ops import trigonometric
from tinygrad_course.primitive import primitive, registry
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import GradientReport, gradcheck, replaced_rules

RNG = np.random.default_rng(0)
X = RNG.standard_normal((2, 3))


def detached_half(x):
    """x², one factor of which has left the graph: the derivative comes out half as large."""
    return x * x.detach()


def cut_off(x):
    return x.detach() if isinstance(x, Tensor) else x


def test_report_says_what_was_compared():
    report = gradcheck(lambda x, w: x @ w, X, X.T)
    assert isinstance(report, GradientReport)
    assert report.checked == 4 * 12
    assert report.order == 1
    assert report.max_error < 1e-9
    assert "every entry of the 4 × 12 Jacobian" in repr(report)


def test_second_order_counts():
    report = gradcheck(lambda x: np.tanh(x).sum(), X, order=2)
    assert (report.order, report.checked) == (2, 6 + 36)


def test_several_outputs():
    assert gradcheck(lambda x: (x.sum(), np.exp(x)), X).checked == 7 * 6
    with pytest.raises(GradientCheckError, match=r"output 1\[1, 2\] +x\[1, 2\]"):
        gradcheck(lambda x: (x.sum(), detached_half(x)), X)


def test_message_shows_entry_numbers_and_suspicion():
    with pytest.raises(GradientCheckError) as raised:
        gradcheck(lambda weight: detached_half(weight), [1.0, -2.0])
    message = str(raised.value)
    assert "4 derivatives: 2 wrong, 2 correct" in message
    first, second = message.splitlines()[2:4]
    assert first.split()[:5] == ["output[1]", "weight[1]", "-2", "-4", "2.0e+00"]
    assert first.split()[-1] == "wrong"
    assert second.split()[:2] == ["output[0]", "weight[0]"]
    assert "by weight: it is 2 times too small" in message


def test_message_takes_the_tensors_own_name():
    with pytest.raises(GradientCheckError, match=r"learning\[0\]"):
        gradcheck(detached_half, Tensor([1.0], name="learning"))


def test_message_suspects_a_sign():
    with (
        replaced_rules(trigonometric.sin, x=lambda g, x: -g * np.cos(x)),
        pytest.raises(GradientCheckError, match=r"by \w+: its sign is wrong"),
    ):
        gradcheck(np.sin, X)


def test_message_suspects_a_cut_graph():
    with pytest.raises(GradientCheckError, match=r"gives 0: is the input cut off \(.detach"):
        gradcheck(lambda x: x.detach() * 2, X)


def test_message_suspects_nan():
    # Both branches are computed: the slope of the unused √x at −1 is NaN.
    with np.errstate(invalid="ignore"), pytest.raises(GradientCheckError, match="NaN or infinity"):
        gradcheck(lambda x: np.where(x > 0, np.sqrt(x), x) * 1.0, np.array([-1.0]))


def test_long_tables_are_cut():
    with pytest.raises(GradientCheckError, match=r"24 wrong, .*\n(.*\n){9}  … and 16 more"):
        gradcheck(detached_half, np.arange(1.0, 25.0))


@pytest.mark.parametrize("shape", [(), (0,), (0, 3)])
def test_scalars_and_empty_arrays(shape):
    assert gradcheck(np.exp, np.ones(shape), order=2).max_error < 1e-8


def test_large_inputs_and_outputs_are_projected():
    big = RNG.standard_normal((40, 30))
    report = gradcheck(np.tanh, big, order=2)
    assert report.checked == 8 * 8 + 8 * 8
    assert "random projections of the 1200 × 1200 Jacobian" in repr(report)
    one_wrong = np.zeros((40, 30))
    one_wrong[17, 3] = 1.0
    with pytest.raises(GradientCheckError, match=r"random cotangent \d +x · random direction \d"):
        gradcheck(lambda x: x + one_wrong * detached_half(x), big)


@pytest.mark.parametrize("scale", [1e-6, 1e-2, 1e2, 1e6])
@pytest.mark.parametrize("f", [np.log, np.sqrt, np.square, lambda x: 1 / x, np.log1p])
def test_no_false_alarm_at_any_scale(f, scale):
    gradcheck(f, np.array([0.7, 1.3]) * scale)


def test_no_false_alarm_for_large_values_with_small_slopes():
    gradcheck(lambda x: (1e8 + np.sin(x)).sum(), X)


def test_no_false_alarm_close_to_a_kink():
    gradcheck(np.abs, np.array([1e-4, -3e-5]))


@same(20)
@given(st.integers(0, 2**16))
def test_no_false_alarm_in_a_relu_net(seed):
    rng = np.random.default_rng(seed)
    x, w1, w2 = (rng.standard_normal(shape) for shape in [(20, 5), (5, 30), (30, 1)])
    gradcheck(lambda w1, w2: (np.maximum(x @ w1, 0) @ w2).sum(), w1, w2)


def test_inputs_and_gradients_stay_as_they_were():
    array, tensor = X.copy(), Tensor(X.copy(), requires_grad=True)
    outside = Tensor(X.copy(), requires_grad=True)
    tensor.grad = np.ones((2, 3))
    gradcheck(lambda a, t: (a * t * outside).sum(), array, tensor, order=2)
    np.testing.assert_array_equal(array, X)
    np.testing.assert_array_equal(tensor.data, X)
    np.testing.assert_array_equal(tensor.grad.data, 1)
    assert outside.grad is None


def test_float32_is_checked_in_float64():
    seen = []
    gradcheck(lambda x: (seen.append(x.dtype), np.exp(x))[1], X.astype(np.float32))
    assert set(seen) == {np.dtype(np.float64)}


def test_f_gets_other_inputs_as_they_are():
    def loss(x, rows, kind):
        assert rows.dtype == int
        assert kind == "mean"
        return x[rows].mean()

    assert gradcheck(loss, X, np.array([1, 1]), "mean").checked == 6


def test_unused_input_has_gradient_zero():
    assert gradcheck(lambda x, unused: x.sum(), X, X).max_error < 1e-9


def test_second_order_fault_shows_in_second_order_only():
    @primitive("")
    def right_once(x):
        return np.square(x)

    # The right number, but cut off from the graph.
    right_once.vjp(x=lambda g, x: g * (2 * cut_off(x)))
    del registry["right_once"]
    gradcheck(right_once, X)
    with pytest.raises(GradientCheckError, match="36 second derivatives: 6 wrong"):
        gradcheck(right_once, X, order=2)


def test_misuse_is_explained():
    with pytest.raises(NotRecordedError, match="returned ndarray, not a Tensor"):
        gradcheck(lambda x: x.detach().numpy(), X)
    with pytest.raises(ValueError, match="at least one floating-point input"):
        gradcheck(lambda x: x, np.array([1, 2]))
    with pytest.raises(ValueError, match="order=3"):
        gradcheck(np.exp, X, order=3)


@pytest.mark.filterwarnings("ignore:invalid value")
def test_where_the_function_is_not_finite_nothing_is_proven():
    with pytest.raises(GradientCheckError, match="inside its domain"):
        gradcheck(np.log, -np.ones(3))


@pytest.mark.filterwarnings("ignore:invalid value")
def test_with_raises_false_the_report_is_always_returned():
    report = gradcheck(lambda x: detached_half(x) + np.log(x), [-1.0, 2.0], raises=False)
    assert report.counts == {"correct": 1, "kink": 0, "not enough precision": 2, "wrong": 1}
    assert not report.all_correct
    assert gradcheck(np.exp, X).all_correct


def test_a_right_gradient_costs_four_values_of_the_function_for_each_entry():
    calls = []
    gradcheck(lambda x: (calls.append(1), np.tanh(x))[1], X)
    assert len(calls) == 1 + 4 * X.size


@pytest.mark.parametrize("factor", [1.0001, 0.5, -1.0])
def test_a_wrong_factor_is_wrong_at_any_scale(factor):
    for f, slope in [(np.log, lambda x: 1 / x), (np.sqrt, lambda x: 0.5 / np.sqrt(x))]:
        for scale in (1e-6, 1e-2, 1e2, 1e6):
            x = np.array([0.7, 1.3]) * scale
            wrong = gradcheck(f, x, gradient=factor * slope(x), raises=False).counts["wrong"]
            assert wrong == 2 or abs((factor - 1) * slope(x)).max() < 1e-7
