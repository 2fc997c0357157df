"""Raw rows come in: tables as one input per column, pictures as bytes."""

import json

import numpy as np
import onnx
import onnxruntime
import pandas
import pytest

from tinygrad_course import Tensor, data, export_onnx, nn
from tinygrad_course.errors import DataError, ExportError

RNG = np.random.default_rng(0)
FRAME = pandas.DataFrame(
    {
        "size": RNG.normal(1e6, 3, 80),  # digits that single precision does not have
        "rooms": RNG.integers(1, 5, 80),
        "town": np.resize(["Bonn", "Kiel", "Ülm"], 80),
        "kind": np.resize(["a", "b"], 80),
        "label": np.resize(["yes", "no", "no"], 80),
        "price": RNG.normal(1e5, 1e4, 80),
    }
)
FRAME.loc[3:9, "size"] = np.nan
FRAME.loc[5:20, "kind"] = None


def session(path):
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def metadata(path):
    return {p.key: p.value for p in onnx.load(path).metadata_props}


def columns(frame, running):
    """Each input: numbers with NaN, and text with "" in gaps."""
    return {
        x.name: frame[x.name].to_numpy(np.float64)
        if x.type == "tensor(double)"
        else frame[x.name].fillna("").to_numpy(object)
        for x in running.get_inputs()
    }


def trained_on(target, **settings):
    leave_out = ["price" if target == "label" else "label"]
    missing = {"size": "mean", "kind": "category"}
    table = data.from_frame(FRAME, target=target, missing=missing, leave_out=leave_out, **settings)
    outputs = 2 if target == "label" else 1
    model = nn.MLP([table.x_train.shape[1], 5, outputs], rng=0)
    model.preparation = table.preparation
    return model, table


@pytest.mark.parametrize("example", ["x", "rows"])
def test_a_table_is_one_input_per_column(example, tmp_path):
    model, table = trained_on("label")
    export_onnx(model, table.x_train[:8] if example == "x" else FRAME[:8], tmp_path / "m.onnx")
    running = session(tmp_path / "m.onnx")
    kinds = {x.name: (x.type, x.shape) for x in running.get_inputs()}
    numbers, text = ("tensor(double)", ["batch"]), ("tensor(string)", ["batch"])
    assert kinds == {"size": numbers, "rooms": numbers, "town": text, "kind": text}
    for rows in (1, 80):
        (found,) = running.run(None, columns(FRAME[:rows], running))
        expected = model(Tensor(table.preparation.apply(FRAME[:rows]))).data
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6 * np.abs(expected).max())
    said = metadata(tmp_path / "m.onnx")
    assert json.loads(said["class_names"]) == list(table.preparation.class_names)
    assert json.loads(said["feature_names"]) == list(table.preparation.feature_names)
    names = np.array(json.loads(said["class_names"]), dtype=object)
    assert (names[found.argmax(axis=1)] == model.predict(FRAME)).all()


def test_mean_and_deviation_of_a_target_bring_its_units_back(tmp_path):
    model, table = trained_on("price")
    export_onnx(model, table.x_train[:8], tmp_path / "m.onnx")
    running, said = session(tmp_path / "m.onnx"), metadata(tmp_path / "m.onnx")
    (found,) = running.run(None, columns(FRAME, running))
    assert said["target"] == "price"
    back = found * json.loads(said["target_deviation"]) + json.loads(said["target_mean"])
    np.testing.assert_allclose(back, model.predict(FRAME), rtol=1e-6)


