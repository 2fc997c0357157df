"""CSV, Parquet, SQL and data frames as data sets: on real files, also broken ones."""

import decimal
import gzip
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import numpy as np
import pandas
import polars
import pytest

from tinygrad_course import data
from tinygrad_course.errors import DataError, SettingError

ROWS = 60


@pytest.fixture
def houses():
    rng = np.random.default_rng(0)
    return pandas.DataFrame(
        {
            "size": rng.normal(100, 30, ROWS).round(1),
            "rooms": np.arange(ROWS) % 5 + 1,
            "town": np.array(["Ulm", "Bonn", "Kiel"])[np.arange(ROWS) % 3],
            "price": rng.normal(3e5, 5e4, ROWS).round(),
        }
    )


@pytest.fixture
def with_gaps(houses):
    houses.loc[[3, 50], "size"] = np.nan
    houses.loc[7, "town"] = None
    return houses


@pytest.fixture
def write(tmp_path):
    def to_file(content, name="t.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return to_file


def database_of(frame, path):
    with closing(sqlite3.connect(path)) as connection:
        frame.to_sql("houses", connection, index=False)
        connection.commit()
    return path


def sources(frame, folder):
    """The same rows from every source."""
    frame.to_csv(folder / "h.csv", index=False)
    frame.to_parquet(folder / "h.parquet")
    path = database_of(frame, folder / "h.db")
    options = {"target": "price", "missing": "mean"}
    yield data.from_csv(folder / "h.csv", **options)
    yield data.from_parquet(folder / "h.parquet", **options)
    yield data.from_frame(frame, **options)
    yield data.from_frame(polars.from_pandas(frame), **options)
    yield data.from_sql(path, "SELECT * FROM houses", **options)
    with closing(sqlite3.connect(path)) as connection:
        yield data.from_sql(connection, "SELECT * FROM houses", **options)
        assert connection.execute("SELECT 1").fetchone() == (1,), "it stays open"


def test_every_source_gives_the_same_data_set(with_gaps, tmp_path):
    first, *others = sources(with_gaps, tmp_path)
    assert first.feature_names == (
        *("size", "size is missing", "rooms"),
        *("town=Bonn", "town=Kiel", "town=Ulm", "town is missing"),
    )
    assert len(others) == 5
    for other in others:
        assert other.feature_names == first.feature_names
        for name in ("x_train", "y_train", "x_test", "y_test"):
            np.testing.assert_array_equal(getattr(other, name), getattr(first, name))


def test_means_and_deviations_are_those_of_the_training_rows_alone(houses):
    """pandas as the witness: which rows are for training is read off the target."""
    table = data.from_frame(houses, target="price")
    units = table.preparation.in_units(table.y_train)
    training = houses[houses["price"].isin(units.round())]
    assert len(training) == len(table.x_train) == 48
    size = table.preparation.columns[0]
    assert size.mean == pytest.approx(training["size"].mean(), rel=1e-12)
    assert size.deviation == pytest.approx(training["size"].std(ddof=0), rel=1e-12)
    assert size.mean != pytest.approx(houses["size"].mean(), rel=1e-6)
    by_price = training.set_index("price").loc[units.round()]
    expected = (by_price["size"] - training["size"].mean()) / training["size"].std(ddof=0)
    np.testing.assert_allclose(table.x_train[:, 0], expected, rtol=1e-5, atol=1e-6)
    one_hot = pandas.get_dummies(by_price["town"]).to_numpy(dtype=np.float32)
    np.testing.assert_array_equal(table.x_train[:, 2:], one_hot)


def test_raw_rows_are_prepared_as_the_training_rows_were(houses):
    table = data.from_frame(houses, target="price")
    prepared = table.preparation.apply(houses)
    both = np.concatenate([table.x_train, table.x_test])
    assert {row.tobytes() for row in prepared} == {row.tobytes() for row in both}
    columns = ["size", "rooms", "town"]
    for rows in (
        houses[columns].to_numpy().tolist(),
        houses[columns].to_dict("records"),
        houses[columns].to_dict("list"),
        polars.from_pandas(houses),
        houses[["town", "price", "rooms", "size"]],
    ):
        np.testing.assert_array_equal(table.preparation.apply(rows), prepared)


def test_gaps_are_counted_by_row_and_column_and_named_by_line(with_gaps, tmp_path):
    path = tmp_path / "h.csv"
    with_gaps.to_csv(path, index=False)
    with pytest.raises(DataError) as caught:
        data.from_csv(path, target="price")
    message = str(caught.value)
    assert "3 rows of 60 have gaps, in 2 columns: 'size' (2), 'town' (1)" in message
    assert "line 5, column 'size'; line 9, column 'town'; line 52, column 'size'" in message
    for advice in ("mean", "drop"):
        assert f"missing='{advice}'" in message
        assert data.from_csv(path, target="price", missing=advice).x_train.size
    with pytest.raises(DataError, match=r"2 rows of 60 have gaps, in 1 column: 'size'"):
        data.from_csv(path, target="price", missing="category")


def test_a_gap_becomes_the_mean_with_a_flag_and_in_text_a_category(with_gaps):
    table = data.from_frame(with_gaps, target="price", missing="mean")
    x = table.preparation.apply(with_gaps)
    by_name = dict(zip(table.feature_names, x.T, strict=True))
    assert np.flatnonzero(by_name["size is missing"]).tolist() == [3, 50]
    assert by_name["size"][[3, 50]].tolist() == [0, 0]
    assert np.flatnonzero(by_name["town is missing"]).tolist() == [7]
    assert x[7, 3:].tolist() == [0, 0, 0, 1]


def test_rows_with_gaps_are_dropped_and_counted(with_gaps):
    table = data.from_frame(with_gaps, target="price", missing="drop")
    assert len(table.x_train) + len(table.x_test) == ROWS - 3
    assert "3 rows of 60 left out" in repr(table)


def test_rows_keep_their_places_when_others_were_dropped(with_gaps, tmp_path):
    with_gaps.to_csv(tmp_path / "h.csv", index=False)
    with pytest.raises(DataError, match=r"line 5, column 'size'; line 52, column 'size'"):
        data.from_csv(tmp_path / "h.csv", target="price", missing={"town": "drop"})


def test_rows_without_a_target_are_refused_or_dropped(houses):
    houses.loc[[4, 9], "price"] = np.nan
    with pytest.raises(DataError, match=r"2 rows of 60 have no target.*\{'price': 'drop'\}"):
        data.from_frame(houses, target="price", missing="mean")
    table = data.from_frame(houses, target="price", missing={"price": "drop"})
    assert len(table.x_train) + len(table.x_test) == ROWS - 2
    with pytest.raises(SettingError, match="can't be made up"):
        data.from_frame(houses, target="price", missing={"price": "mean"})


def test_values_that_are_no_numbers_are_named_and_counted(write):
    lines = ["note,b,price", '"two\nlines",1,3', "x,1,4", "", "x,twelve,5", "x,inf,6", "x,3,7"]
    with pytest.raises(DataError) as caught:
        data.from_csv(write("\n".join(lines)), target="price")
    message = str(caught.value)
    assert "2 rows of 5 have a value that is no finite number, in 1 column: 'b' (2)" in message
    assert "line 6, column 'b': 'twelve'; line 7, column 'b': 'inf'" in message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n3\n\n4,5,6\n7,8\n", r"2 rows of 4 have.*line 3 has 1; line 5 has 3"),
        ("a,b\n1,2,3\n4,5,6\n", r"2 rows of 2 have.*line 2 has 3; line 3 has 3"),
        ("a,b\n0,1,2\n1,1,2\n2,1,2\n", r"3 rows of 3"),
        ('a,b\n1,"2\n3,4\n', r'a " is opened in line 2 and never closed'),
        ('a,b\n1,2\n3,"4\n5,6\n', r'a " is opened in line 3 and never closed'),
        ('a,b\n1,2\n"3,4\n5,6\n', r'line 3 has 1. .* is a " opened and never closed'),
        ("a,b\n1,2\n3,4\n5", r"line 4 has 1. Was the file cut off"),
        ("", "is empty"),
        ("a,b\n", "has no rows"),
        ("a,a\n1,2\n", "two columns 'a', number 1 and 2"),
        ("a,,b\n1,2,3\n", "column 2 of 3 has no name"),
        ("a;b\n1,5;2\n", "separator=';', and decimal=','"),
        ("a\tb\n1\t2\n", r"separator='\\t'"),
    ],
)
def test_a_broken_file_is_refused(write, content, message):
    with pytest.raises(DataError, match=message):
        data.from_csv(write(content), target="b")


