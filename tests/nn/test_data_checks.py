"""Data from outside: each error says where, and each way out that it names works."""

import re
from decimal import Decimal

import numpy as np
import numpy.lib.recfunctions  # one of the ways out
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course import Tensor, data
from tinygrad_course.errors import DataError
from tinygrad_course.nn import Linear
from tinygrad_course.nn.data_checks import checked_inputs, checked_rows, finite_array

MODEL = Linear(2, 1, rng=0)
NAN = float("nan")


@given(st.integers(1, 9), st.integers(1, 5), st.data())
def test_the_first_bad_number_is_found(m, n, data):
    x = np.zeros((m, n))
    row, column = data.draw(st.integers(0, m - 1)), data.draw(st.integers(0, n - 1))
    x[row, column] = data.draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    with pytest.raises(DataError, match=f"^pixels has .* in row {row}, column {column}: drop"):
        checked_inputs("pixels", x, MODEL)


def test_how_many_more_there_are_is_said():
    with pytest.raises(DataError, match=r"and 2 more such numbers"):
        checked_rows("y", [0, np.nan, np.inf, np.nan], 4)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float64, np.bool_])
def test_inputs_come_in_the_dtype_of_the_parameters(dtype):
    assert checked_inputs("x", np.ones((2, 2), dtype), MODEL).dtype == np.float32


def test_inputs_that_fit_are_not_copied():
    x = np.ones((2, 2), np.float32)
    assert checked_inputs("x", x, MODEL) is x


FRAME = pd.DataFrame({"age": [30.0, 40.0, 50.0], "member": [True, False, True]})

ARE_NUMBERS = {
    "a list": ([[1, 2.5], [True, 0]], [[1, 2.5], [1, 0]]),
    "a table of numbers and booleans": (FRAME, [[30, 1], [40, 0], [50, 1]]),
    "its values, which are objects": (FRAME.values, [[30, 1], [40, 0], [50, 1]]),
    "nullable columns without gaps": (FRAME.convert_dtypes(), [[30, 1], [40, 0], [50, 1]]),
    "decimals, as databases give them": (np.array([[Decimal("1.5")], [2]]), [[1.5], [2]]),
    "a constant tensor": (Tensor([[1.0, 2.0]]), [[1, 2]]),
    "a column": (FRAME["age"], [30, 40, 50]),
}


@pytest.mark.parametrize(("given", "expected"), ARE_NUMBERS.values(), ids=ARE_NUMBERS)
def test_whatever_holds_numbers_becomes_an_array_of_them(given, expected):
    found = finite_array("x", given)
    assert found.dtype.kind in "fiub"
    np.testing.assert_array_equal(found, expected)


def with_gap(value):
    return FRAME.assign(age=pd.Series([30.0, value, 50.0]))


REFUSED = {
    "NaN": ([[0.0, NAN], [1.0, 2.0]], "nan in row 0, column 1"),
    "NaN in a vector": ([0.0, NAN], "nan in row 1"),
    "NaN among pictures": (np.full((2, 3, 3), NAN), "nan in row 0, column 0, 0 .and 17 more"),
    "infinity": ([[0.0, 1.0], [1.0, -np.inf]], "-inf in row 1, column 1"),
    "a gap in a table": (with_gap(None), r"nan in row 1, column 0 \('age'\)"),
    "a gap in a nullable table": (
        with_gap(None).convert_dtypes(),
        r"nan in row 1, column 0 \('age'\)",
    ),
    "NULL from a database": (
        np.array([(1.0, 2.0), (3.0, None)], dtype=object),
        "None in row 1, column 1",
    ),
    "text among numbers": (
        np.array([(1.0, "red"), (3.0, "blue")], dtype=object),
        "'red' in row 0, column 1",
    ),
    "a column of text in a table": (FRAME.assign(city=["a", "b", "c"]), r"column 'city' \("),
    "a column of text in lists": ([[1, "red"], [2, "blue"]], "'red' in row 0, column 1"),
    "numbers as text": (np.array([["1.5", "2"], ["3", "4"]]), r"a\.astype\(float\)"),
    "class names": (np.array(["cat", "dog"]), "'cat' in row 0.*np.unique"),
    "class names in a table": (pd.Series(["cat", "dog"]), "'cat' in row 0.*np.unique"),
    "complex numbers": (np.array([[1 + 2j]]), "a.real"),
    "dates": (np.array([["2020-01-01"], ["2020-01-03"]], "M8[D]"), "lengths of time"),
    "lengths of time": (np.array([[1], [2]], "m8[D]"), "lengths of time"),
    "a structured array": (np.array([(1, 2.0)], [("a", int), ("b", float)]), "recfunctions"),
    "a masked array": (np.ma.masked_equal([[1.0, 2.0]], 2.0), r"MaskedArray.*filled\(0\)"),
    "lists of different lengths": ([[1.0], [1.0, 2.0]], "x is no array"),
    "words": ("no numbers", "dtype <U10"),
    "nothing": (None, "x is None"),
    "a set": ({1.0, 2.0}, "x is of type set"),
    "one NaN": (NAN, "x is nan"),
}


