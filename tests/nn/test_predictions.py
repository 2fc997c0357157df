"""Predictions: NaN is no class, and any model can have them."""

import re

import numpy as np
import pandas as pd
import polars
import pytest
from PIL import Image

import tinygrad_course as tg
from tinygrad_course import data, nn
from tinygrad_course.data.table_preparation import CategoryColumn, NumberColumn, Target
from tinygrad_course.errors import DataError, DivergenceError, SettingError, ShapeError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(7, 2)).astype(np.float32)


def net(*last, outputs=3):
    return nn.Sequential(nn.Linear(2, outputs, rng=0), *last)


MODELS = {
    "MLP with one output": nn.MLP([2, 1], rng=0),
    "MLP": nn.MLP([2, 3], rng=0),
    "logistic regression": nn.LogisticRegression(2),
    "Sequential": net(),
    "Sequential with one output": net(outputs=1),
    "Sequential with a softmax": net(nn.Softmax()),
    "Sequential with a sigmoid": net(nn.Sigmoid(), outputs=1),
}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


@every_model
@pytest.mark.parametrize("method", ["predict", "predict_proba"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_data_that_are_not_finite_have_no_class(model, method, value):
    x = X.copy()
    x[3, 1] = value
    with pytest.raises(DataError, match=f"x has {value} in row 3, column 1"):
        getattr(model, method)(x)


@every_model
def test_a_model_of_nan_predicts_no_class(model):
    weight = next(model.parameters())
    before = weight.data.copy()
    weight.data[0, 0] = np.nan
    name = weight.name
    try:
        with pytest.raises(
            DivergenceError, match=f"row 0 is nan .and for 6 more.*{name!r} has nan"
        ):
            model.predict(X)
    finally:
        weight.data[...] = before


def test_nan_that_the_forward_pass_makes_is_no_class():
    model = nn.Sequential(np.sqrt, nn.Linear(2, 3, rng=0))
    with np.errstate(invalid="ignore"), pytest.raises(DivergenceError, match="detect_anomaly"):
        model.predict(X)
    model = net()
    model[0].weight.data[...] = 3e38
    with np.errstate(all="ignore"), pytest.raises(DivergenceError):
        model.predict(X)


@every_model
def test_tables_and_lists_are_data_too(model):
    expected = model.predict(X)
    for given in (
        pd.DataFrame(X, columns=["a", "b"]),
        X.tolist(),
        tg.Tensor(X, requires_grad=True),
    ):
        np.testing.assert_array_equal(model.predict(given), expected)
    with pytest.raises(DataError, match=r"column 1 \('b'\)"):
        model.predict(pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, None]}))
    assert model.predict(X[:0]).shape == (0,)


@every_model
def test_probabilities_are_those_of_the_outputs(model):
    out = model(X).data
    if not isinstance(model, nn.Sequential) or not isinstance(model[-1], (nn.Softmax, nn.Sigmoid)):
        one = out.ndim == 1 or out.shape[1] == 1
        out = tg.sigmoid(out) if one else tg.softmax(out)
    if out.ndim == 2 and out.shape[1] == 1:
        out = out[:, 0]
    np.testing.assert_allclose(model.predict_proba(X), out, rtol=1e-6)
    expected = out > 0.5 if out.ndim == 1 else out.argmax(axis=1)
    np.testing.assert_array_equal(model.predict(X), expected)