def test_another_encoding_is_named_and_its_advice_works(write):
    lines = ["town,price", *(f"{town},{i}.5" for i, town in enumerate(["Ulm", "Köln"] * 20))]
    path = write("\n".join(lines), encoding="cp1252")
    with pytest.raises(DataError, match=r"line 3: the text is not in utf-8.*encoding='cp1252'"):
        data.from_csv(path, target="price")
    table = data.from_csv(path, target="price", encoding="cp1252")
    assert table.feature_names == ("town=Köln", "town=Ulm")
    path = write("\n".join(lines), encoding="utf-16")
    with pytest.raises(DataError, match="encoding='utf-16'"):
        data.from_csv(path, target="price")
    assert (
        data.from_csv(path, target="price", encoding="utf-16").feature_names == table.feature_names
    )
    path = write("\n".join(lines), encoding="utf-8-sig")
    assert data.from_csv(path, target="price").feature_names == table.feature_names


def test_decimal_commas_thousands_words_for_gaps_and_compression(write):
    lines = ["a;price", *(f"1.00{i % 10},5;{i},25" for i in range(20)), "keine;3,5"]
    path = write(gzip.compress("\n".join(lines).encode()), "t.csv.gz")
    options = {"target": "price", "separator": ";", "decimal": ",", "thousands": "."}
    with pytest.raises(DataError, match=r"line 22, column 'a': 'keine'"):
        data.from_csv(path, **options)
    table = data.from_csv(path, **options, missing_words=["keine"], missing="drop")
    assert 1000 < table.preparation.columns[0].mean < 1010
    assert np.modf(table.preparation.in_units(table.y_train).round(2))[0] == pytest.approx(0.25)


