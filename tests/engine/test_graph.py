"""The engine's laws: order, accumulation, release, memory, values that changed."""

import contextlib
import gc
import inspect
import weakref
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course import Tensor, grad
from tinygrad_course.engine.graph import Node, topological_order
from tinygrad_course.engine.pullbacks import unbroadcast
from tinygrad_course.errors import (
    BackwardTwiceError,
    ChangedValueError,
    GradientWarning,
    GraphError,
    RuleError,
)
from tinygrad_course.primitive import primitive, registry

# A random program: each step combines two of the values so far, so that nodes are shared.
PROGRAMS = st.lists(
    st.tuples(st.sampled_from("+-*"), st.integers(0, 30), st.integers(0, 30)),
    min_size=1,
    max_size=25,
)


def run_program(steps, first, combine):
    values = [first]
    for operator, i, j in steps:
        values.append(combine(operator, values[i % len(values)], values[j % len(values)]))
    return values


def applied(operator, x, y):
    return x + y if operator == "+" else x - y if operator == "-" else x * (0.5 * y)


def forward_mode(operator, x, y):
    """The same on pairs (value, derivative): forward mode needs no order and no graph."""
    (a, da), (b, db) = x, y
    if operator == "*":
        return a * (0.5 * b), da * 0.5 * b + a * 0.5 * db
    sign = 1.0 if operator == "+" else -1.0
    return a + sign * b, da + sign * db


@pytest.fixture
def counted():
    """An addition that counts the calls of each of its rules."""
    calls = Counter()

    @primitive("+", signature="(),()->()")
    def counted_add(x, y):
        return x + y

    def counting(operand):
        def rule(g):
            calls[operand] += 1
            return g

        return rule

    counted_add.vjp(x=counting("x"), y=counting("y"))
    yield counted_add, calls
    del registry["counted_add"]


@pytest.fixture
def no_collector():
    """Only reference counting frees memory inside; in the end no node may be left."""
    gc.collect()
    before = live_nodes()
    gc.disable()
    yield
    left = live_nodes() - before
    gc.enable()
    assert left == 0


def live_nodes():
    return sum(isinstance(thing, Node) for thing in gc.get_objects())


# --- the order -----------------------------------------------------------------------------------


@given(PROGRAMS)
def test_every_node_comes_once_and_after_all_its_parents(steps):
    result = run_program(steps, Tensor(0.7, requires_grad=True), applied)[-1]
    order = topological_order(result.node)
    position = {node: i for i, node in enumerate(order)}
    assert len(position) == len(order)
    assert order[-1] is result.node
    for node in order:
        for parent in node.parents:
            assert parent is None or position[parent] < position[node]


