import tracemalloc
import warnings

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.errors import (
    AccumulationWarning,
    ChangedValueError,
    OptimizerError,
    SettingError,
    StateDictError,
)
from tinygrad_course.nn import MLP, Linear
from tinygrad_course.optim import SGD, Adagrad, Adam, AdamW, RMSprop
from tinygrad_course.optim.chunks import CHUNK_BYTES
from tinygrad_course.tensor import Tensor


def ones(*shape, dtype=np.float32, name=None):
    return leaf(np.ones(shape), dtype, name)


makers = pytest.mark.parametrize(
    "make",
    [
        lambda params: SGD(params, lr=0.1),
        lambda params: SGD(params, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
        lambda params: Adam(params, weight_decay=0.01),
        lambda params: AdamW(params, weight_decay=0.01),
        lambda params: RMSprop(params, momentum=0.9, centered=True),
        lambda params: Adagrad(params, lr_decay=0.1, initial_accumulator_value=0.5),
        lambda params: SGD([{"params": params, "momentum": 0.5}], lr=0.1),
    ],
    ids=["plain SGD", "Nesterov", "Adam", "AdamW", "RMSprop", "Adagrad", "a group"],
)


# --- what can be trained ------------------------------------------------------------------------


def test_a_module_stands_for_its_parameters():
    model = MLP([3, 2, 1], rng=0)
    assert SGD(model, 0.1).params == SGD(model.parameters(), 0.1).params == [*model.parameters()]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ([], "no parameters"),
        ([ones(2), ones(2, name="w") * 2], "parameter 1 .* was computed"),
        ([Tensor(np.ones(2), name="frozen")], "'frozen'.* does not require a gradient"),
        ([np.ones(2)], "parameter 0 is ndarray, not a Tensor"),
        ([ones(2, name="w")] * 2, "'w'.* twice"),
    ],
)
def test_what_can_not_be_trained_is_refused(params, message):
    with pytest.raises(OptimizerError, match=message):
        SGD(params, 0.1)


@pytest.mark.parametrize("bad", [-0.1, np.nan, np.inf])
def test_impossible_settings_are_refused_at_any_time(bad):
    with pytest.raises(SettingError, match="lr="):
        SGD([ones(2)], lr=bad)
    with pytest.raises(SettingError, match="weight_decay="):
        Adam([ones(2)], weight_decay=bad)
    optimizer = SGD([ones(2)], lr=0.1)
    with pytest.raises(SettingError, match="lr="):
        optimizer.lr = bad
    assert optimizer.lr == 0.1


@makers
def test_scalars_and_read_only_arrays_get_an_array_to_write_to(make):
    scalar = Tensor(2.0, requires_grad=True)
    view = Tensor(np.broadcast_to(np.float64(1), (3,)), requires_grad=True)
    optimizer = make([scalar, view])
    (scalar * view.sum()).backward()
    array = scalar._data
    optimizer.step()
    assert scalar._data is array
    assert scalar.data != 2
    assert (view.data != 1).all()


# --- a step ---------------------------------------------------------------------------------------


@makers
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_everything_changes_in_place_and_keeps_its_dtype(make, dtype):
    p = ones(3, 2, dtype=dtype)
    optimizer = make([p])
    array = p._data
    moments = {name: id(a) for name, a in optimizer._state().items()}
    for _ in range(3):
        p.grad = np.full(p.shape, 0.5)
        gradient = p.grad.data.copy()
        optimizer.step()
        np.testing.assert_array_equal(p.grad.data, gradient)
    assert p._data is array
    assert p.dtype == dtype
    assert (p.data < 1).all()
    assert {name: id(a) for name, a in optimizer._state().items()} == moments
    kept_in = np.promote_types(dtype, np.float32)  # half precision is updated in single
    assert all(a.dtype == kept_in for name, a in optimizer.state_dict().items() if name[0] == "0")


@makers
def test_parameters_without_a_gradient_stay(make):
    used, unused = ones(2), ones(2)
    optimizer = make([used, unused])
    used.grad = np.ones(2)
    optimizer.step()
    assert (used.data != 1).all()
    np.testing.assert_array_equal(unused.data, 1)