def test_text_is_a_class_and_few_whole_numbers_are(houses):
    assert data.from_frame(houses, target="town").class_names == ("Bonn", "Kiel", "Ulm")
    rooms = data.from_frame(houses, target="rooms")
    assert rooms.class_names == ("1", "2", "3", "4", "5")
    assert rooms.y_train.dtype == np.int64
    assert rooms.preparation.in_units(rooms.y_train[:1])[0] in rooms.class_names
    numbers = data.from_frame(houses, target="rooms", task="numbers")
    assert numbers.class_names == ()
    assert numbers.y_train.mean() == pytest.approx(0, abs=1e-6)
    assert numbers.y_train.std() == pytest.approx(1, abs=1e-6)


def test_numbers_that_are_names_become_categories(houses):
    table = data.from_frame(houses, target="price", categories=["rooms"])
    assert [n for n in table.feature_names if n.startswith("rooms")] == [
        f"rooms={n}" for n in range(1, 6)
    ]


def test_an_unknown_category_is_refused_or_zeros(houses):
    raw = [[90, 2, "Rom"], [90, 2, "Ulm"]]
    strict = data.from_frame(houses, target="price").preparation
    with pytest.raises(DataError, match=r"1 row of 2 has a category .*'Rom'.*unknown='zeros'"):
        strict.apply(raw)
    lenient = data.from_frame(houses, target="price", unknown="zeros").preparation
    assert lenient.apply(raw)[:, 2:].tolist() == [[0, 0, 0], [0, 0, 1]]


