import numpy as np
import pytest

from tinygrad_course import nn
from tinygrad_course.demo.gradients import SMALL, TOLERANCE, check_gradients
from tinygrad_course.errors import GradientCheckError
from tinygrad_course.ops import affine
from tinygrad_course.testing import replaced_rules

X = np.random.default_rng(0).random((5, 12))
Y = np.array([0, 1, 1, 0, 2])


def cost(model):
    value = nn.CrossEntropyLoss()(model(X), Y)
    return value


def model(*hidden):
    return nn.MLP([12, *hidden, 3], rng=0, dtype=np.float64)


def test_right_gradients_are_found_right_in_every_small_parameter():
    check = check_gradients(model(4), cost, np.random.default_rng(0))
    assert check.every_parameter
    assert check.slopes == 12 * 4 + 4 + 4 * 3 + 3
    assert check.error < TOLERANCE / 100


def test_large_parameters_are_sampled():
    net = model(SMALL)
    check = check_gradients(net, cost, np.random.default_rng(0))
    assert not check.every_parameter
    assert check.slopes < net.num_parameters() / 5


@pytest.mark.parametrize(
    ("operand", "hidden"), [("x", 2), ("weight", 2), ("bias", 2), ("weight", SMALL)]
)
def test_a_wrong_rule_is_caught(operand, hidden):
    right = affine.linear.rules[operand]
    assert right is not None
    wrong = {
        "x": lambda g, weight: -(g @ weight),
        "weight": lambda g, x: 2 * (g.T @ x),
        "bias": lambda g: 0 * g.sum(axis=0),
    }[operand]
    with (
        replaced_rules(affine.linear, **{operand: wrong}),
        pytest.raises(GradientCheckError, match="layers"),
    ):
        check_gradients(model(hidden), cost, np.random.default_rng(0))


def test_the_model_has_its_own_parameters_again():
    net = model(4)
    before = list(net.parameters())
    check_gradients(net, cost, np.random.default_rng(0))
    assert all(p is q for p, q in zip(before, net.parameters(), strict=True))
