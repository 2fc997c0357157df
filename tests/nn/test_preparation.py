"""A preparation goes through JSON and arrays into a model's file, and back."""

import copy
import json
import sys

import numpy as np
import pandas
import pytest

from tinygrad_course import data
from tinygrad_course.data.table_preparation import NumberColumn, Target
from tinygrad_course.errors import DataError, MissingExtraError, SettingError


def table():
    rows = np.arange(60)
    frame = pandas.DataFrame(
        {"a": rows / 7, "b": np.where(rows % 9, rows, np.nan), "c": np.array(["x", "y"])[rows % 2]}
    )
    frame["target"] = rows**2 + 0.5
    return data.from_frame(frame, target="target", missing="mean").preparation, frame


def pictures():
    raw = np.random.default_rng(0).integers(0, 256, (5, 4, 6, 3), dtype=np.uint8)
    made = data.PicturePreparation((4, 6), 3, ["no", "yes"], layout="channels_first")
    return made.standardised(raw), raw


def as_given():
    return data.AsGiven(["no", "yes"]), np.random.default_rng(0).normal(size=(3, 2))


ALL = pytest.mark.parametrize("make", [table, pictures, as_given])
BOTH = pytest.mark.parametrize("make", [table, pictures])


def stored(preparation):
    plain, arrays = preparation.to_state()
    return json.loads(json.dumps(plain)), {name: array.copy() for name, array in arrays.items()}


@ALL
def test_a_state_gives_the_same_preparation_to_the_last_bit(make):
    preparation, raw = make()
    again = data.Preparation.from_state(*stored(preparation))
    assert type(again) is type(preparation)
    assert again.class_names == preparation.class_names
    assert again.feature_names == preparation.feature_names
    np.testing.assert_array_equal(again.apply(raw), preparation.apply(raw))
    assert json.dumps(again.to_state()[0]) == json.dumps(preparation.to_state()[0])
    for name, array in preparation.to_state()[1].items():
        np.testing.assert_array_equal(again.to_state()[1][name], array)


def test_outputs_return_to_the_units_of_the_target():
    preparation, frame = table()
    again = data.Preparation.from_state(*stored(preparation))
    np.testing.assert_allclose(
        again.in_units((frame["target"] - again.target.mean) / again.target.deviation),
        frame["target"],
        rtol=1e-12,
    )


@ALL
def test_a_state_of_another_kind_or_version_is_refused(make):
    plain, arrays = stored(make()[0])
    with pytest.raises(DataError, match=r"kind is 'text', not one of .*table, pictures"):
        data.Preparation.from_state(plain | {"kind": "text"}, arrays)
    with pytest.raises(DataError, match="version 2, and this program reads version 1"):
        data.Preparation.from_state(plain | {"version": 2}, arrays)
    for nothing in ({}, None, [], {"kind": []}):
        with pytest.raises(DataError):
            data.Preparation.from_state(nothing, arrays)


@pytest.mark.parametrize(
    "preparation",
    [
        data.AsGiven(["no", "yes"]),
        data.PicturePreparation((2, 2), 1, ["no", "yes"]),
        data.TablePreparation([NumberColumn("a", 0, 1)], Target("y", ("no", "yes"))),
    ],
)
def test_indices_of_classes_are_names_and_nothing_else_is(preparation):
    assert preparation.in_units(np.array([[1, 0]])).tolist() == [["yes", "no"]]
    assert preparation.in_units([True, False]).tolist() == ["yes", "no"]
    for wrong in (2, -1):
        with pytest.raises(
            DataError, match=f"no class {wrong}: the classes 0 to 1 are 'no', 'yes'"
        ):
            preparation.in_units([wrong])
    with pytest.raises(DataError, match=r"float64: give their indices.*model\.predict\(x\)"):
        preparation.in_units([0.5])


@pytest.mark.parametrize("names", ["ab", ["a"], ["a", "b", "a"], [], 7])
def test_class_names_are_two_or_more_different_ones(names):
    with pytest.raises(SettingError, match=r"class_names=.*\['cat', 'dog'\]"):
        data.AsGiven(names)


def test_what_is_given_must_be_finite_numbers():
    for wrong in ([["a"]], [[np.nan]], [[1e300]]):
        with pytest.raises(DataError):
            data.AsGiven(["no", "yes"]).apply(wrong)


def damaged(value):
    """The same with one part of it replaced, in every way."""
    for wrong in (None, -1, "x", [], {}, True, 1e300):
        if type(wrong) is not type(value) or wrong != value:
            yield wrong
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            for other in damaged(value[key]):
                changed = copy.copy(value)
                changed[key] = other
                yield changed
            shorter = copy.copy(value)
            del shorter[key]
            yield shorter


@BOTH
def test_a_damaged_state_is_a_data_error_or_still_a_preparation(make):
    plain, arrays = stored(make()[0])
    outcomes = {"refused": 0, "taken": 0}
    for changed in damaged(plain):
        try:
            data.Preparation.from_state(changed, arrays)
            outcomes["taken"] += 1
        except DataError:
            outcomes["refused"] += 1
    assert outcomes["refused"] > 2 * outcomes["taken"] > 0


@BOTH
def test_damaged_arrays_are_refused(make):
    plain, arrays = stored(make()[0])
    for name, array in arrays.items():
        for wrong in (
            array[:-1],
            array[None],
            array * np.nan,
            array * np.inf,
            np.array(["x"]),
            None,
        ):
            with pytest.raises(DataError, match="damaged"):
                data.Preparation.from_state(plain, arrays | {name: wrong})
        with pytest.raises(DataError, match="damaged"):
            data.Preparation.from_state(plain, {n: a for n, a in arrays.items() if n != name})
    for wrong in (0 * arrays["deviations"], -arrays["deviations"]):
        with pytest.raises(DataError, match="deviations must be above 0"):
            data.Preparation.from_state(plain, arrays | {"deviations": wrong})


@pytest.mark.parametrize(
    ("call", "module", "extra"),
    [
        (lambda: data.from_csv(__file__, target="y"), "pandas", "tables"),
        (lambda: data.from_parquet(__file__, target="y"), "pyarrow", "tables"),
        (lambda: data.from_images(".", size=(8, 8)), "PIL", "images"),
        (lambda: data.from_h5(__file__), "h5py", "h5"),
    ],
)
def test_a_library_that_is_missing_is_named_with_its_extra(call, module, extra, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"needs {module}.*tinygrad_course\[{extra}\]"):
        call()
