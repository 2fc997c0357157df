"""The Tensor itself: construction, attributes, methods, .grad, Python's protocols, bad input."""

import copy
import pickle
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course import Tensor
from tinygrad_course.errors import (
    DetachError,
    DtypeError,
    GraphError,
    NotRecordedError,
    ShapeError,
)

M = np.arange(6.0).reshape(2, 3) / 4 + 0.25

# --- construction --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [2.0, 3, True, [1.0, 2.0], [[1, 2]], (), np.float32(1), np.ones((2, 0), np.float16)]
)
def test_it_holds_what_numpy_makes_of_the_data(data):
    t, expected = Tensor(data), np.asarray(data)
    assert (t.shape, t.ndim, t.size, t.dtype) == (
        expected.shape,
        expected.ndim,
        expected.size,
        expected.dtype,
    )
    np.testing.assert_array_equal(t.numpy(), expected)
    assert type(t.numpy()) is np.ndarray
    assert t.tolist() == expected.tolist()
    assert not t.requires_grad
    assert t.grad is t.node is t.name is None


def test_an_array_is_not_copied_but_for_a_leaf_and_a_dtype_is_obeyed():
    array = np.ones(3)
    for constant in (Tensor(array), Tensor(array, dtype=np.float64), Tensor(Tensor(array))):
        assert np.shares_memory(constant.data, array)
    assert not np.shares_memory(Tensor(array, requires_grad=True).data, array)
    later = Tensor(array)
    later.requires_grad = True
    assert not np.shares_memory(later.data, array)
    assert Tensor(array, dtype=np.float32).dtype == np.float32
    assert Tensor([1, 2], dtype=float).dtype == np.float64
    np.testing.assert_array_equal(Tensor([Tensor(1.0), Tensor(2.0)]).data, [1.0, 2.0])


@pytest.mark.parametrize("data", ["a", None, [1j], object(), ["a", 1.0], np.array("2020", "M8[D]")])
def test_what_is_not_a_real_number_is_refused(data):
    with pytest.raises(DtypeError, match="real numbers"):
        Tensor(data)


@pytest.mark.parametrize("data", [1, [1, 2], True, np.zeros(2, np.uint8)])
def test_only_floating_point_can_require_a_gradient(data):
    with pytest.raises(DtypeError, match=r"'labels' of shape .*dtype (u?int|bool).*dtype=float"):
        Tensor(data, requires_grad=True, name="labels")
    t = Tensor(data)
    with pytest.raises(DtypeError):
        t.requires_grad = True
    assert not t.requires_grad


def test_a_tracked_tensor_is_not_wrapped_in_silence():
    tracked = Tensor([1.0], requires_grad=True, name="x")
    for wrap in (lambda: Tensor(tracked), lambda: Tensor([tracked, tracked])):
        with pytest.raises(DetachError, match=r"\.detach\(\)"):
            wrap()


def test_requires_grad_can_be_switched_on_a_leaf_only():
    t = Tensor([1.0])
    t.requires_grad = True
    y = t * 2.0
    assert t.is_leaf
    assert not y.is_leaf
    with pytest.raises(GraphError, match=r"\.detach\(\)"):
        y.requires_grad = False
    t.requires_grad = False
    assert (t * 2.0).is_leaf


def test_detach_shares_the_values_and_leaves_the_graph():
    x = Tensor([1.0, 2.0], requires_grad=True, name="x")
    y = x.detach()
    assert np.shares_memory(y.data, x.data)
    assert y.name == "x"
    assert not y.requires_grad
    assert x.requires_grad


# --- methods -------------------------------------------------------------------------------------