@given(PROGRAMS, st.floats(-1.0, 1.0))
def test_shared_nodes_agree_with_forward_mode(steps, at):
    x = Tensor(at, requires_grad=True)
    result = run_program(steps, x, applied)[-1]
    result.backward()
    assert x.grad is not None
    value, slope = run_program(steps, (at, 1.0), forward_mode)[-1]
    np.testing.assert_allclose(result.data, value, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(x.grad.data, slope, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("depth", [1, 2, 30])
def test_diamonds_call_each_rule_once_a_node(depth, counted):
    # b = a + a; c = b + b; …: a traversal that recursed into parents would take 2ⁿ calls.
    add, calls = counted
    a = b = Tensor(1.0, requires_grad=True)
    for _ in range(depth):
        b = add(b, b)
    b.backward()
    assert a.grad is not None
    assert a.grad.item() == 2.0**depth
    assert calls == {"x": depth, "y": depth}


def test_grad_calls_only_the_rules_that_lead_to_its_argument(counted):
    add, calls = counted
    outside = Tensor(1.0, requires_grad=True)

    def f(x):
        y = outside
        for _ in range(10):
            y = add(y, 1.0)
        return add(x, y)

    assert grad(f)(1.0) == 1.0
    assert calls == {"x": 1}


@pytest.mark.parametrize("n", [100_000])
def test_a_long_chain_builds_runs_backward_and_is_freed(n, no_collector):
    x = Tensor(1.0, requires_grad=True)
    y = x
    for _ in range(n):
        y = y + 0.5
    y.backward()
    assert x.grad is not None
    assert x.grad.item() == 1.0


def test_a_long_chain_of_gradients_is_freed_too(no_collector):
    x = Tensor(1.0, requires_grad=True)
    y = x
    for _ in range(20_000):
        y = y * 1.0
    y.backward(create_graph=True)
    assert x.grad is not None
    assert x.grad.item() == 1.0


# --- undoing broadcasting ------------------------------------------------------------------------


@given(st.data())
def test_unbroadcast_is_the_transpose_of_broadcasting(data):
    stretched = data.draw(st.lists(st.integers(0, 3), max_size=4).map(tuple))
    kept = stretched[data.draw(st.integers(0, len(stretched))) :]
    shape = tuple(1 if data.draw(st.booleans()) else n for n in kept)
    rng = np.random.default_rng(0)
    x, g = rng.normal(size=shape), rng.normal(size=stretched)
    back = unbroadcast(g, shape)
    assert back.shape == shape
    # ⟨g, broadcast x⟩ = ⟨unbroadcast g, x⟩
    np.testing.assert_allclose(np.sum(g * np.broadcast_to(x, stretched)), np.sum(back * x))


@pytest.mark.parametrize(("g", "shape"), [((2, 3), (2,)), ((3,), (2, 3)), ((2,), (3,)), ((), (1,))])
def test_unbroadcast_refuses_what_never_was_broadcast(g, shape):
    with pytest.raises(RuleError, match="shape"):
        unbroadcast(np.ones(g), shape, "test")


# --- what is kept, and until when ----------------------------------------------------------------


def big(**arguments):
    """Too large to be kept for drawings."""
    return Tensor(np.linspace(0.1, 1.0, 1000), **arguments)


def watch(array):
    return weakref.ref(array)


BUILDERS = {
    "operators": lambda x: (x * x + 2.0 * x - x / 3.0) ** 2.0,
    "functions": lambda x: np.tanh(np.exp(x) * np.log(x)),
    "a few elements": lambda x: np.tanh(x[:3] ** 3),
    "shapes": lambda x: x.reshape(10, 100).T[::2, 1:5],
    "products": lambda x: x.reshape(20, 50) @ x.reshape(50, 20),
    "variadic": lambda x: np.concatenate([x, x, np.ones(3)]),
    "einsum": lambda x: np.einsum("i,j->i", x, x),
    "softmax": lambda x: x.softmax(),
}


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
@pytest.mark.parametrize("ending", ["dropped", "backward", "create_graph", "error"])
def test_dropping_the_result_frees_everything_without_the_collector(build, ending, no_collector):
    x = big(requires_grad=True)
    y = build(x)
    y.retain_grad()
    loss = y.sum()
    if ending == "backward":
        loss.backward()
    elif ending == "create_graph":
        loss.backward(create_graph=True)
    elif ending == "error":
        loss.backward()
        with pytest.raises(BackwardTwiceError):
            loss.backward()
    tensor, array = weakref.ref(y), watch(y._data)
    del y, loss
    x.grad = None
    assert tensor() is None
    assert array() is None


def test_a_small_tracked_gradient_makes_no_cycle(no_collector):
    # Small cotangents stay on their nodes for drawings; a tracked one leads back to the same node.
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x**3
    y.retain_grad()
    y.sum().backward(create_graph=True)
    assert x.grad is not None
    assert x.grad.requires_grad
    np.testing.assert_array_equal(y.node.cotangent, [1.0, 1.0])


def test_backward_lets_go_of_the_saved_arrays_but_not_of_the_nodes():
    x = big(requires_grad=True, name="x")
    middle = x * 2.0
    squared = middle * middle  # saves `middle`
    loss = squared.mean()
    saved = watch(middle._data)
    del middle, squared
    assert saved() is not None
    loss.backward()
    assert saved() is None
    operations = [node.primitive.name for node in topological_order(loss.node) if node.primitive]
    assert operations == ["multiply", "multiply", "mean"]


def test_what_no_rule_names_is_not_kept():
    x = big(requires_grad=True)
    builders = [
        lambda constant: x + constant,
        lambda constant: np.add(constant, x),
        lambda constant: np.exp(x) - constant,
        lambda constant: np.concatenate([x, constant]),
    ]
    for build in builders:
        constant = np.ones(1000)
        kept = watch(constant)
        result = build(constant)
        del constant
        assert kept() is None
        assert result.requires_grad


def test_an_intermediate_is_freed_as_soon_as_no_rule_needs_it():
    x = big(requires_grad=True)
    middle = x + 1.0
    freed = watch(middle._data)
    result = middle + 1.0  # needs nothing of middle but its node
    del middle
    assert freed() is None
    assert result.requires_grad


def test_small_values_and_cotangents_stay_for_drawings():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 3.0
    loss = (y * y).sum()
    assert y.node is not None
    assert y.node.cotangent is None
    loss.backward()
    np.testing.assert_array_equal(y.node.value, [3.0, 6.0])
    np.testing.assert_array_equal(y.node.cotangent, [6.0, 12.0])
    large = (big(requires_grad=True) * 2.0).node
    assert large is not None
    assert large.value is None


# --- what accumulates ----------------------------------------------------------------------------


def test_only_leaves_accumulate_and_none_means_none_yet():
    x, constant = Tensor(2.0, requires_grad=True), Tensor(3.0)
    unused = Tensor(1.0, requires_grad=True)
    y = x * constant
    z = y * y
    for times in (1, 2, 3):
        z.backward(retain_graph=True)
        assert x.grad is not None
        assert x.grad.item() == 36.0 * times
    assert constant.grad is unused.grad is None
    for computed in (y, z):
        with pytest.warns(GradientWarning):
            assert computed.grad is None


def test_retain_grad_asks_for_more():
    x = Tensor(2.0, requires_grad=True)
    y = x * 3.0
    y.retain_grad()
    y.retain_grad()
    z = y * y
    z.retain_grad()
    z.backward()
    assert y.grad is not None
    assert z.grad is not None
    assert (y.grad.item(), z.grad.item()) == (12.0, 1.0)
    x.retain_grad()  # a leaf does so anyway


def test_a_gradient_finds_its_leaf_only_while_that_lives():
    x = Tensor(2.0, requires_grad=True)
    y, leaf = x * 3.0, weakref.ref(x)
    del x
    assert leaf() is None
    y.backward()


# --- backward twice ------------------------------------------------------------------------------


def test_a_second_backward_names_the_location_of_the_first():
    x = Tensor(2.0, requires_grad=True)
    y = x * x
    y.backward()
    frame = inspect.currentframe()
    assert frame is not None
    location = f"{__file__}:{frame.f_lineno - 3}"
    with pytest.raises(BackwardTwiceError, match="retain_graph=True") as caught:
        y.backward()
    assert location in str(caught.value)
    assert x.grad is not None
    assert x.grad.item() == 4.0


def test_retain_graph_allows_it():
    x = Tensor(2.0, requires_grad=True)
    y = x * x
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad is not None
    assert x.grad.item() == 8.0
    with pytest.raises(BackwardTwiceError):
        y.backward()


def test_a_shared_part_released_by_another_backward_changes_nothing():
    x = Tensor(2.0, requires_grad=True)
    shared = x * x
    other = Tensor(5.0, requires_grad=True)
    private = other * other
    first, second = shared * 3.0, shared * private
    first.backward()
    with pytest.raises(BackwardTwiceError, match="'multiply'"):
        second.backward()
    assert x.grad is not None
    assert x.grad.item() == 12.0
    assert other.grad is None
    private.backward()  # what the failed pass did not share still works
    assert other.grad is not None
    assert other.grad.item() == 10.0


@pytest.mark.parametrize("size", [2, 1000])
def test_an_interrupted_pass_leaves_nothing_behind(size):
    @primitive("test", signature="()->()")
    def interruptible(x):
        return x * 1.0

    def interrupted(g):
        raise KeyboardInterrupt

    del registry["interruptible"]
    interruptible.vjp(x=interrupted)
    x = Tensor(np.ones(size), requires_grad=True)
    doubled, shared = x * 2.0, interruptible(x * 3.0)
    loss = (doubled + shared + doubled * 2.0).sum()
    with pytest.raises(KeyboardInterrupt):
        loss.backward(retain_graph=True)
    assert x.grad is None
    interruptible.vjp(x=lambda g: g)
    loss.backward(retain_graph=True)
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.data, np.full(size, 9.0))


# --- values that changed -------------------------------------------------------------------------


def test_rebinding_data_leaves_the_graph_with_the_value_that_it_saw():
    w = Tensor(2.0, requires_grad=True)
    y = w * w * w
    w.data = np.array(100.0)
    y.backward()
    assert w.grad is not None
    assert w.grad.item() == 12.0
    (w * w).backward()
    assert w.grad.item() == 212.0


def test_writing_an_element_leaves_the_graph_with_the_value_that_it_saw():
    w = Tensor([2.0, 3.0], requires_grad=True)
    y = (w * w).sum()
    w[0] = 100.0
    np.testing.assert_array_equal(w.data, [100.0, 3.0])
    y.backward()
    assert w.grad is not None
    np.testing.assert_array_equal(w.grad.data, [4.0, 6.0])


NEED_THE_VALUE = {
    "operand": lambda w: w * w,
    "of a function": lambda w: np.log(w),
    "beside a constant": lambda w: w**3.0,
    "through a reshape": lambda w: w.reshape(2, 2) ** 3.0,
    "through a transpose": lambda w: w.reshape(2, 2).T @ np.ones(2) * w.reshape(2, 2).T,
    "through a slice": lambda w: np.sin(w[1:]),
    "through slices of slices": lambda w: np.square(w[1:][::2]),
    "through broadcasting": lambda w: np.broadcast_to(w, (3, 4)) * np.broadcast_to(w, (3, 4)),
}
NEED_NO_VALUE = {
    "add": lambda w: w + 1.0,
    "scale": lambda w: w * 3.0,
    "sum": lambda w: w.sum(),
    "a result of its own": lambda w: np.exp(w),
    "a copy": lambda w: np.square(w[[0, 2]]),
    "a reshape": lambda w: w.reshape(2, 2).T,
}


def changed_in_place(w, how):
    if how == "mark_changed":
        w.data[...] = 7.0
        w.mark_changed()
    else:
        w.data -= 1.0


@pytest.mark.parametrize("how", ["mark_changed", "augmented"])
@pytest.mark.parametrize("build", NEED_THE_VALUE.values(), ids=NEED_THE_VALUE)
def test_a_value_that_is_needed_must_not_have_changed(build, how):
    w = Tensor(np.array([1.0, 2.0, 3.0, 4.0]), requires_grad=True, name="weights")
    other = Tensor(2.0, requires_grad=True)
    y = build(w).sum() + other
    changed_in_place(w, how)
    with pytest.raises(ChangedValueError, match=rf"'weights'.*changed in place.*{__file__}:\d+"):
        y.backward()
    assert w.grad is other.grad is None


@pytest.mark.parametrize("how", ["mark_changed", "augmented"])
@pytest.mark.parametrize("build", NEED_NO_VALUE.values(), ids=NEED_NO_VALUE)
def test_a_value_that_is_not_needed_may_change(build, how):
    start = np.array([1.0, 2.0, 3.0, 4.0])
    untouched = Tensor(start.copy(), requires_grad=True)
    build(untouched).sum().backward()
    w = Tensor(start.copy(), requires_grad=True)
    y = build(w).sum()
    changed_in_place(w, how)
    y.backward()
    assert w.grad is not None
    assert untouched.grad is not None
    np.testing.assert_array_equal(w.grad.data, untouched.grad.data)


def test_a_graph_recorded_after_the_change_is_as_good_as_new():
    w = Tensor(np.array([2.0]), requires_grad=True)
    old = w * w
    w.data[...] = 5.0
    w.mark_changed()
    (w * w).sum().backward()
    assert w.grad is not None
    assert w.grad.item() == 10.0
    with pytest.raises(ChangedValueError):
        old.backward()


def test_only_leaves_may_be_overwritten():
    y = Tensor([1.0], requires_grad=True, name="x") * 2.0
    y.name = "y"
    with pytest.raises(GraphError, match="'y'"):
        y.mark_changed()
    with pytest.raises(GraphError, match="'y'"):
        y.data = np.ones(1)
    with pytest.raises(GraphError, match=r"'y'.*np\.where"):
        y[0] = 1.0
    np.testing.assert_array_equal(y.data, [2.0])
    y.sum().backward()


def test_nodes_describe_themselves():
    x = Tensor([1.0, 2.0], requires_grad=True, name="x")
    assert repr(x.node) == "<leaf 'x' of shape (2,)>"
    assert repr((x * x).node) == "<operation 'multiply' of shape (2,)>"
    with pytest.raises(AttributeError, match="colour"):
        _ = x.node.colour


def test_what_only_a_condition_leads_to_is_released_as_well():
    x = Tensor([1.0, -1.0], requires_grad=True)
    condition = x * 2.0
    np.where(condition, x, 0.0).sum().backward()
    assert condition.node is not None
    assert isinstance(condition.node.saved, str)


# --- threads -------------------------------------------------------------------------------------


def _in_threads(count, work):
    with ThreadPoolExecutor(count) as pool:
        for future in [pool.submit(work) for _ in range(count)]:
            future.result()


def test_no_gradient_is_lost_where_threads_share_a_leaf():
    # Large, so that NumPy lets other threads run in the middle of an addition.
    x = Tensor(np.zeros(300_000), requires_grad=True)

    def work():
        for _ in range(15):
            (x * 1.0).sum().backward()

    _in_threads(4, work)
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.data, 60.0)