def test_an_unknown_category_is_an_error_of_the_runtime_as_it_is_here(tmp_path):
    elsewhere = FRAME.assign(town="Rom")
    model, table = trained_on("label")
    with pytest.raises(DataError, match="no training row has"):
        model.predict(elsewhere)
    export_onnx(model, table.x_train[:8], tmp_path / "m.onnx")
    running = session(tmp_path / "m.onnx")
    with pytest.raises(Exception, match="Unknown Category"):
        running.run(None, columns(elsewhere, running))

    model, table = trained_on("label", unknown="zeros")
    export_onnx(model, table.x_train[:8], tmp_path / "z.onnx")
    running = session(tmp_path / "z.onnx")
    (found,) = running.run(None, columns(elsewhere, running))
    expected = model(Tensor(table.preparation.apply(elsewhere))).data
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_the_preparation_may_be_left_out_or_given(tmp_path):
    model, table = trained_on("label")
    export_onnx(model, table.x_train[:8], tmp_path / "x.onnx", preparation=None)
    (found,) = session(tmp_path / "x.onnx").run(None, {"x": table.x_train})
    np.testing.assert_allclose(found, model(Tensor(table.x_train)).data, rtol=1e-5, atol=1e-6)
    preparation, model.preparation = model.preparation, None
    export_onnx(model, table.x_train[:8], tmp_path / "m.onnx", preparation=preparation)
    assert len(session(tmp_path / "m.onnx").get_inputs()) == 4


@pytest.mark.parametrize("name", ["constant", "preparation/Sub", "x"])
def test_a_column_may_have_any_name(name, tmp_path):
    frame = pandas.DataFrame({name: RNG.normal(size=30), "y": RNG.normal(size=30)})
    table = data.from_frame(frame, target="y")
    model = nn.MLP([1, 1], rng=0)
    export_onnx(model, table.x_train, tmp_path / "m.onnx", preparation=table.preparation)
    (found,) = session(tmp_path / "m.onnx").run(None, {name: frame[name].to_numpy()})
    expected = model(Tensor(table.preparation.apply(frame))).data
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_a_column_with_the_name_of_the_output(tmp_path):
    frame = pandas.DataFrame({"output": RNG.normal(size=30), "y": RNG.normal(size=30)})
    table = data.from_frame(frame, target="y")
    model, path = nn.MLP([1, 1], rng=0), tmp_path / "m.onnx"
    with pytest.raises(ExportError, match=r"'output' can't be .* output_names="):
        export_onnx(model, table.x_train, path, preparation=table.preparation)
    export_onnx(model, table.x_train, path, preparation=table.preparation, output_names=["price"])
    assert [x.name for x in session(path).get_outputs()] == ["price"]


@pytest.mark.parametrize("layout", ["flat", "channels_first"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("example", ["x", "bytes"])
def test_pictures_come_in_as_bytes(layout, channels, example, tmp_path):
    pictures = RNG.integers(0, 256, (30, 6, 5, channels)).astype(np.uint8)
    preparation = data.PicturePreparation((6, 5), channels, ["a", "b"], layout=layout)
    if channels == 3:
        preparation = preparation.standardised(pictures)
    model = nn.Sequential(nn.Flatten(), nn.Linear(30 * channels, 2, rng=0))
    model.preparation = preparation
    given = pictures[:8] if example == "bytes" else preparation.apply(pictures[:8])
    export_onnx(model, given, tmp_path / "m.onnx")
    running = session(tmp_path / "m.onnx")
    assert [x.shape for x in running.get_inputs()] == [["batch", 6, 5, channels]]
    for rows in (1, 30):
        (found,) = running.run(None, {"pictures": pictures[:rows]})
        expected = model(Tensor(preparation.apply(pictures[:rows]))).data
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    assert json.loads(metadata(tmp_path / "m.onnx")["class_names"]) == ["a", "b"]


def test_names_of_classes_alone_need_no_nodes(tmp_path):
    model, x = nn.MLP([6, 2], rng=0), RNG.normal(size=(9, 6)).astype(np.float32)
    model.preparation = data.AsGiven(["cat", "dog"])
    export_onnx(model, x, tmp_path / "m.onnx")
    assert [i.name for i in session(tmp_path / "m.onnx").get_inputs()] == ["x"]
    assert metadata(tmp_path / "m.onnx") == {"class_names": '["cat", "dog"]'}


def test_x_of_another_preparation_is_refused(tmp_path):
    _, table = trained_on("label")
    with pytest.raises(ExportError, match="the example has rows of shape"):
        export_onnx(nn.ReLU(), np.eye(3), tmp_path / "m.onnx", preparation=table.preparation)