METHODS = [
    lambda x: x.sum(),
    lambda x: x.sum(0),
    lambda x: x.sum(axis=0, keepdims=True),
    lambda x: x.sum((0, 1)),
    lambda x: x.sum(axis=-1),
    lambda x: x.mean(1),
    lambda x: x.mean(axis=(0, 1), keepdims=True),
    lambda x: x.prod(axis=0),
    lambda x: x.max(axis=1),
    lambda x: x.min(0),
    lambda x: x.var(ddof=1),
    lambda x: x.var(0),
    lambda x: x.std(axis=1, ddof=1, keepdims=True),
    lambda x: x.cumsum(),
    lambda x: x.cumsum(1),
    lambda x: x.cumsum(axis=-1),
    lambda x: x.reshape(3, 2),
    lambda x: x.reshape((3, 2)),
    lambda x: x.reshape(-1),
    lambda x: x.reshape(-1, 2),
    lambda x: x.reshape([6]),
    lambda x: x.ravel(),
    lambda x: x.flatten(),
    lambda x: x.transpose(),
    lambda x: x.transpose(1, 0),
    lambda x: x.transpose((1, 0)),
    lambda x: x.transpose(None),
    lambda x: x.swapaxes(0, 1),
    lambda x: x.swapaxes(axis1=0, axis2=-1) if isinstance(x, Tensor) else x.swapaxes(0, -1),
    lambda x: x[None].squeeze(),
    lambda x: x[None].squeeze(0),
    lambda x: x[..., None].squeeze(axis=-1),
    lambda x: x.take(1),
    lambda x: x.take([1, -1], 1),
    lambda x: x.take(indices=[4, 0], axis=1, mode="wrap"),
    lambda x: x.repeat(2),
    lambda x: x.repeat(repeats=[2, 0, 1], axis=1),
    lambda x: x.compress([True, False, True], axis=1),
    lambda x: x.diagonal(),
    lambda x: x.diagonal(offset=1, axis1=0, axis2=1),
    lambda x: x.trace(),
    lambda x: x.trace(-1, 1, 0),
    lambda x: x.clip(0.5, 1.0),
    lambda x: x.clip(min=0.5),
    lambda x: x.clip(max=1.0),
    lambda x: x.clip(None, 1.0),
    lambda x: x.round(),
    lambda x: x.round(1),
    lambda x: x.round(decimals=-1),
    lambda x: x.conj(),
    lambda x: x.conjugate(),
    lambda x: x.copy(),
    lambda x: x.dot(np.ones(3)),
    lambda x: x.astype(np.float32),
    lambda x: x.astype("float64"),
    lambda x: x.T,
    lambda x: x.mT,
    lambda x: x[None].mT,
    lambda x: x[0],
    lambda x: x[:, 1:],
    lambda x: x[..., None],
    lambda x: x[x > 0.5],
    lambda x: x[[0, 0, 1]],
    lambda x: x[np.array([1]), 2],
    lambda x: x[::-1, ::2],
]