@pytest.mark.parametrize(("given", "message"), REFUSED.values(), ids=REFUSED)
def test_what_no_model_can_compute_with_is_refused(given, message):
    with pytest.raises(DataError, match=message):
        finite_array("x", given)


WAYS = [
    r"np\.nan_to_num\(np\.array\(a, float\)\)",
    r"np\.nan_to_num\(a\)",
    r"a\.astype\(float\)",
    r"a\.real",
    r"a\.imag",
    r"np\.abs\(a\)",
    r"(?:\(a - a\.min\(\)\)|a) / np\.timedelta64\(1, 'D'\)",
    r"numpy\.lib\.recfunctions\.structured_to_unstructured\(a\)",
    r"keep = np\.isfinite\(a\)(?:\.all\(axis=[^:,]*\))?",
    r"\.fillna\(0\)",
    r"\.dropna\(\)",
    r"names, y = np\.unique\(labels, return_inverse=True\)",
    r"names, k = np\.unique\(column, return_inverse=True\) and data\.one_hot\(k, len\(names\)\)",
]


NO_DATA = {"a masked array", "lists of different lengths", "words", "nothing", "a set", "one NaN"}


@pytest.mark.parametrize("case", sorted(REFUSED.keys() - NO_DATA))
def test_each_way_out_works(case):
    given, _ = REFUSED[case]
    with pytest.raises(DataError) as raised:
        finite_array("x", given)
    text = str(raised.value)
    found = [way.group() for pattern in WAYS for way in re.finditer(pattern, text)]
    if "get_dummies" in text:
        found.append("pd.get_dummies(a)")
    assert found
    for way in found:
        a = given if isinstance(given, (pd.DataFrame, pd.Series)) else np.asarray(given)
        names = {"a": a, "np": np, "numpy": np, "pd": pd, "data": data, "labels": a}
        if way.startswith("keep"):
            exec(way, names)
            result = np.asarray(a)[np.asarray(names["keep"])] if a.ndim == 1 else a[names["keep"]]
        elif "one_hot" in way:
            column = np.array([row[1] for row in a], dtype=object).astype(str)
            names |= {"column": column}
            exec(way.split(" and ")[0], names)
            result = eval(way.split(" and ")[1], names)
        elif way.startswith("names"):
            exec(way, names)
            result = names["y"]
        elif way.startswith("."):
            result = eval("a" + way, names)
        else:
            result = eval(way, names)
        finite_array("x", result)


def test_too_large_for_the_model_is_said_with_ways_that_work():
    x = np.array([[1.0, 1e39], [2.0, 3.0]])
    with pytest.raises(
        DataError, match=r"model's float32, has inf in row 0.*scale.*dtype=np\.float64"
    ):
        checked_inputs("x", x, MODEL)
    checked_inputs("x", x / np.abs(x).max(axis=0), MODEL)
    checked_inputs("x", x, Linear(2, 1, rng=0, dtype=np.float64))
