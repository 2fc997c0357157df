"""checkpoint: the same derivatives of any order, less memory, and an error where it can't be right."""

import gc
import tracemalloc
import weakref

import numpy as np
import pytest

from tinygrad_course import Tensor, checkpoint, detect_anomaly, grad, hessian, nn, no_grad
from tinygrad_course.engine.graph import topological_order
from tinygrad_course.errors import ChangedValueError, GraphError, NotRecordedError

X = np.array([[0.3, -1.2], [0.7, 1.9], [0.4, -0.8]])


def model():
    return nn.MLP([2, 4, 3, 1], "tanh", rng=0, dtype=np.float64)


def gradients_of_squares(f, x, parameters):
    for p in parameters:
        p.grad = None
    (f(x) ** 2).sum().backward()
    found = [p.grad.data for p in parameters]
    return found if x.grad is None else [*found, x.grad.data]


def test_gradients_of_arguments_and_of_parameters_from_outside_are_the_same():
    net = model()
    parameters = list(net.parameters())
    plain = gradients_of_squares(net, Tensor(X, requires_grad=True), parameters)
    again = gradients_of_squares(checkpoint(net), Tensor(X, requires_grad=True), parameters)
    for found, expected in zip(again, plain, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_it_is_one_operation_that_keeps_only_what_goes_in():
    net = model()
    x = Tensor(X)
    y = checkpoint(net)(x)
    operations = [node for node in topological_order(y.node) if node.primitive is not None]
    assert [node.primitive.symbol for node in operations] == ["↻ MLP"]
    kept = [a for a in operations[0].saved if isinstance(a, np.ndarray)]
    assert {id(a) for a in kept} == {id(t._data) for t in (x, *net.parameters())}


def test_several_arguments_arrays_and_keywords():
    x, y = (Tensor(v, requires_grad=True) for v in (X, X + 1))
    f = checkpoint(lambda a, b, c, *, scale: a * b * c * scale)
    f(x, X, y, scale=3.0).sum().backward()
    np.testing.assert_allclose(x.grad.data, X * (X + 1) * 3)
    np.testing.assert_allclose(y.grad.data, X * X * 3)


def test_shared_inputs_and_chains_add_up():
    x = Tensor(X, requires_grad=True)
    square = checkpoint(lambda a: a * a)
    (square(x) + square(square(x)) * x).sum().backward()
    np.testing.assert_allclose(x.grad.data, 2 * X + 5 * X**4)


def test_higher_derivatives():
    f = checkpoint(lambda x: (np.tanh(x) * x).sum())
    plain = lambda x: (np.tanh(x) * x).sum()  # noqa: E731
    np.testing.assert_allclose(grad(f)(X), grad(plain)(X))
    np.testing.assert_allclose(hessian(f)(X), hessian(plain)(X))
    np.testing.assert_allclose(
        grad(lambda x: grad(lambda x: grad(f)(x).sum())(x).sum())(X),
        grad(lambda x: grad(lambda x: grad(plain)(x).sum())(x).sum())(X),
    )


def test_a_gradient_penalty_trains_the_parameters_inside():
    net = model()
    found = []
    for f in (net, checkpoint(net)):
        net.zero_grad()
        penalty = (grad(lambda x: f(x).sum())(Tensor(X)) ** 2).sum()  # noqa: B023
        penalty.backward()
        found.append([p.grad.data for p in net.parameters() if p.grad is not None])
    for plain, again in zip(*found, strict=True):
        np.testing.assert_allclose(plain, again, rtol=1e-12)


def test_checkpoints_in_checkpoints():
    inner = checkpoint(np.tanh)
    outer = checkpoint(lambda x: inner(inner(x)) * 2)
    np.testing.assert_allclose(
        grad(lambda x: outer(x).sum())(X), grad(lambda x: (np.tanh(np.tanh(x)) * 2).sum())(X)
    )


def test_the_peak_of_a_deep_net_is_a_fraction():
    """64 layers of three operations each: what is kept between the passes."""
    layers = [nn.Linear(64, 64, rng=i) for i in range(64)]
    block = lambda layer: lambda x: np.tanh(layer(x)) * 0.5 + x  # noqa: E731
    x = np.ones((512, 64), np.float32)
    peaks = []
    for wrap in (lambda f: f, checkpoint):
        gc.collect()
        tracemalloc.start()
        h = Tensor(x)
        for layer in layers:
            h = wrap(block(layer))(h)
        (h * h).sum().backward()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        for layer in layers:
            layer.zero_grad()
    assert peaks[1] < 0.62 * peaks[0]


def test_without_a_gradient_it_is_just_the_function():
    assert not checkpoint(np.tanh)(Tensor(X)).requires_grad
    with no_grad():
        assert not checkpoint(np.tanh)(Tensor(X, requires_grad=True)).requires_grad


def test_a_parameter_that_changed_in_between_is_noticed():
    net = model()
    y = checkpoint(net)(Tensor(X)).sum()
    net.layers[0].weight.data -= 0.1
    with pytest.raises(ChangedValueError, match=r"layers\.0\.weight"):
        y.backward()
    y = checkpoint(net)(Tensor(X)).sum()
    net.load_state_dict(model().state_dict())
    with pytest.raises(ChangedValueError, match="replaced since"):
        y.backward()


def test_a_constant_that_changed_in_between_is_noticed():
    x, c = Tensor(X, requires_grad=True), Tensor(X.copy(), name="c")
    y = checkpoint(lambda a, b: a * b)(x, c).sum()
    c.data[0] = 5.0
    with pytest.raises(ChangedValueError, match="'c'"):
        y.backward()


def test_randomness_is_noticed():
    rng = np.random.default_rng(0)
    x = Tensor(X, requires_grad=True)
    y = checkpoint(lambda a: a * rng.random(a.shape))(x).sum()
    with pytest.raises(ChangedValueError, match="random numbers"):
        y.backward()
    assert x.grad is None


def test_a_computed_tensor_from_outside_has_to_be_an_argument():
    h = Tensor(X, requires_grad=True) * 2.0
    with pytest.raises(GraphError, match=r"'multiply'.*give it as an argument"):
        checkpoint(lambda x: x * h)(Tensor(X, requires_grad=True))


def test_what_returns_no_tensor_is_an_error():
    with pytest.raises(NotRecordedError, match="returned float"):
        checkpoint(lambda x: 1.0)(Tensor(X, requires_grad=True))


def test_backward_twice_and_retained_graphs():
    x = Tensor(X, requires_grad=True)
    y = checkpoint(np.tanh)(x).sum()
    y.backward(retain_graph=True)
    y.backward()
    np.testing.assert_allclose(x.grad.data, 2 * (1 - np.tanh(X) ** 2))


def test_an_anomaly_inside_is_found():
    x = Tensor(X, requires_grad=True)
    with (
        detect_anomaly(),
        pytest.raises(ArithmeticError, match="'log'"),
    ):
        checkpoint(np.log)(x)


def test_it_is_freed_without_the_collector():
    gc.disable()
    try:
        y = checkpoint(model())(Tensor(X)).sum()
        y.backward()
        node = weakref.ref(y)
        del y
        assert node() is None
    finally:
        gc.enable()


def test_hooks_of_what_it_uses_from_outside_run_once():
    w, x = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    w.register_hook(lambda g: 2 * g)
    checkpoint(lambda x: x * w)(x).sum().backward()
    assert w.grad.numpy().tolist() == [6, 8]


def test_a_result_that_is_itself_from_outside():
    w, x = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    checkpoint(lambda x: w)(x).sum().backward()
    assert w.grad.numpy().tolist() == [1, 1]
    checkpoint(lambda x: x)(x).sum().backward()
    assert x.grad.numpy().tolist() == [1, 1]
    computed = w * 2
    with pytest.raises(GraphError, match="give it as an argument"):
        checkpoint(lambda x: computed)(x)


def test_an_observer_may_look_inside():
    w, x = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)

    def watched(x):
        with detect_anomaly():
            return x * w

    checkpoint(watched)(x).sum().backward()
    assert w.grad.numpy().tolist() == [3, 4]


def test_derivatives_may_be_taken_inside():
    x = Tensor([3.0, 4.0], requires_grad=True)
    penalty = checkpoint(lambda x: grad(lambda y: (y**3).sum())(x))
    penalty(x).sum().backward()
    np.testing.assert_allclose(x.grad.data, 6 * x.data)


def test_leaves_that_it_makes_for_itself_are_its_own_affair():
    x = Tensor([3.0, 4.0], requires_grad=True)
    checkpoint(lambda x: x * Tensor([1.0, 2.0], requires_grad=True))(x).sum().backward()
    assert x.grad.numpy().tolist() == [1, 2]


def test_another_result_with_the_same_sum_is_noticed():
    x, rng = Tensor([[3.0, 4.0, 5.0]], requires_grad=True), np.random.default_rng(0)
    z = checkpoint(lambda x: (x + rng.normal(size=x.shape)).softmax())(x)
    with pytest.raises(ChangedValueError, match="did not compute the same"):
        (z * [1.0, 2.0, 3.0]).sum().backward()
