"""What recording gives: values, dtypes and gradients of every operator, on both sides, with anything."""

import math
import operator
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course import Tensor, no_grad
from tinygrad_course.errors import DtypeError, ShapeError
from tinygrad_course.tensor.nodes import Constant, is_abstract

BINARY = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.pow,
    operator.floordiv,
    operator.mod,
    operator.matmul,
]
ELEMENTWISE = BINARY[:-1]
COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]
X = np.array([1.0, 2.0, 3.0])
OTHERS = {
    "float": 2.0,
    "int": 3,
    "bool": True,
    "NumPy float64": np.float64(2.0),
    "NumPy float32": np.float32(2.0),
    "NumPy int": np.int64(2),
    "0-d array": np.array(2.0),
    "array": np.array([2.0, 0.5, 1.5]),
    "integer array": np.array([1, 2, 3]),
    "column": np.array([[1.0, 2.0, 3.0]]).T,
    "list": [2.0, 0.5, 1.5],
    "tuple": (2.0, 0.5, 1.5),
    "Tensor": Tensor([2.0, 0.5, 1.5]),
    "tracked Tensor": Tensor([2.0, 0.5, 1.5], requires_grad=True),
    "scalar Tensor": Tensor(2.0),
}
SCALAR = {kind for kind, other in OTHERS.items() if np.ndim(getattr(other, "data", other)) == 0}


ON_A_SIDE = [(kind, side) for kind in OTHERS for side in ("left", "right")]
NO_MATRIX = [(kind, side) for kind, side in ON_A_SIDE if kind in SCALAR] + [("column", "left")]


@pytest.mark.parametrize(("kind", "side"), NO_MATRIX)
def test_what_does_not_fit_a_matrix_product_is_refused(kind, side):
    x, other = Tensor(X, requires_grad=True), OTHERS[kind]
    with pytest.raises(ShapeError):
        x @ other if side == "right" else other @ x


@pytest.mark.parametrize(
    ("op", "kind", "side"),
    [
        (op, *other)
        for op in BINARY
        for other in ON_A_SIDE
        if op is not operator.matmul or other not in NO_MATRIX
    ],
)
def test_operators_agree_with_numpy_and_are_recorded(op, kind, side):
    other = OTHERS[kind]
    plain = other.data if isinstance(other, Tensor) else other
    plain = np.asarray(plain) if isinstance(plain, (list, tuple)) else plain
    x = Tensor(X, requires_grad=True)
    expected = op(X, plain) if side == "right" else op(plain, X)
    result = op(x, other) if side == "right" else op(other, x)
    assert type(result) is Tensor
    assert result.requires_grad
    assert result.dtype == expected.dtype
    np.testing.assert_array_equal(result.data, expected)
    result.sum().backward()
    assert x.grad is not None
    assert x.grad.shape == x.shape
    with no_grad():
        assert not op(x, other if side == "right" else x).requires_grad


@pytest.mark.parametrize("op", COMPARISONS)
@pytest.mark.parametrize("kind", OTHERS)
def test_comparisons_give_plain_arrays(op, kind):
    other = OTHERS[kind]
    plain = other.data if isinstance(other, Tensor) else other
    for x in (Tensor(X, requires_grad=True), Tensor(X), Tensor(np.array([1, 2, 3]))):
        for result, expected in (
            (op(x, other), op(x.data, plain)),
            (op(other, x), op(plain, x.data)),
        ):
            assert isinstance(result, np.ndarray)
            assert result.dtype == bool
            np.testing.assert_array_equal(result, expected)


def test_unary_operators():
    x = Tensor([-1.0, 2.0], requires_grad=True)
    np.testing.assert_array_equal((-x).data, [1.0, -2.0])
    np.testing.assert_array_equal(abs(x).data, [1.0, 2.0])
    assert +x is x


def test_rounding_with_pythons_functions():
    x = Tensor([-1.61, 12.7], requires_grad=True)
    for result, expected in (
        (round(x), [-2, 13]),
        (round(x, 1), [-1.6, 12.7]),
        (round(x, -1), [0, 10]),
        (math.floor(x), [-2, 12]),
        (math.ceil(x), [-1, 13]),
        (math.trunc(x), [-1, 12]),
    ):
        assert result.requires_grad
        np.testing.assert_array_equal(result.data, expected)


def test_divmod_is_quotient_and_remainder():
    x = Tensor([-7.5, 7.5], requires_grad=True)
    for results, expected in (
        (divmod(x, 2), divmod(x.data, 2)),
        (divmod(2.0, x), divmod(2.0, x.data)),
        (divmod(x.data, x), divmod(x.data, x.data)),
    ):
        assert isinstance(results, tuple)
        for result, value in zip(results, expected, strict=True):
            assert result.requires_grad
            np.testing.assert_array_equal(result.data, value)
    with pytest.raises(TypeError):
        divmod(x, object())


