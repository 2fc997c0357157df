"""Objects of other libraries beside a tensor: tables count by position, other arithmetic is refused.

pandas is asked itself; libraries for units and for names of axes are stood in for by classes.
"""

import operator
import sys
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

import tinygrad_course as tg
from tinygrad_course import Tensor, nn
from tinygrad_course.errors import DataError, DetachError, DtypeError, UnsupportedError

NUMBERS = [1.0, 2.0, 3.0]


def by_label(numbers, labels):
    return pd.Series(numbers, index=labels)


TABLES = {
    "a series in another order": lambda x: by_label(x, [2, 1, 0]),
    "a series with other labels": lambda x: by_label(x, list("abc")),
    "a series of whole numbers": lambda x: pd.Series(np.asarray(x).astype(int), index=[5, 5, 5]),
    "a nullable series": lambda x: pd.Series(x, index=[2, 0, 1], dtype="Float64"),
    "an extension array": lambda x: pd.array(x, dtype="Float64"),
}

OPERATIONS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "//": operator.floordiv,
    "%": operator.mod,
    ">": operator.gt,
    "==": operator.eq,
    "np.multiply": np.multiply,
    "np.hypot": np.hypot,
    "np.where": lambda x, y: np.where(x > 1.5, x, y),
    "np.concatenate": lambda x, y: np.concatenate([x, y]),
    "np.interp": lambda x, y: np.interp(x, np.sort(np.asarray(NUMBERS)), y),
    "np.einsum": lambda x, y: np.einsum("i,i->i", x, y),
}


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_column_counts_by_position(table, operation, swapped):
    found = []
    for y in (np.array(NUMBERS), table(NUMBERS)):
        x = Tensor([3.0, 2.5, 2.0], requires_grad=True)
        result = operation(y, x) if swapped else operation(x, y)
        if isinstance(result, Tensor):
            (result * np.arange(1.0, 1 + result.size)).sum().backward()
            found.append((result.data, x.grad.data))
        else:
            assert type(result) is np.ndarray
            found.append((result, 0))
    for expected, ours in zip(*found, strict=True):
        np.testing.assert_allclose(ours, expected)


def test_an_index_does_not_lose_a_gradient_in_silence():
    x = Tensor([3.0, 2.5, 2.0], requires_grad=True)
    (x * pd.Index(NUMBERS)).sum().backward()
    np.testing.assert_array_equal(x.grad.data, NUMBERS)
    with pytest.raises(DetachError, match=r"another library.*np\.asarray"):
        np.multiply(pd.Index(NUMBERS), x)  # where pandas computes first, and asks for an array
    np.multiply(np.asarray(pd.Index(NUMBERS)), x)


def test_two_columns_with_different_labels_do_not_align_inside_of_rules():
    w = Tensor([1.0, 1.0, 1.0], requires_grad=True)
    (w * by_label(NUMBERS, [2, 1, 0]) * by_label(NUMBERS, [0, 1, 2])).sum().backward()
    np.testing.assert_array_equal(w.grad.data, [1.0, 4.0, 9.0])
    x = Tensor([1.5, 2.5], requires_grad=True)
    np.interp(
        x, by_label(NUMBERS, [2, 1, 0]), by_label([1.0, 4.0, 9.0], [0, 1, 2])
    ).sum().backward()
    np.testing.assert_allclose(x.grad.data, [3.0, 5.0])


FRAME = pd.DataFrame(
    {"a": [1.0, 2.0, 3.0], "b": [True, False, True], "c": [4, 5, 6]}, index=[7, 7, 8]
)
ARRAY = np.array([[1.0, 1, 4], [2, 0, 5], [3, 1, 6]])

USES = {
    "Tensor": lambda x: Tensor(x).data,
    "a leaf": lambda x: Tensor(x, requires_grad=True).data,
    "an operator": lambda x: (Tensor(np.ones(3)) * x).data,
    "a reflected operator": lambda x: (x - Tensor(np.ones(3))).data,
    "a layer": lambda x: nn.Linear(3, 2, rng=0)(x).data,
    "a model": lambda x: nn.MLP([3, 4, 1], rng=0)(x).data,
    "predict_proba": lambda x: nn.MLP([3, 4, 3], rng=0).predict_proba(x),
    "a loss": lambda x: nn.functional.mse(Tensor(np.zeros((3, 3))), x).data,
    "grad": lambda x: tg.grad(lambda a: (a**2).sum())(x),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_table_is_its_numbers(use):
    np.testing.assert_allclose(np.asarray(use(FRAME)), np.asarray(use(ARRAY)))


def test_a_gap_is_nan():
    for gaps in (
        pd.Series([1, None, 2], dtype="Int64"),
        pd.Series([True, None, False], dtype="boolean"),
    ):
        assert np.isnan(Tensor(gaps).data).tolist() == [False, True, False]


@pytest.mark.parametrize(
    "values", [["x", "y", "z"], ["x", None, "z"], pd.to_datetime(["2020"] * 3)]
)
@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_column_without_numbers_is_named_and_the_way_out_works(values, use):
    table = FRAME.assign(colour=values)
    with pytest.raises((DtypeError, DataError), match=r"column 'colour' \(.*get_dummies"):
        use(table)


def test_the_ways_out_that_the_message_names_work():
    table = FRAME.assign(colour=["x", "y", "x"])
    assert Tensor(pd.get_dummies(table)).shape == (3, 5)
    assert Tensor(table.drop(columns="colour")).shape == (3, 3)


def test_a_leaf_does_not_share_the_numbers_of_a_table():
    column = pd.Series(NUMBERS)
    w = Tensor(column, requires_grad=True)
    w.data -= 1.0
    assert column.tolist() == NUMBERS


def test_an_index_of_another_library_is_kept_as_it_is_now():
    w = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    chosen = by_label([True, False, True], [2, 1, 0])
    y = w[chosen].sum()
    chosen.iloc[:] = False
    y.backward()
    np.testing.assert_array_equal(w.grad.data, [1.0, 0.0, 1.0])


class Quantity:
    """Numbers with a unit, as pint has them."""

    def __init__(self, magnitude):
        self.magnitude = magnitude
        self.dtype = magnitude.dtype

    def __array__(self, dtype=None, copy=None):
        return self.magnitude

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return NotImplemented

    def __array_function__(self, function, types, args, kwargs):
        return NotImplemented


class NamedAxes:
    """An array whose axes have names, as xarray's have, and align by them."""

    def __array__(self, dtype=None, copy=None):
        return np.array(NUMBERS)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return NotImplemented


@pytest.mark.parametrize(
    ("stranger", "way_out", "plain"),
    [
        (Quantity(np.array(NUMBERS)), r"Quantity .*q\.magnitude", lambda q: q.magnitude),
        (NamedAxes(), r"NamedAxes .*np\.asarray\(a\)", np.asarray),
    ],
)
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_arithmetic_of_ones_own_is_refused_by_name(stranger, way_out, plain, operation):
    x = Tensor([3.0, 2.5, 2.0], requires_grad=True)
    with pytest.raises(UnsupportedError, match=way_out):
        operation(x, stranger)
    operation(x, plain(stranger))


def test_a_duck_array_of_a_known_library_stays_what_it_is(monkeypatch):
    class Array(NamedAxes):
        __module__ = "cupy"

    monkeypatch.setitem(sys.modules, "cupy", ModuleType("cupy"))
    from tinygrad_course.tensor.operands import as_array

    array = Array()
    assert as_array(array) is array
