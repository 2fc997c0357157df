"""Arguments that are not what they seem, at every public entry point: an error before any work is done."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

import tinygrad_course as tg
from tinygrad_course import data, nn, optim
from tinygrad_course.data import tables
from tinygrad_course.errors import DataError, SettingError
from tinygrad_course.training import accuracy, evaluate, fit

X = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)


class Stop:
    def __call__(self, training):
        training.stop()


FIT = {
    "the class of a model": ({"model": nn.MLP}, "model is the class MLP: make one"),
    "a function as model": ({"model": lambda x: x}, r"nn\.Sequential\(function\)"),
    "an array as model": ({"model": X}, "model is a ndarray"),
    "the class of a loss": ({"loss": nn.MSELoss}, r"class MSELoss: make one, nn\.MSELoss\(\)"),
    "the name of a loss": ({"loss": "mse"}, r"loss is 'mse'.*nn\.MSELoss\(\)"),
    "no loss": ({"loss": None}, "loss is None"),
    "a loss that was computed": ({"loss": tg.Tensor(1.0)}, "loss is a Tensor: give a function"),
    "the class of an optimizer": ({"optimizer": optim.SGD}, r"optim\.SGD\(model, lr=0\.01\)"),
    "the name of an optimizer": ({"optimizer": "adam"}, "optimizer is 'adam'"),
    "parameters for an optimizer": ({"optimizer": [1.0]}, "optimizer is a list"),
    "epochs as a float": ({"epochs": 10.0}, "epochs=10.0: must be a whole number"),
    "negative epochs": ({"epochs": -1}, "epochs=-1"),
    "epochs as text": ({"epochs": "10"}, "epochs='10'"),
    "epochs as a flag": ({"epochs": True}, "epochs=True"),
    "no epochs": ({"epochs": None}, "epochs=None"),
    "batches of none": ({"batch_size": 0}, "batch_size must be an integer of 1 or more, found 0"),
    "a float": ({"batch_size": 16.0}, "batch_size .*found 16.0"),
    "no batch_size": ({"batch_size": None}, "batch_size .*found None"),
    "batch_size as a flag": ({"batch_size": True}, "batch_size .*found True"),
    "a fraction to validate on": ({"validation": 0.2}, r"validation is 0\.2: .*stratified_split"),
    "an array to validate on": ({"validation": X[:2]}, "validation is a ndarray"),
    "four parts": ({"validation": (X, Y, Y, Y)}, "validation has 4 parts"),
    "text to validate on": ({"validation": "xy"}, "validation is 'xy'"),
    "a schedule that was not called": (
        {"schedule": optim.cosine_decay},
        r"optim\.cosine_decay\(\)",
    ),
    "another one": ({"schedule": optim.schedules.warmup}, r"optim\.warmup\(0\.1\)"),
    "a rate for a schedule": ({"schedule": 0.1}, "schedule is 0.1"),
    "the name of a schedule": ({"schedule": "cosine"}, "schedule is 'cosine'"),
    "a schedule below 0": ({"schedule": lambda t: 0.3 - t}, r"schedule\(0\.5\) is -0\.2"),
    "a schedule of text": ({"schedule": str}, "schedule is the class str"),
    "a schedule of nothing": ({"schedule": lambda t: None}, r"schedule\(0\) is None"),
    "the name of a metric": ({"metrics": "accuracy"}, "metrics='accuracy'"),
    "a metric alone": ({"metrics": accuracy}, "metrics=a function"),
    "a list of metrics": ({"metrics": [accuracy]}, "metrics=a list"),
    "a metric that is text": ({"metrics": {"a": "accuracy"}}, r"metrics\['a'\] is 'accuracy'"),
    "the class of a metric": ({"metrics": {"a": Stop}}, r"metrics\['a'\] is the class Stop"),
    "a metric without a name": ({"metrics": {1: accuracy}}, "key 1"),
    "a metric with the name of the loss": ({"metrics": {"loss": accuracy}}, "choose another name"),
    "a metric that returns an array": (
        {"metrics": {"a": lambda p, t: p}},
        r"shape \(20, 2\).*mean",
    ),
    "one that returns nothing": (
        {"metrics": {"a": lambda p, t: None}},
        "'a' returned NoneType, None",
    ),
    "one that returns text": ({"metrics": {"a": lambda p, t: "1"}}, "'a' returned str"),
    "one that returns a tensor": (
        {"metrics": {"a": lambda p, t: tg.Tensor(1.0)}},
        r"value\.item\(\)",
    ),
    "one that returns complex": ({"metrics": {"a": lambda p, t: 1j}}, "'a' returned complex"),
    "one callback": ({"callbacks": print}, r"\[callback\]"),
    "the class of a callback": ({"callbacks": [Stop]}, r"callback 0 is the class Stop: .*Stop\(\)"),
    "text among callbacks": ({"callbacks": [Stop(), "stop"]}, "callback 1 is 'stop'"),
    "text for callbacks": ({"callbacks": "stop"}, "callbacks is 'stop'"),
    "a number for callbacks": ({"callbacks": 3}, "callbacks is 3"),
    "a number for rng": ({"rng": 0.5}, "rng must be .*found 0.5"),
    "text for rng": ({"rng": "0"}, "rng must be .*found '0'"),
    "a module for rng": ({"rng": np.random}, "rng must be"),
    "a progress bar in words": ({"progress": "yes"}, "progress='yes'"),
    "no progress": ({"progress": None}, "progress=None"),
    "threads as text": ({"threads": "all"}, "threads='all'"),
    "no threads": ({"threads": 0}, "threads=0"),
    "half a thread": ({"threads": 1.5}, "threads=1.5"),
}


def state(model, optimizer):
    return str([model.state_dict(), optimizer.state_dict(), model.training])


@pytest.mark.parametrize(("change", "message"), FIT.values(), ids=FIT)
def test_fit_refuses(change, message):
    model = nn.MLP([2, 2], rng=0)
    optimizer = optim.SGD(model, lr=0.1, momentum=0.9)
    given = {
        "model": model,
        "loss": nn.CrossEntropyLoss(),
        "optimizer": optimizer,
        "x": X,
        "y": Y,
        "epochs": 1,
        "batch_size": 16,
    }
    before = state(model, optimizer)
    with pytest.raises((SettingError, DataError), match=message):
        fit(**(given | change))
    assert state(model, optimizer) == before


def test_fit_says_that_loss_and_optimizer_are_exchanged():
    model = nn.MLP([2, 2], rng=0)
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model, lr=0.1)
    with pytest.raises(SettingError, match=r"the order is fit\(model, loss, optimizer, x, y\)"):
        fit(model, sgd, loss, X, Y, epochs=1, batch_size=16)


def test_none_is_none_of_them():
    model = nn.MLP([2, 2], rng=0)
    history = fit(
        *(model, nn.CrossEntropyLoss(), optim.SGD(model, lr=0.1), X, Y),
        epochs=np.int64(1),
        batch_size=np.int32(16),
        callbacks=None,
        metrics=None,
        validation=None,
        schedule=None,
        rng=None,
        threads=None,
    )
    assert set(history.train) == {"loss"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": nn.MLP}, "class MLP"),
        ({"loss": nn.CrossEntropyLoss}, r"nn\.CrossEntropyLoss\(\)"),
        ({"loss": "mse"}, "loss is 'mse'"),
        ({"metrics": "accuracy"}, "metrics='accuracy'"),
        ({"metrics": {"loss": accuracy}}, "choose another name"),
        ({"metrics": {"a": lambda p, t: p}}, "'a' returned an array"),
        ({"batch_size": 0}, "found 0"),
        ({"batch_size": 2.0}, "found 2.0"),
    ],
)
def test_evaluate_refuses(change, message):
    given = {"model": nn.MLP([2, 2], rng=0), "x": X, "y": Y}
    with pytest.raises((SettingError, DataError), match=message):
        evaluate(**(given | change))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.one_hot([0, 1], "2"), "classes must be an integer of 1 or more, found '2'"),
        (lambda: data.one_hot([0, 1], 2.0), "found 2.0"),
        (lambda: data.one_hot([0, np.nan], 2), "nan in row 1, which is no class"),
        (lambda: data.one_hot([0, 0.5], 2), "0.5 in row 1, which is no class"),
        (lambda: data.one_hot(["a", "b"], 2), r"np\.unique\(labels, return_inverse=True\)"),
        (lambda: data.one_hot(np.ma.masked_equal([0, 1], 1), 2), "MaskedArray"),
        (lambda: data.stratified_split(Y, test_fraction="0.2"), "found '0.2'"),
        (lambda: data.stratified_split(Y, test_fraction=None), "found None"),
        (lambda: data.stratified_split(Y, seed=0.5), "found 0.5"),
        (
            lambda: data.stratified_split([0, 1, np.nan, 0, 1, np.nan]),
            "nan in row 2, which is no class",
        ),
        (
            lambda: data.stratified_split(np.array([0, None] * 3)),
            "None in row 1, which is no class",
        ),
        (lambda: data.stratified_split(np.ma.masked_equal(Y, 1)), "MaskedArray"),
        (lambda: data.breast_cancer(test_fraction="a"), "found 'a'"),
        (lambda: data.digits(seed="a"), "found 'a'"),
        (lambda: data.batches(X, Y, batch_size="8"), "found '8'"),
    ],
)
def test_data_refuses(call, message):
    with pytest.raises(DataError, match=message):
        call()


def test_what_the_advice_for_one_hot_makes_is_taken():
    for labels in (np.array([0.0, 1.0]), np.array([True, False]), np.array(["cat", "dog"])):
        with pytest.raises(DataError) as raised:
            data.one_hot(labels, 2)
        names = {"np": np, "labels": labels}
        call = re.search(
            r"use (labels\.astype\(.*\))|; (names, labels = .*\)) numbers", str(raised.value)
        )
        assert call is not None
        exec(f"labels = {call[1]}" if call[1] else call[2], names)
        assert data.one_hot(names["labels"], 2).shape == (2, 2)


# --- a data set ------------------------------------------------------------------------------------


def houses():
    rows = np.arange(40)
    frame = pd.DataFrame({"size": rows % 7 + rows / 9, "town": np.array(["x", "y"])[rows % 2]})
    frame["price"] = 1000.0 * frame["size"] + 500
    return data.from_frame(frame, target="price"), frame


def test_a_data_set_is_its_training_rows_and_for_validation_its_test_rows(tmp_path):
    dataset, frame = houses()
    options = {"epochs": 3, "batch_size": 8, "progress": False}
    one, other = nn.MLP([3, 4, 1], rng=0), nn.MLP([3, 4, 1], rng=0)
    short = fit(
        *(one, nn.MSELoss(), optim.Adam(one, lr=0.1), dataset), validation=dataset, **options
    )
    long = fit(
        *(other, nn.MSELoss(), optim.Adam(other, lr=0.1), dataset.x_train, dataset.y_train),
        validation=(dataset.x_test, dataset.y_test),
        **options,
    )
    assert (short.train, short.validation) == (long.train, long.validation)
    assert evaluate(one, dataset, loss=nn.MSELoss())["loss"] == short.validation["loss"][-1]
    assert other.preparation is None
    one.save(tmp_path / "m.safetensors")
    again = tg.load(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(again.predict(frame), one.predict(frame))
    in_units = dataset.preparation.in_units(one(dataset.preparation.apply(frame)).data)
    np.testing.assert_array_equal(again.predict(frame), in_units)


def test_a_model_gets_the_preparation_when_training_begins_and_keeps_it_for_arrays():
    dataset, _ = houses()
    model = nn.MLP([3, 1], rng=0)
    parts = model, nn.MSELoss(), optim.SGD(model, lr=0.1)
    with pytest.raises(DataError, match="batch_size"):
        fit(*parts, dataset, epochs=1, batch_size=0)
    assert model.preparation is None
    fit(*parts, dataset, epochs=0, batch_size=8, progress=False)
    assert model.preparation is dataset.preparation
    fit(*parts, dataset.x_train, dataset.y_train, epochs=0, batch_size=8, progress=False)
    assert model.preparation is dataset.preparation


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": [1.0]}, "leave y out, or give dataset.x_train"),
        ({"validation": True}, "the data set"),
    ],
)
def test_a_data_set_with_targets_beside_it_is_refused(change, message):
    dataset, _ = houses()
    model = nn.MLP([3, 1], rng=0)
    parts = model, nn.MSELoss(), optim.SGD(model, lr=0.1), dataset
    with pytest.raises(SettingError, match=message):
        fit(*parts, epochs=1, batch_size=8, **change)


def test_a_model_gets_at_least_the_names_of_the_classes():
    dataset = dataclasses.replace(data.breast_cancer(), preparation=None)
    model = nn.MLP([30, 1], rng=0)
    fit(*(model, nn.BCEWithLogitsLoss(), optim.SGD(model, lr=0.1), dataset), epochs=0, batch_size=8)
    classes = model.predict(dataset.x_test)
    assert classes.dtype == np.int64
    names = model.preparation.in_units(classes)
    assert names.tolist() == [dataset.class_names[i] for i in classes]


@pytest.mark.parametrize("load", [data.breast_cancer, data.digits, data.cats])
def test_the_data_sets_of_the_package_prepare_as_they_were_prepared(load):
    dataset = load()
    model = nn.Linear(dataset.x_train.shape[1], max(2, len(dataset.class_names)), rng=0)
    fit(*(model, nn.CrossEntropyLoss(), optim.SGD(model, lr=0.1), dataset), epochs=0, batch_size=8)
    expected = [dataset.class_names[i] for i in model.predict(dataset.x_test)]
    raw = raw_rows(dataset)
    np.testing.assert_array_equal(model.preparation.apply(raw), dataset.x_test)
    assert model.predict(raw).tolist() == expected


def raw_rows(dataset):
    """The test rows before they were prepared."""
    if dataset.image_shape:
        bytes_ = np.rint(dataset.x_test * 255).astype(np.uint8)
        return bytes_.reshape(-1, *dataset.image_shape, 1)
    x, y, names, _ = tables._read_database()
    return pd.DataFrame(x[data.stratified_split(y)[1]], columns=names)