def test_passes_that_keep_the_graph_don_t_mix_where_they_meet():
    both_are_inside = Barrier(2)

    @primitive("test", signature="()->()")
    def slow(x):
        return x * 1.0

    def rule(g):
        with contextlib.suppress(BrokenBarrierError):  # right: the other one has to wait outside
            both_are_inside.wait(timeout=0.02)
        return g

    del registry["slow"]
    slow.vjp(x=rule)
    for _ in range(10):
        x = Tensor(1.0, requires_grad=True)
        shared = x * 1.0
        result = slow(shared) + shared * 1.0 + slow(shared)
        both_are_inside.reset()
        _in_threads(2, lambda result=result: result.backward(retain_graph=True))
        assert x.grad is not None
        assert x.grad.item() == 6.0


def test_of_passes_that_release_the_graph_one_wins():
    x = Tensor(1.0, requires_grad=True)
    result = x * 1.0 * 1.0
    refused = []

    def work():
        try:
            result.backward()
        except BackwardTwiceError as error:
            refused.append(error)

    _in_threads(2, work)
    assert x.grad is not None
    assert x.grad.item() == 1.0
    assert len(refused) == 1


# --- rules that are wrong in form ------------------------------------------------------------------


def _with_rule(rule):
    """A result whose one operation has this rule."""

    @primitive("test", signature="()->()")
    def odd(x):
        return x * 1.0

    del registry["odd"]
    odd.vjp(x=rule)
    return odd(Tensor([1.0, 2.0], requires_grad=True)).sum()