def test_raw_rows_that_do_not_fit_are_refused(houses):
    preparation = data.from_frame(houses, target="price").preparation
    for rows, message in (
        ([[90, 2]], "row 0 has 2 values, and there are 3 columns"),
        ([{"size": 90, "rooms": 2}], "row 0 has no 'town'"),
        ({"size": [90], "rooms": [2, 3], "town": ["Ulm"]}, "differ in their number of rows"),
        ({"size": [90], "rooms": [2]}, "has no column 'town'"),
        ([["?", 2, "Ulm"]], r"row 0, column 'size': '\?'"),
        ([[None, 2, "Ulm"]], r"row 0, column 'size'.*missing=\{'size': 'mean'\}"),
        ([[90, 2, None]], r"row 0, column 'town'.*missing=\{'town': 'category'\}"),
        ([[1e300, 2, "Ulm"]], "too far from the training rows"),
        ([], "no rows"),
        (7, "type int"),
    ):
        with pytest.raises(DataError, match=message):
            preparation.apply(rows)


def test_columns_that_are_no_input_are_named_with_a_way_out(houses):
    houses["sold"] = pandas.date_range("2026-01-01", periods=ROWS)
    with pytest.raises(DataError, match=r"'sold' has dates.*leave_out=\['sold'\]"):
        data.from_frame(houses, target="price")
    assert data.from_frame(houses, target="price", leave_out=["sold"]).x_train.shape[1] == 5
    assert data.from_frame(houses, target="price", time="sold").x_train.shape[1] == 5
    names = houses.assign(sold=[f"n{i}" for i in range(ROWS)])
    many = pandas.concat([names.assign(sold=names["sold"] + str(k)) for k in range(3)])
    with pytest.raises(DataError, match=r"'sold' has 144 different values.*leave_out=\['sold'\]"):
        data.from_frame(many, target="price")
    with pytest.raises(DataError, match=r"'empty' is empty"):
        data.from_frame(houses.assign(empty=None), target="price", leave_out=["sold"])
    with pytest.raises(DataError, match=r"no column 'Price'.*is 'price' meant"):
        data.from_frame(houses, target="Price")


def test_the_latest_rows_or_whole_groups_are_for_testing(houses):
    houses["sold"] = [datetime(2026, 1, 1) + timedelta(days=(7 * i) % ROWS) for i in range(ROWS)]
    houses["price"] = [(7 * i) % ROWS + 0.5 for i in range(ROWS)]
    table = data.from_frame(houses, target="price", time="sold")
    units = table.preparation.in_units
    assert units(table.y_train).max() < units(table.y_test).min()
    grouped = data.from_frame(houses, target="price", groups="town", leave_out=["sold"])
    assert "town=Ulm" not in grouped.feature_names
    assert len(grouped.x_test) == ROWS // 3


def test_unequal_classes_are_said(houses):
    houses["rare"] = ["yes"] * 6 + ["no"] * 54
    table = data.from_frame(houses, target="rare")
    (note,) = table.notes
    assert "'yes' has 5 of 48 training rows" in note
    assert "always answers 'no' is right in 89.6%" in note
    assert data.from_frame(houses, target="town").notes == ()


def test_a_column_with_one_number_stays_finite(houses):
    table = data.from_frame(houses.assign(one=0.1, large=1e300), target="price")
    assert np.isfinite(table.x_train).all()
    assert "the same number in all training rows: 'one', 'large'" in table.notes


@pytest.mark.parametrize(
    "options",
    [
        {"missing": "maen"},
        {"missing": {"size": "zero"}},
        {"unknown": "skip"},
        {"task": "regression"},
        {"leave_out": "size"},
        {"groups": "town", "time": "size"},
    ],
)
def test_an_invalid_option_is_refused_before_anything_is_read(options):
    with pytest.raises(SettingError):
        data.from_csv("there is no such file", target="price", **options)