@makers
@pytest.mark.parametrize("layout", ["transposed", "strided", "mixed"])
def test_memory_layout_makes_no_difference(make, layout):
    # Large enough for several chunks, and not a multiple of one.
    shape = (3 * CHUNK_BYTES // 8 // 64 + 1, 64)
    rng = np.random.default_rng(0)
    values, gradients = rng.normal(size=shape), rng.normal(size=(3, *shape))
    plain = Tensor(values.copy(), requires_grad=True)
    odd = {
        "transposed": np.array(values.T, order="C").T,
        "strided": np.repeat(values, 2, axis=1)[:, ::2],
        "mixed": values.copy(),
    }[layout]
    laid_out = Tensor(odd, requires_grad=True)
    one, other, array = make([plain]), make([laid_out]), laid_out._data
    for g in gradients:
        plain.grad = g
        laid_out.grad = np.asfortranarray(g) if layout == "mixed" else g
        one.step()
        other.step()
    assert laid_out._data is array
    np.testing.assert_array_equal(laid_out.data, plain.data)


@makers
def test_chunks_make_no_difference(make):
    # One large parameter against its own rows, each of which fits into one chunk.
    rng = np.random.default_rng(1)
    n = CHUNK_BYTES // 8 - 1
    values, gradients = rng.normal(size=(3, n)), rng.normal(size=(4, 3, n))
    whole = Tensor(values.copy(), requires_grad=True)
    rows = [Tensor(row.copy(), requires_grad=True) for row in values]
    one, other = make([whole]), make(rows)
    for g in gradients:
        whole.grad = g
        for row, row_g in zip(rows, g):
            row.grad = row_g
        one.step()
        other.step()
    np.testing.assert_array_equal(whole.data, np.stack([row.data for row in rows]))


@makers
def test_a_step_allocates_less_than_one_chunk(make):
    p = ones(1000, 1000)
    p.grad = np.ones((1000, 1000), np.float32)
    optimizer = make([p])
    assert sum(scratch.nbytes for scratch in optimizer._scratch.values()) == 2 * CHUNK_BYTES
    optimizer.step()
    tracemalloc.start()
    try:
        optimizer.step()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < CHUNK_BYTES


def test_weight_decay_can_leave_biases_alone():
    layer = Linear(3, 2, rng=0, dtype=np.float64)
    layer.bias.data[...] = 1
    weight = layer.weight.data.copy()
    optimizer = SGD(layer, lr=0.5, weight_decay=0.1, decay_biases=False)
    for p in optimizer.params:
        p.grad = np.zeros(p.shape)
    optimizer.step()
    np.testing.assert_allclose(layer.weight.data, 0.95 * weight)
    np.testing.assert_array_equal(layer.bias.data, 1)
    optimizer = SGD(layer, lr=0.5, weight_decay=0.1)
    optimizer.step()
    np.testing.assert_allclose(layer.bias.data, 0.95)


def test_a_graph_from_before_the_step_does_not_use_the_new_values():
    w = ones(2)
    loss = (w * w).sum()
    w.grad = np.ones(2)
    SGD([w], 0.1).step()
    with pytest.raises(ChangedValueError):
        loss.backward()


def test_zero_grad():
    w = ones(2)
    optimizer = SGD([w], 0.1)
    optimizer.zero_grad(set_to_none=False)
    assert w.grad is None
    w.grad = np.ones(2)
    optimizer.zero_grad(set_to_none=False)
    np.testing.assert_array_equal(w.grad.data, 0)
    optimizer.zero_grad()
    assert w.grad is None


# --- state ----------------------------------------------------------------------------------------


@makers
def test_a_restored_optimizer_goes_on_as_the_saved_one(make):
    p, q = ones(3), ones(3)
    one, other = make([p]), make([q])
    gradients = np.random.default_rng(0).normal(size=(6, 3))
    for i, g in enumerate(gradients):
        if i == 3:
            one.lr = 0.05
            other.load_state_dict(one.state_dict())
            q.data[...] = p.data
        p.grad, q.grad = g, g
        one.step()
        if i >= 3:
            other.step()
    assert (other.lr, other.steps) == (0.05, 6)
    np.testing.assert_array_equal(p.data, q.data)


def test_a_state_that_does_not_fit_is_refused_whole():
    optimizer = Adam([ones(3)])
    before = optimizer.state_dict()
    state = {**before, "0.sum": np.ones(4), "1.sum": np.ones(3), "lr": np.array(5.0)}
    del state["0.sum_of_squares"]
    with pytest.raises(
        StateDictError, match=r"Adam(.|\n)*'0.sum_of_squares'(.|\n)*'0.sum'(.|\n)*'1.sum'"
    ):
        optimizer.load_state_dict(state)
    for name, value in optimizer.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_the_saved_state_is_a_copy():
    p = ones(2)
    optimizer = Adam([p])
    saved = optimizer.state_dict()
    p.grad = np.ones(2)
    optimizer.step()
    assert saved["steps"] == 0
    np.testing.assert_array_equal(saved["0.sum"], 0)


def test_the_repr_says_what_it_trains():
    assert repr(SGD([ones(2), ones(3)], 0.1)) == "SGD(2 parameters, lr=0.1)"


# --- gradients that add up -----------------------------------------------------------------------


def test_a_gradient_that_grows_on_after_a_step_is_warned_of_once():
    w, v = ones(2, name="w"), ones(2, name="v")
    optimizer = SGD([w, v], lr=0.1)
    (w * v).sum().backward()
    optimizer.step()
    with pytest.warns(AccumulationWarning, match=r"tensor 'w'.*zero_grad\(\)") as caught:
        (w * v).sum().backward()
    assert [warning.filename for warning in caught] == [__file__]
    optimizer.step()
    (w * v).sum().backward()


@makers
def test_gradients_that_add_up_before_a_step_are_nothing_to_warn_of(make):
    w = ones(2)
    optimizer = make([w])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            optimizer.zero_grad()
            for _ in range(3):
                w.sum().backward()
            optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        w.sum().backward()
        optimizer.step()
        w.grad = None
        w.sum().backward()
    np.testing.assert_array_equal(w.grad.data, [1, 1])


def test_one_tensor_is_no_list_of_them():
    with pytest.raises(OptimizerError, match=r"\[tensor\]"):
        SGD(Tensor([1.0], requires_grad=True), lr=0.1)


@pytest.mark.parametrize(
    ("entry", "value", "error"),
    [("lr", -5.0, SettingError), ("steps", -1, SettingError), ("steps", 2.7, StateDictError)],
)
def test_a_state_that_can_not_be_is_not_loaded(entry, value, error):
    optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=0.1)
    with pytest.raises(error):
        optimizer.load_state_dict(optimizer.state_dict() | {entry: np.array(value)})
    assert (optimizer.lr, optimizer.steps) == (0.1, 0)


@pytest.mark.parametrize("lr", ["a", None, 1j])
def test_settings_are_numbers(lr):
    with pytest.raises(SettingError, match="lr="):
        SGD([Tensor([1.0], requires_grad=True)], lr=lr)