def test_any_model_and_any_function_predicts_in_a_sequential():
    class Own(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(2, 3, rng=0)

        def forward(self, x):
            return tg.softmax(self.layer(x))

    own = Own()
    np.testing.assert_array_equal(nn.Sequential(own).predict(X), own(X).data.argmax(axis=1))
    found = nn.Sequential(lambda x: x @ np.float32([1, -1])).predict(X)
    np.testing.assert_array_equal(found, X[:, 0] > X[:, 1])


def test_what_may_be_probabilities_or_logits_has_to_be_said():
    by_hand = nn.Sequential(lambda x: 1 / (1 + np.exp(-(x @ np.float32([1, -1])))))
    with pytest.raises(SettingError, match=r"nn\.Sigmoid\(\)"):
        by_hand.predict(X)
    said = nn.Sequential(lambda x: x @ np.float32([1, -1]), nn.Sigmoid())
    np.testing.assert_array_equal(said.predict(X), X[:, 0] > X[:, 1])


def test_outputs_without_classes_are_refused():
    with pytest.raises(ShapeError, match=r"\(7, 2, 1\).*\(m, c\)"):
        nn.Sequential(lambda x: x[..., None]).predict(X)


def test_predictions_are_made_in_evaluation_mode_and_leave_the_mode():
    modes = []

    class Watched(nn.Linear):
        def forward(self, x):
            modes.append(self.training)
            return super().forward(x)

    model = nn.Sequential(Watched(2, 3, rng=0))
    model.predict(X)
    assert set(modes) == {False}
    assert all(module.training for module in model.modules())


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 3), (5, 28, 28), (2, 5, 28, 28), (5 * 784,)])
def test_pictures_are_flattened_as_the_message_says(shape):
    n = 28 * 28 * 3 if shape == (28, 28, 3) else 784
    model, x = nn.MLP([n, 10], rng=0), np.zeros(shape, np.float32)
    with pytest.raises(ShapeError) as raised:
        model(x)
    way_out = str(raised.value).partition("x.reshape(")[2]
    x = eval("x.reshape(" + way_out)
    assert model.predict(x).shape == (x.size // n,)


def test_predictions_for_a_lazy_array_are_computed():
    da = pytest.importorskip("dask.array")
    for model in MODELS.values():
        found = model.predict(da.from_array(X, chunks=3))
        assert isinstance(found, np.ndarray)
        np.testing.assert_array_equal(found, model.predict(X))


# --- raw rows --------------------------------------------------------------------------------------

FRAME = pd.DataFrame({"size": [3.0, 5.0, 4.0, 8.0], "town": ["Ulm", "Bonn", "Ulm", "Kiel"]})
COLUMNS = [NumberColumn("size", 5.0, 2.0), CategoryColumn("town", ("Bonn", "Kiel", "Ulm"))]


def prepared(*target, outputs=1):
    model = nn.MLP([4, outputs], rng=0)
    model.preparation = data.TablePreparation(COLUMNS, Target("y", *target))
    return model


RAW = {
    "pandas": FRAME,
    "polars": polars.DataFrame(FRAME.to_dict("list")),
    "columns": FRAME.to_dict("list"),
    "dictionaries": FRAME.to_dict("records"),
    "further columns": FRAME.assign(y=0, id=range(4))[["id", "y", "town", "size"]],
}


@pytest.mark.parametrize("rows", RAW.values(), ids=RAW)
def test_raw_rows_give_units_and_x_gives_what_training_had(rows):
    number = prepared((), 100.0, 10.0)
    x = number.preparation.apply(FRAME)
    np.testing.assert_array_equal(number.predict(x), number(x).data)
    expected = number(x).data.astype(np.float64) * 10.0 + 100.0
    np.testing.assert_array_equal(number.predict(rows), expected)
    for names, outputs in ((("no", "yes"), 1), (("a", "b", "c"), 3)):
        model = prepared(names, outputs=outputs)
        classes = model.predict(x)
        assert classes.dtype == np.int64
        assert model.predict(rows).tolist() == [names[i] for i in classes]
        np.testing.assert_array_equal(model.predict_proba(rows), model.predict_proba(x))
        assert len({*classes}) > 1


def test_one_row_is_a_batch_of_one():
    model = prepared((), 100.0, 10.0)
    expected = model.predict(FRAME)[:1]
    for row in ({"size": 3.0, "town": "Ulm"}, FRAME.iloc[0]):
        np.testing.assert_array_equal(model.predict(row), expected)


def test_numbers_without_names_are_x_in_whichever_container():
    model = prepared(("a", "b", "c"), outputs=3)
    x = model.preparation.apply(FRAME)
    expected = model.predict(x)
    for same in (x.astype(np.float64), x.tolist(), tuple(map(tuple, x)), tg.Tensor(x)):
        found = model.predict(same)
        assert found.dtype == np.int64
        np.testing.assert_array_equal(found, expected)


def test_the_frame_of_a_model_without_a_preparation_is_its_numbers():
    model = nn.MLP([2, 3], rng=0)
    np.testing.assert_array_equal(model.predict(pd.DataFrame(X)), model.predict(X))


def pictured(**options):
    model = nn.MLP([12, 2], rng=0)
    model.preparation = data.PicturePreparation((2, 2), 3, ["cat", "dog"], **options)
    return model


def test_pictures_give_the_names_of_their_classes(tmp_path):
    model = pictured()
    pictures = RNG.integers(0, 256, (5, 2, 2, 3), dtype=np.uint8)
    paths = [tmp_path / f"{i}.png" for i in range(5)]
    for path, picture in zip(paths, pictures, strict=True):
        Image.fromarray(picture).save(path)
    x = pictures.reshape(5, -1) / np.float32(255)
    names = [("cat", "dog")[i] for i in model.predict(x)]
    of_pillow = [Image.open(path) for path in paths]
    for raw in (pictures, list(pictures), paths, list(map(str, paths)), of_pillow):
        assert model.predict(raw).tolist() == names
        np.testing.assert_array_equal(model.predict_proba(raw), model.predict_proba(x))
    with open(paths[0], "rb") as file:
        assert model.predict(file).tolist() == names[:1]
    assert model.predict(paths[1]).tolist() == names[1:2]
    for picture in of_pillow:
        picture.close()


def test_bytes_are_pictures_and_other_numbers_are_x():
    model = pictured()
    with pytest.raises(DataError, match=r"reshape\(-1, 2, 2, 3\)") as caught:
        model.predict(np.zeros((5, 12), np.uint8))
    shape = map(int, re.search(r"reshape\((.*)\)", str(caught.value)).group(1).split(","))
    assert len(model.predict(np.zeros((5, 12), np.uint8).reshape(*shape))) == 5
    assert model.predict(np.zeros((5, 12), np.int64)).dtype == np.int64
    grey = nn.MLP([4, 2], rng=0)
    grey.preparation = data.PicturePreparation((2, 2), 1, ["cat", "dog"])
    with pytest.raises(DataError, match=r"reshape\(-1, 2, 2, 1\)"):
        grey.predict(np.zeros((5, 2, 2), np.uint8))


REFUSED = {
    "rows without names": ([[3.0, "Ulm"]], DataError, "Raw rows are rows with names"),
    "text": ("houses.csv", DataError, "give rows with names"),
    "paths": (["a.jpg"], DataError, "give rows with names"),
    "a column less": ([{"size": 3.0}], DataError, "row 0 has no 'town'"),
    "an unknown category": ([{"size": 3.0, "town": "Rom"}], DataError, "no training row has"),
    "a gap": ([{"size": None, "town": "Ulm"}], DataError, "have|has a gap"),
    "a value for a column": ({"size": [3.0], "town": "Ulm"}, DataError, "'town' is 'Ulm'"),
    "x of another width": ([[3.0, 1.0]], ShapeError, r"must be \(…, 4\)"),
    "nothing": (None, ShapeError, "one row per sample"),
}


@pytest.mark.parametrize(("rows", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_neither_x_nor_raw_rows_is_refused(rows, error, message):
    with pytest.raises(error, match=message):
        prepared(("no", "yes")).predict(rows)


def test_raw_rows_need_a_preparation_and_the_advice_works():
    model = nn.MLP([30, 1], rng=0)
    dataset = data.breast_cancer()
    row = dict.fromkeys(dataset.feature_names, 1.0)
    for rows in ([row], row, "a.jpg", ["a.jpg"]):
        with pytest.raises(DataError, match=r"model\.preparation = dataset\.preparation"):
            model.predict(rows)
    model.preparation = dataset.preparation
    assert model.predict([row])[0] in dataset.class_names


def test_probabilities_of_a_number_and_outputs_for_other_classes_are_refused():
    with pytest.raises(SettingError, match=r"model\.predict\(rows\) predicts it"):
        prepared((), 100.0, 10.0).predict_proba(FRAME)
    for names, outputs in ((("a", "b", "c"), 1), (("a", "b", "c"), 2), (("a", "b"), 3)):
        with pytest.raises(ShapeError, match="as many outputs"):
            prepared(names, outputs=outputs).predict(FRAME)
    with pytest.raises(ShapeError, match=r"\(4, 3\), and its target is one number"):
        prepared((), 100.0, 10.0, outputs=3).predict(FRAME)


def test_a_number_that_is_nan_is_refused():
    model = prepared((), 100.0, 10.0)
    model.layers[0].bias.data = [np.nan]
    with pytest.raises(DivergenceError, match="the prediction for row 0 is nan"):
        model.predict(FRAME)


def test_a_model_of_ones_own_predicts_raw_rows_as_well():
    class Own(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(4, 3, rng=0)

        def forward(self, x):
            return tg.softmax(self.layer(x))

    own = Own()
    own.preparation = prepared(("a", "b", "c")).preparation
    expected = own(own.preparation.apply(FRAME)).data.argmax(axis=1)
    assert own.predict(FRAME).tolist() == ["abc"[i] for i in expected]