@pytest.mark.parametrize(
    ("rule", "words"), [(lambda g: None, "return"), (lambda g: 0.0, "returned 0.0")]
)
def test_a_rule_that_returns_no_array_is_an_error(rule, words):
    with pytest.raises(RuleError, match=words):
        _with_rule(rule).backward()


def test_a_rule_whose_first_parameter_is_not_the_cotangent_is_an_error():
    with pytest.raises(RuleError, match="first parameter must be g"):
        _with_rule(lambda x: 2 * x)


def test_a_primitive_that_promotes_gives_each_its_own_dtype():
    @primitive("test", signature="()->()")
    def promoting(x):
        return x * np.ones((), np.float64)

    del registry["promoting"]
    promoting.vjp(x=lambda g: g)
    x = Tensor(np.ones(3, np.float32), requires_grad=True)
    y = promoting(x)
    y.sum().backward()
    assert y.dtype == y.node.dtype == np.float64
    assert x.grad is not None
    assert x.grad.dtype == np.float32


def test_an_index_array_may_be_changed_after_it_was_used():
    x, order = Tensor([1.0, 2.0, 3.0], requires_grad=True), np.array([0, 0])
    y = x[order]
    order[:] = 2
    y.sum().backward()
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.data, [2.0, 0.0, 0.0])
