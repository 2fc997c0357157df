import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_course as tg
from tinygrad_course import nn
from tinygrad_course.engine.graph import topological_order
from tinygrad_course.nn import functional
from viz.graph.flops import flops

rng = np.random.default_rng(0)


def parameter(*shape):
    return tg.Tensor(rng.uniform(0.1, 0.9, shape), requires_grad=True)


def of_graph(y):
    return sum(flops(node) for node in topological_order(y.node))


def product_by_hand(x, y):
    """A matrix product and how many multiplications and sums it takes, one number at a time."""
    (m, k), n = x.shape, y.shape[1]
    z, count = np.zeros((m, n)), 0
    for i in range(m):
        for j in range(n):
            for a in range(k):
                z[i, j] += x[i, a] * y[a, j]
                count += 2
    return z, count


sizes = st.integers(1, 5)


@given(sizes, sizes, sizes)
def test_a_matrix_product_takes_what_it_takes_by_hand(m, k, n):
    x, y = parameter(m, k), parameter(k, n)
    z, count = product_by_hand(x.data, y.data)
    assert np.allclose((x @ y).data, z)
    assert flops((x @ y).node) == flops(np.dot(x, y).node) == count


@given(sizes, sizes, sizes, st.booleans())
def test_a_layer_takes_its_product_and_one_sum_for_each_bias(m, k, n, bias):
    layer = nn.Linear(k, n, bias=bias)
    x = np.ones((m, k), np.float32)
    _, count = product_by_hand(x, layer.weight.data.T)
    assert flops(layer(x).node) == count + bias * m * n


@given(sizes, sizes, sizes)
def test_products_of_stacks_and_vectors_count_every_pair(b, m, n):
    matrix, vector = parameter(m, n), parameter(n)
    assert flops((parameter(b, 2, m) @ matrix).node) == 2 * b * 2 * m * n
    assert flops((matrix @ vector).node) == flops(np.matvec(matrix, vector).node) == 2 * m * n
    assert flops(np.vecmat(parameter(m), matrix).node) == 2 * m * n
    assert flops((vector @ vector).node) == flops(np.vecdot(vector, vector).node) == 2 * n
    assert flops(np.outer(vector, vector).node) == n * n
    assert flops(np.dot(matrix, 3.0).node) == m * n


@pytest.mark.parametrize("f", [np.add, np.multiply, np.hypot, np.maximum])
def test_elementwise_operations_take_one_for_each_element_of_the_result(f):
    assert flops(f(parameter(2, 1), parameter(3)).node) == 6
    assert flops(f(parameter(2, 3), 2.0).node) == 6
    assert flops(np.exp(parameter()).node) == 1


def test_moving_numbers_takes_none():
    x = parameter(2, 3)
    for y in (x.reshape(6), x.T, x[0], np.stack([x, x]), np.where(True, x, 0.0), np.sort(x)):
        assert flops(y.node) == 0


@pytest.mark.parametrize("f", [np.sum, np.mean, np.max, np.prod, np.cumsum])
def test_a_reduction_takes_one_for_each_element_that_goes_in(f):
    assert flops(f(parameter(4, 5), axis=0).node) == 20


def test_what_nobody_counted_is_not_said_to_be_nothing():
    assert flops(np.linalg.inv(parameter(2, 2)).node) is None
    assert flops(parameter(2).node) == 0


def log_softmax(x):
    shifted = x - x.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def variance(x):
    return np.square(x - x.mean(axis=1, keepdims=True)).sum(axis=1)


def logsumexp(x):
    largest = x.max(axis=1, keepdims=True)
    return np.log(np.exp(x - largest).sum(axis=1)) + largest[:, 0]


TARGET = rng.uniform(size=(4, 3))
CLASSES = np.array([0, 2, 1, 1])


def with_probabilities(p):
    one = np.ones(p.shape)
    return (-(TARGET * np.log(p) + (one - TARGET) * np.log(one - p))).mean()


def with_logits(x):
    return (np.maximum(x, 0) - x * TARGET + np.log1p(np.exp(-np.abs(x)))).mean()


@pytest.mark.parametrize(
    ("whole", "in_steps"),
    [
        (functional.softmax, softmax),
        (functional.log_softmax, log_softmax),
        (lambda x: np.var(x, axis=1), variance),
        (lambda x: np.std(x, axis=1), lambda x: np.sqrt(variance(x))),
        (lambda x: tg.logsumexp(x, axis=1), logsumexp),
        (lambda x: functional.mse(x, TARGET), lambda x: np.square(x - TARGET).mean()),
        (lambda x: functional.binary_cross_entropy_with_logits(x, TARGET), with_logits),
        (
            lambda x: functional.cross_entropy(x, CLASSES),
            lambda x: (-log_softmax(x)[np.arange(4), CLASSES]).mean(),
        ),
    ],
)
def test_what_one_operation_does_in_steps_counts_as_the_steps_do(whole, in_steps):
    x = parameter(4, 3)
    assert of_graph(whole(x)) == of_graph(in_steps(x))


def test_the_steps_of_cross_entropy_are_counted_but_for_the_constant_one():
    # 1 − y has no gradient, so that the steps leave it out of the graph.
    x = parameter(4, 3)
    whole = of_graph(functional.binary_cross_entropy(x, TARGET))
    assert whole == of_graph(with_probabilities(x)) + TARGET.size