@pytest.mark.parametrize("method", METHODS)
def test_methods_agree_with_those_of_an_array(method):
    x = Tensor(M.copy(), requires_grad=True)
    result, expected = method(x), method(M)
    assert type(result) is Tensor
    assert result.requires_grad
    assert (result.shape, result.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_array_equal(result.data, expected)
    result.sum().backward()
    assert x.grad is not None
    assert (x.grad.shape, x.grad.dtype) == (x.shape, x.dtype)


def test_the_methods_of_the_field():
    x = Tensor(M - 1.0)
    e = np.exp(x.data)
    for result, expected in (
        (x.exp(), e),
        (x.exp().log(), x.data),
        (x.tanh(), np.tanh(x.data)),
        (x.relu(), np.maximum(x.data, 0)),
        (x.sigmoid(), e / (1 + e)),
        (x.softmax(), e / e.sum(-1, keepdims=True)),
        (x.softmax(axis=0), e / e.sum(0, keepdims=True)),
        (x.log_softmax(0), np.log(e / e.sum(0, keepdims=True))),
        (x.logsumexp(), np.log(e.sum())),
        (x.logsumexp(axis=1, keepdims=True), np.log(e.sum(1, keepdims=True))),
    ):
        np.testing.assert_allclose(result.data, expected)


def test_an_index_may_be_a_tensor():
    x = Tensor(M, requires_grad=True)
    np.testing.assert_array_equal(x[Tensor([1, 0])].data, M[[1, 0]])
    np.testing.assert_array_equal(x[Tensor([True, False])].data, M[[True, False]])
    np.testing.assert_array_equal(x[Tensor(1), Tensor([2])].data, M[1, [2]])
    assert [10, 20, 30][Tensor(1)] == 20
    with pytest.raises(IndexError):
        x[5]


# --- .grad ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("given_gradient", [False, True])
def test_a_gradient_owns_its_memory(size, create_graph, given_gradient):
    a, b, c = (Tensor(np.ones(size), requires_grad=True, name=name) for name in "abc")
    seed = np.ones(size)
    y = a + b + c.reshape(1, size)[0]
    y.retain_grad()
    if given_gradient:
        y.backward(seed, create_graph=create_graph)
    else:
        y.sum().backward(create_graph=create_graph)
    gradients = [t.grad for t in (a, b, c, y)]
    for i, one in enumerate(gradients):
        assert one is not None
        assert one._data.flags.writeable
        one.data[...] = i + 10.0  # as clipping and optimizers do
    for i, one in enumerate(gradients):
        assert one is not None
        np.testing.assert_array_equal(one.data, np.full(size, i + 10.0))
    np.testing.assert_array_equal(seed, np.ones(size))


def test_a_gradient_does_not_change_under_those_who_hold_it():
    x = Tensor([1.0, 2.0], requires_grad=True)
    (x * 3.0).sum().backward()
    held = x.grad
    assert held is not None
    kept = held.data.copy()
    (x * 5.0).sum().backward()
    np.testing.assert_array_equal(held.data, kept)
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.data, [8.0, 8.0])


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize(
    "seed", [[1, 2], (1.0, 2.0), np.float32([1, 2]), np.array([1, 2]), Tensor([1.0, 2.0])]
)
def test_the_gradient_given_to_backward_may_be_anything_array_like(seed, dtype, create_graph):
    x = Tensor(np.ones(2, dtype), requires_grad=True)
    (x * 3.0).backward(seed, create_graph=create_graph)
    assert x.grad is not None
    assert x.grad.dtype == dtype
    np.testing.assert_array_equal(x.grad.data, [3.0, 6.0])


def test_backward_on_a_leaf_and_on_one_element():
    x = Tensor([[2.0]], requires_grad=True)
    x.backward()
    (x * 4.0).backward()
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.data, [[5.0]])


def test_empty_tensors_have_empty_gradients():
    x = Tensor(np.ones((0, 3), np.float32), requires_grad=True)
    (np.exp(x) @ np.ones((3, 2), np.float32)).sum().backward()
    assert x.grad is not None
    assert (x.grad.shape, x.grad.dtype) == ((0, 3), np.float32)


def test_grad_can_be_set_to_what_fits():
    x = Tensor(np.float32([1, 2]), requires_grad=True, name="x")
    x.grad = [3.0, 4.0]
    assert isinstance(x.grad, Tensor)
    assert x.grad.dtype == np.float32
    with pytest.raises(ShapeError, match=r"'x' of shape \(2,\).*\(3,\)"):
        x.grad = np.ones(3)
    np.testing.assert_array_equal(x.grad.data, [3.0, 4.0])
    x.grad = None
    assert x.grad is None


def test_threads_with_graphs_of_their_own():
    slopes = {}

    def work(i):
        x = Tensor(float(i), requires_grad=True)
        for _ in range(50):
            x.grad = None
            (x * x * x).backward()
        slopes[i] = x.grad.item()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert slopes == {i: 3.0 * i * i for i in range(4)}


# --- bad input: named, with a way out, and nothing has changed -----------------------------------


def test_backward_of_what_is_no_scalar():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * x
    y.name = "losses"
    with pytest.raises(
        ShapeError, match=r"'losses' of shape \(2,\).*\.sum\(\).*backward\(gradient\)"
    ):
        y.backward()
    with pytest.raises(ShapeError, match=r"'losses'.*\(2, 1\).*\(2,\)"):
        y.backward(np.ones((2, 1)))
    assert x.grad is None
    y.backward([1.0, 1.0])


