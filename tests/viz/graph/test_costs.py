import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_course as tg
from tests.viz.graphs import net, parameter
from tinygrad_course import nn
from tinygrad_course.inspect import nodes
from tinygrad_course.nn import functional
from viz.graph.costs import costs, flops, totals

MB = 10**6


def kept_by(y):
    """What the totals say is kept, in bytes."""
    number, unit, *_ = next(totals(nodes(y))).split()
    return float(number) * {"B": 1, "kB": 10**3, "MB": 10**6}[unit]


@pytest.mark.parametrize(
    ("f", "arrays"),
    [
        (lambda x: np.tanh(np.exp(x) + 1.0), 2),  # the outputs of exp and of tanh
        (lambda x: np.exp(x) * np.exp(-x), 2),  # which the product keeps as well
        (lambda x: (np.exp(x).reshape(2, -1).T + 1.0) * 2.0, 1),  # of views, no more than the array
        (lambda x: x + np.ones(x.shape), 0),
    ],
)
def test_as_many_bytes_are_kept_as_a_backward_pass_gives_back(f, arrays):
    x = parameter(np.linspace(0, 1, MB // 8))
    tracemalloc.start()
    y = f(x).sum()
    said = kept_by(y)
    before, _ = tracemalloc.get_traced_memory()
    y.backward()
    x.grad = None
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert said == arrays * MB
    assert before - after == pytest.approx(said, abs=MB / 20)


def test_each_operation_says_which_of_its_arrays_it_keeps():
    a, b, c = parameter(np.ones((2, 3))), parameter(np.ones((3, 2))), np.ones((3, 2))
    assert list(costs((a @ b).node)) == ["keeps x, y: 96 B", "24 FLOPs"]
    assert list(costs((a @ c).node)) == ["keeps y: 48 B", "24 FLOPs"]
    assert list(costs(np.tanh(a).node)) == ["keeps out: 48 B", "6 FLOPs"]
    assert list(costs((a + 1.0).node)) == ["keeps nothing", "6 FLOPs"]
    assert list(costs(np.linalg.inv(parameter(np.eye(2))).node)) == ["keeps out: 32 B"]
    assert next(costs(np.einsum("ij,jk", a, b).node)) == "keeps its operands: 96 B"


def test_an_array_that_is_stretched_counts_as_what_is_stored():
    x = parameter(np.ones((100, 100)))
    y = np.broadcast_to(np.ones(100), (100, 100)) * x
    assert next(costs(y.node)) == "keeps x: 800 B"


def test_memory_that_two_operations_keep_counts_once():
    x = parameter(np.ones(1000))
    e = np.exp(x)
    assert kept_by((e * e).sum()) == 8000


def test_once_released_nothing_is_said_to_be_kept():
    loss, _ = net()
    loss.backward()
    said = list(totals(nodes(loss)))
    assert said[0] == "what was kept for the backward pass is released"
    assert list(costs(loss.node)) == ["36 FLOPs"]


def test_totals_add_up_and_say_what_is_not_counted():
    y = np.linalg.inv(np.exp(parameter(np.eye(3)))).sum()
    assert list(totals(nodes(y)))[1] == "18 FLOPs and 1 operation not counted"


rng = np.random.default_rng(0)


def of_shape(*shape):
    return tg.Tensor(rng.uniform(0.1, 0.9, shape), requires_grad=True)


def of_graph(y):
    return sum(flops(node) for node in nodes(y))


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
    x, y = of_shape(m, k), of_shape(k, n)
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
    matrix, vector = of_shape(m, n), of_shape(n)
    assert flops((of_shape(b, 2, m) @ matrix).node) == 2 * b * 2 * m * n
    assert flops((matrix @ vector).node) == flops(np.matvec(matrix, vector).node) == 2 * m * n
    assert flops(np.vecmat(of_shape(m), matrix).node) == 2 * m * n
    assert flops((vector @ vector).node) == flops(np.vecdot(vector, vector).node) == 2 * n
    assert flops(np.outer(vector, vector).node) == n * n
    assert flops(np.dot(matrix, 3.0).node) == m * n


@pytest.mark.parametrize("f", [np.add, np.multiply, np.hypot, np.maximum])
def test_elementwise_operations_take_one_for_each_element_of_the_result(f):
    assert flops(f(of_shape(2, 1), of_shape(3)).node) == 6
    assert flops(f(of_shape(2, 3), 2.0).node) == 6
    assert flops(np.exp(of_shape()).node) == 1


def test_moving_numbers_takes_none():
    x = of_shape(2, 3)
    for y in (x.reshape(6), x.T, x[0], np.stack([x, x]), np.where(True, x, 0.0), np.sort(x)):
        assert flops(y.node) == 0


@pytest.mark.parametrize("f", [np.sum, np.mean, np.max, np.prod, np.cumsum])
def test_a_reduction_takes_one_for_each_element_that_goes_in(f):
    assert flops(f(of_shape(4, 5), axis=0).node) == 20


def test_what_is_not_counted_is_not_said_to_be_nothing():
    assert flops(np.linalg.inv(of_shape(2, 2)).node) is None
    assert flops(of_shape(2).node) == 0


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
    x = of_shape(4, 3)
    assert of_graph(whole(x)) == of_graph(in_steps(x))


def test_the_steps_of_cross_entropy_are_counted_but_for_the_constant_one():
    # 1 − y has no gradient, so that the steps leave it out of the graph.
    x = of_shape(4, 3)
    whole = of_graph(functional.binary_cross_entropy(x, TARGET))
    assert whole == of_graph(with_probabilities(x)) + TARGET.size