def test_augmented_assignment_makes_a_new_tensor():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x
    y += 1.0
    y *= 3.0
    assert y is not x
    np.testing.assert_array_equal(x.data, [1.0, 2.0])
    y.sum().backward()
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.data, [3.0, 3.0])


def test_an_operand_that_wants_to_handle_it_itself_does():
    class Other:
        __array_ufunc__ = None

        def __radd__(self, left):
            return "right"

        def __add__(self, right):
            return "left"

        def __gt__(self, right):
            return "compared"

    x = Tensor(X, requires_grad=True)
    other = Other()
    assert (x + other, other + x, x < other) == ("right", "left", "compared")
    with pytest.raises(TypeError):
        x - other


@pytest.mark.parametrize("other", [None, "a", object(), {}])
@pytest.mark.parametrize("op", [operator.add, operator.mul, operator.matmul])
def test_an_operand_that_is_no_number_is_a_type_error(op, other):
    x = Tensor(X, requires_grad=True)
    with pytest.raises((TypeError, ShapeError)):
        op(x, other)


# --- dtypes (NEP 50) -----------------------------------------------------------------------------

FLOATS = st.sampled_from([np.float16, np.float32, np.float64])
WEAK = st.sampled_from([2, 2.0, True])


@given(FLOATS, WEAK, st.sampled_from(ELEMENTWISE), st.booleans(), st.sampled_from([(), (3,)]))
def test_a_python_scalar_leaves_the_dtype(dtype, scalar, op, left, shape):
    x = Tensor(np.full(shape, 1.5, dtype), requires_grad=True)
    result = op(scalar, x) if left else op(x, scalar)
    assert result.dtype == dtype
    result.sum().backward()
    assert x.grad is not None
    assert x.grad.dtype == dtype


@given(
    FLOATS,
    WEAK,
    st.sampled_from([np.maximum, np.minimum, np.logaddexp, np.power, np.divide]),
    st.booleans(),
)
def test_so_do_functions(dtype, scalar, function, left):
    x = Tensor(np.full(3, 1.5, dtype), requires_grad=True)
    test = (lambda: function(scalar, x)) if left else (lambda: function(x, scalar))
    for result in (test(), np.where(x > 1, x, scalar), np.clip(x, None, scalar)):
        x.grad = None
        result.sum().backward()
        assert x.grad is not None
        assert (result.dtype, x.grad.dtype) == (dtype, dtype)


@given(FLOATS, FLOATS, st.sampled_from(BINARY), st.booleans())
def test_mixed_dtypes_promote_forward_and_come_back_as_they_were(first, second, op, create_graph):
    x = Tensor(np.full((2, 2), 1.5, first), requires_grad=True)
    y = Tensor(np.full((2, 2), 0.5, second), requires_grad=True)
    result = op(x, y).sum()
    assert result.dtype == np.promote_types(first, second)
    result.backward(create_graph=create_graph)
    assert x.grad is not None
    assert y.grad is not None
    assert (x.grad.dtype, y.grad.dtype) == (first, second)


@pytest.mark.parametrize("dtype", [int, np.int8, bool])
def test_no_gradient_flows_through_integers(dtype):
    x = Tensor(X, requires_grad=True)
    with pytest.raises(DtypeError, match=r"astype.*\.detach\(\)"):
        x.astype(dtype)
    assert x.detach().astype(dtype).dtype == dtype


@pytest.mark.parametrize("other", [1j, np.array([1j, 1, 1]), np.complex64(1j), [1j, 1, 1]])
def test_complex_numbers_are_refused(other):
    x = Tensor(X, requires_grad=True)
    with pytest.raises(DtypeError, match="complex"):
        x * other
    with pytest.raises(DtypeError, match="complex"):
        other * x


# --- shapes that don't fit -----------------------------------------------------------------------