def test_backward_without_a_graph():
    for y in (Tensor(1.0, name="y"), Tensor(1.0, requires_grad=True, name="y").detach()):
        with pytest.raises(NotRecordedError, match=r"'y'.*requires_grad=True.*no_grad"):
            y.backward()
        with pytest.raises(NotRecordedError, match="'y'"):
            y.retain_grad()


def test_data_of_another_shape_or_with_a_gradient():
    x = Tensor([1.0, 2.0], requires_grad=True, name="x")
    with pytest.raises(ShapeError, match=r"'x'.*\(3,\).*\(2,\)"):
        x.data = np.ones(3)
    with pytest.raises(DetachError):
        x.data = x * 2.0
    with pytest.raises(DetachError, match=r"'x'"):
        x[0] = Tensor(1.0, requires_grad=True)
    with pytest.raises(ShapeError, match=r"'x' of shape \(2,\)"):
        x[:] = [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(x.data, [1.0, 2.0])
    x.data = [3, 4]
    assert x.dtype == np.float64


def test_writing_is_numpys():
    array = M.copy()
    t = Tensor(array, name="t")
    for index, value in (((0,), 9.0), ((slice(None), 1), Tensor([5.0, 6.0])), ((M > 1,), 0.0)):
        expected = t.data.copy()
        expected[index] = value.data if isinstance(value, Tensor) else value
        t[index] = value
        np.testing.assert_array_equal(t.data, expected)
    np.testing.assert_array_equal(array, M)  # the caller's array is not written into


# --- Python's protocols --------------------------------------------------------------------------


@given(st.floats(-1e6, 1e6) | st.integers(-(2**62), 2**62) | st.booleans())
def test_one_element_converts_like_the_number(number):
    for t in (Tensor(number), Tensor([[number]])):
        assert t.item() == number
        assert bool(t) == bool(number)
        assert float(t) == float(number)
        assert f"{t:.3e}" == f"{t.item():.3e}"
    assert int(Tensor(number)) == int(number)


def test_conversions_never_detach_in_silence():
    x = Tensor(2.0, requires_grad=True, name="x")
    for convert in (float, int, np.asarray, Tensor.numpy, Tensor.tolist, lambda t: [1, 2, 3][t]):
        with pytest.raises(DetachError, match=r"'x' of shape \(\)"):
            convert(x)
    # These give away no array that could be computed with.
    assert x.item() == 2.0
    assert bool(x)
    assert f"{x:.1f}" == "2.0"


@pytest.mark.parametrize("shape", [(0,), (2,), (2, 3)])
def test_truth_and_item_need_one_element(shape):
    t = Tensor(np.ones(shape), name="t")
    with pytest.raises(ShapeError, match=r"'t' of shape .*\.all\(\) or \.any\(\)"):
        bool(t)
    with pytest.raises(ShapeError, match=rf"'t'.* has {t.size} elements"):
        t.item()


def test_sequences():
    x = Tensor(M, requires_grad=True)
    assert len(x) == 2
    rows = list(x)
    for row, expected in zip(rows, M, strict=True):
        np.testing.assert_array_equal(row.data, expected)
    (rows[0].sum() + sum(rows).sum()).backward()
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.data, [[2.0] * 3, [1.0] * 3])
    for wrong in (len, iter):
        with pytest.raises(TypeError, match=r"'s' of shape .* scalar"):
            wrong(Tensor(1.0, name="s"))


def test_a_tensor_is_itself_in_sets_and_dictionaries():
    x, twin = Tensor(1.0), Tensor(1.0)
    assert len({x, x, twin}) == 2
    assert {x: "x", twin: "twin"}[x] == "x"


