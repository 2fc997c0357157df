import copy
import pickle

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.errors import (
    ChangedValueError,
    DetachError,
    DtypeError,
    SettingError,
    ShapeError,
    StateDictError,
)
from tinygrad_course.nn import Buffer, Linear, Module, Parameter, Sequential
from tinygrad_course.tensor import Tensor


class Average(Module):
    """Parameters and buffers, declared in another order than they are saved in."""

    def __init__(self):
        self.count = Buffer(0)
        self.inner = Linear(2, 2, rng=0)
        self.mean = Buffer(np.zeros(3), dtype=np.float32)
        self.scale = Parameter(np.ones(3, np.float32))

    def forward(self, x):
        return x * self.scale + self.mean


def test_it_is_a_constant_that_a_module_finds():
    net = Sequential(Average())
    assert [path for path, _ in net.named_buffers()] == ["0.count", "0.mean"]
    assert list(net.buffers()) == [net[0].count, net[0].mean]
    assert [p.shape for p in net.parameters()] == [(3,), (2, 2), (2,)]
    assert net.num_parameters() == 3 + 4 + 2
    assert not net[0].mean.requires_grad
    assert net[0].mean.name == "0.mean"


def test_a_state_has_parameters_then_buffers_then_what_is_inside():
    net = Average()
    assert list(net.state_dict()) == ["scale", "count", "mean", "inner.weight", "inner.bias"]


def test_a_state_with_buffers_goes_round():
    net, other = Average(), Average()
    net.count.update(7)
    net.mean.update([1, 2, 3])
    other.load_state_dict(net.state_dict())
    assert (other.count.data, other.count.dtype) == (7, np.int64)
    np.testing.assert_array_equal(other.mean.data, [1, 2, 3])
    saved = net.state_dict()
    net.mean.data[0] = 9
    assert saved["mean"][0] == 1
    with pytest.raises(StateDictError, match="missing: 'mean'"):
        other.load_state_dict({k: v for k, v in saved.items() if k != "mean"})
    with pytest.raises(StateDictError, match="not whole: 'count'"):
        other.load_state_dict(saved | {"count": 0.5})
    assert other.count.data == 7


@pytest.mark.parametrize("size", [3, 1000])
def test_pending_graphs_keep_the_value_that_they_saw(size):
    buffer, x = Buffer(np.full(size, 2.0)), leaf(np.ones(size))
    y = (x * buffer).sum()
    buffer.update(np.full(size, 5.0))
    y.backward()
    np.testing.assert_array_equal(x.grad.data, 2)
    np.testing.assert_array_equal((x * buffer).data, 5)


def test_a_write_into_one_is_no_update_and_is_noticed():
    buffer, x = Buffer(np.full(1000, 2.0)), leaf(np.ones(1000))
    y = (x * buffer).sum()
    buffer.data[...] = 5.0
    with pytest.raises(ChangedValueError):
        y.backward()


def test_an_update_keeps_shape_and_dtype_and_takes_a_copy():
    buffer = Buffer(np.zeros(2, np.float32))
    new = np.ones(2)
    buffer.update(new)
    new[:] = 3
    np.testing.assert_array_equal(buffer.data, 1)
    assert buffer.dtype == np.float32
    with pytest.raises(ShapeError, match=r"\(2,\)"):
        buffer.update(np.zeros(3))
    with pytest.raises(DetachError, match=r"\.detach\(\)"):
        buffer.update(leaf(np.zeros(2)) * 2)
    buffer.update((leaf(np.full(2, 4.0)) * 2).detach())
    np.testing.assert_array_equal(buffer.data, 8)


def test_a_gradient_is_refused():
    with pytest.raises(DetachError, match=r"\.detach\(\)"):
        Buffer(leaf([1.0]))
    Buffer(leaf([1.0]).detach())
    buffer = Buffer([1.0], name="mean")
    with pytest.raises(DtypeError, match=r"'mean'.*is not learnt: make it an nn\.Parameter"):
        buffer.requires_grad = True
    buffer.requires_grad = False


@pytest.mark.parametrize("value", [np.ones(3), Tensor(np.ones(3)), 3.0, "mean"])
def test_a_buffer_is_not_replaced_by_what_is_not_saved(value):
    net = Average()
    held = net.mean
    with pytest.raises(
        SettingError, match=r"Average\.mean is a Buffer.*mean\.update\(….*nn\.Buffer"
    ):
        net.mean = value
    assert net.mean is held
    net.mean = Buffer(np.ones(3))
    net.mean = None
    assert "mean" not in net.state_dict()


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda b: pickle.loads(pickle.dumps(b))])
def test_copies_are_buffers(copied):
    buffer = Buffer(np.ones(2), name="b")
    twin = copied(buffer)
    twin.update(np.zeros(2))
    assert (type(twin), twin.name) == (Buffer, "b")
    np.testing.assert_array_equal(buffer.data, 1)
    assert type(buffer * 2) is Tensor


def test_the_repr_says_what_it_is():
    assert "(mean): buffer of shape (3,)" in repr(Average())
    assert "(scale): parameter of shape (3,)" in repr(Average())