@pytest.mark.parametrize("op", ELEMENTWISE)
@pytest.mark.parametrize("kind", ["tensor", "array", "list"])
@pytest.mark.parametrize("swapped", [False, True])
def test_shapes_that_do_not_broadcast(op, kind, swapped):
    first = Tensor(np.ones((2, 3)), requires_grad=True, name="first")
    other = np.ones((4, 5))
    if kind == "tensor":
        other = Tensor(other, requires_grad=True, name="second")
    elif kind == "list":
        other = other.tolist()
    operands = (other, first) if swapped else (first, other)
    with pytest.raises(ShapeError) as caught:
        op(*operands)
    message = str(caught.value)
    assert "'first' (2, 3)" in message
    assert "(4, 5)" in message
    assert ("'second'" in message) == (kind == "tensor")
    assert "[:, None]" in message, "the way out"
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("op", "first", "second", "transposed"),
    [
        (operator.matmul, (2, 3), (4, 3), "'w'"),
        (operator.matmul, (3, 2), (3, 4), "'x'"),
        (operator.matmul, (2,), (3, 2), "'w'"),
        (operator.matmul, (5, 2, 3), (4, 3), "'w'"),
        (np.dot, (2, 3), (4, 3), "'w'"),
        (operator.add, (2, 3), (3, 2), "'w'"),
        (operator.sub, (3, 2), (4, 2, 3), "'x'"),
        (np.maximum, (2, 3), (3, 2), "'w'"),
    ],
)
def test_an_operand_that_would_fit_transposed_is_named(op, first, second, transposed):
    x, w = Tensor(np.ones(first), name="x"), Tensor(np.ones(second), name="w")
    with pytest.raises(ShapeError, match=r"'x' .* and 'w' .*transpose of (.*) they would.*\.T"):
        op(x, w)
    with pytest.raises(ShapeError, match=rf"transpose of {transposed} "):
        op(x, w)


def test_one_that_would_not_says_what_has_to_fit():
    x = Tensor(np.ones((2, 3)), name="x")
    with pytest.raises(ShapeError, match=r"last axis of the first"):
        x @ Tensor(np.ones((4, 5)), name="w")


def test_functions_and_methods_name_the_tensor_too():
    x = Tensor(np.ones((2, 3)), name="x")
    for wrong in (
        lambda: x.reshape(4, 4),
        lambda: x.sum(axis=5),
        lambda: np.concatenate([x, np.ones((4, 5))]),
        lambda: np.stack([x, np.ones(3)]),
        lambda: np.einsum("ij,jk", x, np.ones((4, 5))),
        lambda: x.squeeze(0),
        lambda: np.broadcast_to(x, (4, 5)),
    ):
        with pytest.raises(ShapeError, match=r"'x' \(2, 3\)"):
            wrong()


# --- what drawings find --------------------------------------------------------------------------


def test_operands_without_a_node_are_remembered_for_drawings():
    x = Tensor(X, requires_grad=True)
    small, large = np.ones(3), Tensor(np.ones((1000, 3)), name="batch")
    for result in (x * small, np.multiply(x, small), small * x):
        kept = [c for c in result.node.constants if c is not None]
        assert len(kept) == 1
        assert isinstance(kept[0], Constant)
        np.testing.assert_array_equal(kept[0].value, small)
    (kept_large,) = [c for c in (large * x).node.constants if c is not None]
    assert kept_large.name == "batch"
    assert kept_large.spec.shape == (1000, 3)
    assert kept_large.value is None
    assert (x * 2.0).node.constants == (None, 2.0)
    assert (2.0 - x).node.constants == (2.0, None)
    assert (x * x).node.constants is None


# --- what stays for drawings ----------------------------------------------------------------------

MANY = 100_000
LARGE_PARAMETERS = {
    "an index": lambda x: x[np.arange(MANY) % 3],
    "in a tuple": lambda x: x[None][0, np.arange(MANY) % 3],
    "a mask": lambda x: np.repeat(x, MANY // 3)[np.arange(MANY // 3 * 3) % 2 == 0],
    "a list": lambda x: x[(np.arange(MANY) % 3).tolist()],
    "q": lambda x: np.quantile(x, np.linspace(0, 1, MANY)),
}


@pytest.mark.parametrize("operation", LARGE_PARAMETERS.values(), ids=LARGE_PARAMETERS)
def test_after_backward_no_large_parameter_is_held(operation):
    x = Tensor(X, requires_grad=True)
    operation(x).sum().backward()  # so that what is compiled once is not counted
    x.grad = None
    tracemalloc.start()
    y = operation(x).sum()
    y.backward()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < MANY, "fewer bytes than elements"


def test_small_parameters_and_the_specs_of_large_ones_stay():
    x = Tensor(X, requires_grad=True)
    small, large = np.array([0, 1]), np.arange(MANY) % 3
    node = x[None][0, small].node
    assert node is not None
    assert node.parameters is not None
    np.testing.assert_array_equal(node.parameters["index"][1], small)
    node = x[large].node
    assert node is not None
    assert node.parameters is not None
    spec = node.parameters["index"]
    assert (spec.shape, spec.dtype) == ((MANY,), large.dtype)
    assert is_abstract((0, spec))
    assert not is_abstract((0, small))