def test_the_repr_shows_value_name_and_origin():
    x = Tensor(np.float32([1, 2]), requires_grad=True, name="x")
    assert repr(x) == "Tensor([1., 2.], dtype=float32, name='x', requires_grad=True)"
    assert repr(np.exp(x * 0.0)) == "Tensor([1., 1.], dtype=float32, from exp)"
    assert repr(Tensor(3)) == "Tensor(3)"
    assert str(x) == repr(x) == f"{x}"
    assert "..." in repr(Tensor(np.ones((100, 100))))
    assert len(repr(Tensor(np.ones((100, 100))))) < 1000


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))]
)
def test_a_copied_leaf_is_a_leaf_of_its_own(copied):
    x = Tensor([1.0, 2.0], requires_grad=True, name="x")
    x.grad = Tensor([5.0, 5.0])
    twin = copied(x)
    assert twin.name == "x"
    assert twin.requires_grad
    (twin * twin).sum().backward()
    np.testing.assert_array_equal(twin.grad.data, [7.0, 9.0])
    np.testing.assert_array_equal(x.grad.data, [5.0, 5.0])
    plain = copied(Tensor([1]))
    assert not plain.requires_grad
    with pytest.raises(GraphError, match=r"\.detach\(\)"):
        copied(x * 2.0)
    assert copied is copy.copy or twin.data is not x.data


def test_what_is_computed_from_a_subclass_is_a_plain_tensor():
    class Weight(Tensor):
        pass

    w = Weight([1.0, 2.0], requires_grad=True)
    x = Tensor([3.0, 4.0])
    for result in (w * 2.0, 2.0 * w, w + x, x + w, -w, np.exp(w), w.sum(), w[0], w.detach()):
        assert type(result) is Tensor
    (x * w).sum().backward()
    assert w.grad is not None
    np.testing.assert_array_equal(w.grad.data, [3.0, 4.0])
    twin = copy.deepcopy(w)
    assert type(twin) is Weight


def test_a_name_given_later_reaches_the_node():
    y = Tensor(1.0, requires_grad=True) * 2.0
    y.name = "y"
    assert y.node is not None
    assert y.node.name == "y"
    assert "name='y'" in repr(y)


@pytest.mark.parametrize("method", ["argmax", "argmin", "all", "any"])
@pytest.mark.parametrize("axis", [None, 0, -1])
def test_methods_without_a_derivative_give_plain_arrays(method, axis):
    values = np.array([[0.0, 2.0], [1.0, 0.0]])
    x = Tensor(values, requires_grad=True)
    found = getattr(x, method)(axis)
    assert not isinstance(found, Tensor)
    np.testing.assert_array_equal(found, getattr(values, method)(axis))


def test_a_copy_has_a_gradient_and_attributes_of_its_own():
    class Weight(Tensor):
        pass

    w = Weight([1.0, 2.0], requires_grad=True)
    w.layer = "first"
    (w * w).sum().backward()
    for twin in (copy.copy(w), copy.deepcopy(w), pickle.loads(pickle.dumps(Tensor(w.data)))):
        assert twin.data.tolist() == [1, 2]
    twin = copy.copy(w)
    assert (type(twin), twin.layer) == (Weight, "first")
    twin.grad.data[...] = 0
    assert w.grad.data.tolist() == [2, 4]


@pytest.mark.parametrize(
    "use",
    [
        lambda w: Tensor([1j], dtype=float),
        lambda w: w.sum().backward(1j),
        lambda w: setattr(w, "grad", [1j, 1j]),
        lambda w: w.__setitem__(0, 1j),
        lambda w: w.__setitem__(0, "abc"),
    ],
)
def test_what_is_no_real_number_is_refused_and_not_cut_to_one(use):
    w = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(DtypeError):
        use(w)
    assert (w.grad, w.data.tolist()) == (None, [1, 2])


def test_an_index_of_arrays_in_a_list_is_the_one_it_was():
    t, k = Tensor([1.0, 2.0, 3.0], requires_grad=True), np.array([0, 0])
    z = t[[k, k]].sum()
    k[...] = 1
    z.backward()
    assert t.grad.data.tolist() == [4, 0, 0]