def test_a_query_takes_parameters_and_errors_have_the_databases_words(houses, tmp_path):
    path = database_of(houses, tmp_path / "h.db")
    query = "SELECT * FROM houses WHERE rooms > ?"
    assert len(data.from_sql(path, query, (3,), target="price").x_train) == 19
    named = "SELECT * FROM houses WHERE rooms > :least"
    assert len(data.from_sql(path, named, {"least": 3}, target="price").x_train) == 19
    for wrong, message in (
        ("SELECT * FROM flats", "no such table: flats"),
        ("DELETE FROM houses", "readonly"),
        ("SELECT * FROM houses WHERE rooms > 9", "no rows"),
        ("SELECT size, size, price FROM houses", "two columns 'size'"),
    ):
        with pytest.raises(DataError, match=message):
            data.from_sql(path, wrong, target="price")
    with pytest.raises(DataError, match="does not exist"):
        data.from_sql(tmp_path / "no.db", query, target="price")
    assert not (tmp_path / "no.db").exists()
    with pytest.raises(DataError, match="not a database"):
        data.from_sql(__file__, query, target="price")
    with pytest.raises(DataError, match=r"postgresql://…@host/db") as caught:
        data.from_sql("postgresql://me:secret@host/db", query, target="price")
    assert "secret" not in str(caught.value)


class Driver:
    """A driver of another database, as PEP 249 has it: decimals, dates, parts of 10,000 rows."""

    def __init__(self, rows, fails_after=None):
        self.rows, self.description, self.closed = iter(rows), None, 0
        self.fails_after, self.fetched = fails_after, 0

    def cursor(self):
        return self

    def execute(self, query, params=None):
        self.executed = (query, params)
        self.description = [(name, *[None] * 6) for name in ("a", "kind", "sold", "price")]

    def fetchmany(self, size):
        self.fetched += size
        if self.fails_after is not None and self.fetched > self.fails_after:
            raise ConnectionError("the server closed the connection")
        return [row for _, row in zip(range(size), self.rows)]

    def close(self):
        self.closed += 1


def rows_of_a_driver(count):
    for i in range(count):
        kind = (
            None if i < 10_000 else ("x", "y")[i % 2]
        )  # the first part says nothing about its kind
        day = datetime(2026, 1, 1) + timedelta(seconds=i)
        yield i % 7, kind, day, decimal.Decimal(i) / 4


def test_any_driver_is_read_in_parts():
    driver = Driver(rows_of_a_driver(25_000))
    table = data.from_sql(
        driver, "SELECT … WHERE a > %s", [3], target="price", missing="category", time="sold"
    )
    assert driver.executed == ("SELECT … WHERE a > %s", [3])
    assert driver.closed == 1
    assert table.feature_names == ("a", "kind=x", "kind=y", "kind is missing")
    assert len(table.x_train) == 20_000
    assert table.x_train[:, 3].sum() == 10_000
    assert table.preparation.target.mean == pytest.approx(19_999 / 8)


def test_a_connection_that_breaks_is_an_error_and_the_cursor_is_closed():
    driver = Driver(rows_of_a_driver(25_000), fails_after=10_000)
    with pytest.raises(DataError, match="failed while rows were read: ConnectionError"):
        data.from_sql(driver, "SELECT …", target="price")
    assert driver.closed == 1


def test_a_file_that_is_no_parquet_is_refused(write):
    with pytest.raises(DataError, match="no Parquet file"):
        data.from_parquet(write("a,b\n1,2\n"), target="b")
    with pytest.raises(DataError, match="does not exist"):
        data.from_parquet("no.parquet", target="b")


def test_kinds_of_columns_that_only_frames_have(houses):
    frame = houses.assign(
        whole=pandas.array([1, None, *range(58)], dtype="Int64"),
        yes=[True, False] * 30,
        kind=pandas.Categorical(["a", "b"] * 30),
        price=[decimal.Decimal(i) / 2 for i in range(ROWS)],
    )
    table = data.from_frame(frame, target="price", missing="mean")
    assert table.feature_names[-6:] == (
        *("whole", "whole is missing", "yes", "kind=a", "kind=b", "kind is missing"),
    )
    with pytest.raises(DataError, match=r"'span' has dtype timedelta64.*leave_out=\['span'\]"):
        data.from_frame(houses.assign(span=pandas.Timedelta(1, "D")), target="price")
    with pytest.raises(DataError, match=r"'nested' has a value of type list"):
        data.from_frame(houses.assign(nested=[[1]] * ROWS), target="price")
