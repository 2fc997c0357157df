import numpy as np
import pandas as pd
import pytest

from tinygrad_course.data import batches
from tinygrad_course.errors import (
    DataError,
    DivergenceError,
    DtypeError,
    NotRecordedError,
    OptimizerError,
    SettingError,
    ShapeError,
    TargetError,
)
from tinygrad_course.nn import (
    MLP,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    Linear,
    LogisticRegression,
    MSELoss,
    Sequential,
    functional,
)
from tinygrad_course.optim import SGD, Adam, linear_decay
from tinygrad_course.training import evaluate, fit

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 3)).astype(np.float32)
Y = (X @ [1.0, -2.0, 0.5] > 0).astype(np.int64)
QUICK = {"epochs": 2, "batch_size": 16}


def state(model):
    return {name: value.tobytes() for name, value in model.state_dict().items()}


# --- what it computes -----------------------------------------------------------------------------


def test_it_takes_the_steps_of_a_loop_written_by_hand():
    model = LogisticRegression(3, dtype=np.float64)
    history = fit(
        *(model, BCEWithLogitsLoss(), SGD(model, 0.5), X, Y),
        **QUICK,
        schedule=linear_decay(),
        rng=7,
    )
    w, b, costs, step = np.zeros(3), 0.0, [], 0
    rng = np.random.default_rng(7)
    for _ in range(2):
        cost = 0.0
        for x, y in batches(X.astype(float), Y, batch_size=16, rng=rng):
            p = 1 / (1 + np.exp(-(x @ w + b)))
            cost -= (y * np.log(p) + (1 - y) * np.log(1 - p)).sum()
            lr = 0.5 * (1 - step / 8)
            w, b, step = w - lr * (p - y) @ x / len(x), b - lr * (p - y).mean(), step + 1
        costs.append(cost / 50)
    np.testing.assert_allclose(model.linear.weight.data, [w])
    np.testing.assert_allclose(model.linear.bias.data, [b])
    np.testing.assert_allclose(history.train["loss"], costs)
    np.testing.assert_allclose(history.lr, [0.5 * 5 / 8, 0.5 * 1 / 8])


def test_it_learns_what_can_be_learnt():
    model = MLP([3, 8, 2], rng=0)
    history = fit(
        *(model, CrossEntropyLoss(), Adam(model, 0.02), X, Y),
        epochs=40,
        batch_size=10,
        validation=(X, Y),
    )
    assert len(history) == 40
    assert history.train["loss"][-1] < 0.3 * history.train["loss"][0]
    assert history.validation["accuracy"][-1] > 0.95
    assert history.validation["accuracy"][-1] == (model.predict(X) == Y).mean()
    assert history.latest()["validation loss"] == pytest.approx(
        evaluate(model, X, Y, loss=CrossEntropyLoss())["loss"]
    )
    assert history.seconds > 0


def test_one_seed_one_result():
    def run(rng):
        model = MLP([3, 4, 1], rng=0)
        fit(model, BCEWithLogitsLoss(), SGD(model, 0.1, 0.9), X, Y, **QUICK, rng=rng)
        return state(model)

    assert run(1) == run(1) == run(np.random.default_rng(1))
    assert run(1) != run(2)


def test_losses_may_be_functions_and_the_data_of_any_float():
    model = MLP([3, 4, 2], rng=0)
    seen = []

    def loss(prediction, target):
        seen.append(prediction.dtype)
        return functional.cross_entropy(prediction, target)

    fit(model, loss, SGD(model, 0.1), X.astype(np.float64).tolist(), Y, **QUICK)
    assert set(seen) == {np.dtype(np.float32)}


def test_nothing_is_left_behind():
    model = Sequential(Linear(3, 3, rng=0), Linear(3, 2, rng=0)).eval()
    model[0].train()
    optimizer = SGD(model, 0.1)
    fit(model, CrossEntropyLoss(), optimizer, X, Y, **QUICK, schedule=linear_decay())
    assert optimizer.lr == 0.1
    assert [module.training for module in model.modules()] == [False, True, False]
    assert all(p.grad is None for p in model.parameters())


def test_the_model_trains_in_training_mode_and_validates_in_evaluation_mode():
    modes = []

    class Watched(Linear):
        def forward(self, x):
            modes.append((self.training, len(x)))
            return super().forward(x)

    model = Watched(3, 2, rng=0)
    fit(
        *(model, CrossEntropyLoss(), SGD(model, 0.1), X, Y),
        epochs=1,
        batch_size=50,
        validation=(X[:9], Y[:9]),
    )
    assert modes == [(False, 1), (False, 1), (True, 50), (False, 9)]


def test_metrics_are_computed_over_all_rows_at_once():
    lengths = []

    def count(prediction, target):
        lengths.append((len(prediction), len(target)))
        return 1.0

    model = Linear(3, 2, rng=0)
    history = fit(
        *(model, CrossEntropyLoss(), SGD(model, 0.1), X, Y),
        **QUICK,
        validation=(X[:9], Y[:9]),
        metrics={"count": count},
    )
    assert lengths == [(50, 50), (9, 9)] * 3  # before the first step, and in two epochs
    assert set(history.train) == {"loss", "count"}


def test_callbacks_see_every_epoch_and_can_end_the_training():
    lengths = []

    def stop_after_three(training):
        lengths.append(len(training.history))
        return training.epoch == 3

    model = Linear(3, 2, rng=0)
    history = fit(
        *(model, CrossEntropyLoss(), SGD(model, 0.1), X, Y),
        epochs=9,
        batch_size=16,
        callbacks=iter([stop_after_three]),
    )
    assert lengths == [1, 2, 3]
    assert len(history) == 3
    assert not history.interrupted


def test_callbacks_may_set_the_learning_rate_and_the_mode():
    seen = []

    class Watched(LogisticRegression):
        def forward(self, x):
            seen.append(self.training)
            return super().forward(x)

    model = Watched(3)
    optimizer = SGD(model, 0.5)

    def between(training):
        training.optimizer.lr /= 2
        training.model.eval()
        seen.clear()

    history = fit(
        *(model, BCEWithLogitsLoss(), optimizer, X, Y),
        epochs=3,
        batch_size=50,
        callbacks=[between],
    )
    assert history.lr == [0.5, 0.25, 0.125]
    fit(model, BCEWithLogitsLoss(), optimizer, X, Y, **QUICK, callbacks=[between])
    model.eval()
    fit(model, BCEWithLogitsLoss(), optimizer, X, Y, epochs=1, batch_size=50)
    assert seen == [False, True]  # the dry run, and the epoch
    assert not model.training


def test_ctrl_c_leaves_a_model_and_a_history():
    def interrupt(training):
        if training.epoch == 2:
            raise KeyboardInterrupt

    model = Linear(3, 2, rng=0).train(False)
    optimizer = SGD(model, 0.1)
    history = fit(
        *(model, CrossEntropyLoss(), optimizer, X, Y),
        epochs=9,
        batch_size=16,
        schedule=linear_decay(),
        callbacks=[interrupt],
    )
    assert history.interrupted
    assert len(history) == len(history.train["loss"]) == 2
    assert (optimizer.lr, model.training) == (0.1, False)
    assert np.isfinite(model(X).data).all()


# --- what it refuses, before anything is trained --------------------------------------------------


def spoilt(row, column, value):
    x = X.astype(float)
    x[row, column] = value
    return x


REFUSED = {
    "NaN": (DataError, r"^x has nan in row 7, column 2: drop", {"x": spoilt(7, 2, np.nan)}),
    "infinity": (DataError, "x has -inf in row 0, column 1", {"x": spoilt(0, 1, -np.inf)}),
    "NaN in the targets": (DataError, "y has nan in row 1 ", {"y": [0, np.nan, np.nan] + [0] * 47}),
    "NaN in the validation": (
        *(DataError, "validation x has nan in row 7, column 2"),
        {"validation": (spoilt(7, 2, np.nan), Y)},
    ),
    "row counts": (DataError, r"y has shape \(49,\).* 50 rows", {"y": Y[1:]}),
    "words": (DataError, r"y has dtype <U3.*np\.unique", {"y": np.array(["cat"] * 50)}),
    "ragged": (DataError, "x is no array", {"x": [[1.0], [1.0, 2.0]]}),
    "no rows": (DataError, r"x has shape \(0, 3\)", {"x": X[:0], "y": Y[:0]}),
    "a number": (DataError, r"x has shape \(\)", {"x": 1.0}),
    "features": (ShapeError, r"Linear.*\(1, 2\).*\(…, 3\)", {"x": X[:, :2]}),
    "float labels": (DtypeError, "astype", {"y": Y.astype(float)}),
    "one-hot labels": (ShapeError, "argmax", {"y": np.eye(2, dtype=int)[Y]}),
    "an unknown class in the last row": (TargetError, "0 to 1", {"y": [*Y[:-1], 2]}),
    "an unknown class in the validation": (TargetError, "0 to 1", {"validation": (X, Y + 1)}),
    "a column against a vector": (
        *(ShapeError, r"\(50, 2\) and the target \(50,\)"),
        {"loss": BCEWithLogitsLoss()},
    ),
    "a loss for each row": (
        ShapeError,
        "reduction='mean'",
        {"loss": CrossEntropyLoss(reduction="none")},
    ),
    "epochs": (SettingError, "epochs=-1", {"epochs": -1}),
    "part of an epoch": (SettingError, "epochs=1.5", {"epochs": 1.5}),
    "one callback": (SettingError, r"\[callback\]", {"callbacks": print}),
    "half a validation": (SettingError, "1 parts", {"validation": (X,)}),
    "a loss that is a number": (NotRecordedError, "returned float", {"loss": lambda p, y: 1.0}),
    "too large for float32": (
        DataError,
        "in the model's float32, has inf",
        {"x": spoilt(3, 1, 1e39)},
    ),
    "batch_size": (DataError, "batch_size", {"batch_size": 0}),
    "progress": (SettingError, "progress='yes'", {"progress": "yes"}),
    "metrics": (SettingError, "metrics='accuracy'", {"metrics": "accuracy"}),
    "another model's optimizer": (
        *(OptimizerError, "none of the parameters of Linear"),
        {"optimizer": SGD(Linear(3, 2, rng=0), 0.1)},
    ),
}


@pytest.mark.parametrize(("error", "message", "change"), REFUSED.values(), ids=REFUSED)
def test_it_refuses(error, message, change):
    model = Linear(3, 2, rng=0)
    optimizer = SGD(model, 0.1, 0.9)
    before, optimizer_before = state(model), optimizer.state_dict()
    arguments = {"loss": CrossEntropyLoss(), "optimizer": optimizer, "x": X, "y": Y, **QUICK}
    with pytest.raises(error, match=message):
        fit(model, **(arguments | change))
    assert state(model) == before
    assert model.training
    assert optimizer.lr == 0.1
    assert str(optimizer.state_dict()) == str(optimizer_before)


def test_a_single_column_against_labels_is_never_broadcast():
    model = Sequential(Linear(3, 1, rng=0))
    with pytest.raises(ShapeError, match=r"\(50, 1\).*\(50,\).*\[:, None\]"):
        fit(model, BCEWithLogitsLoss(), SGD(model, 0.1), X, Y, **QUICK)
    history = fit(model, BCEWithLogitsLoss(), SGD(model, 0.1), X, Y[:, None], **QUICK)
    assert set(history.train) == {"loss", "accuracy"}


@pytest.mark.parametrize("momentum", [0, 0.9])
def test_a_diverging_loss_ends_with_an_error_that_says_where(momentum):
    model = MLP([3, 8, 1], rng=0)
    optimizer = SGD(model, 1e4, momentum)
    message = r"the loss became (inf|nan) in epoch \d+, batch \d.*lr=10000.*try lr=1000"
    with pytest.raises(DivergenceError, match=message) as caught:
        fit(model, MSELoss(), optimizer, X, 1e3 * X[:, 0], epochs=50, batch_size=16)
    assert len(caught.value.history) < 50
    assert optimizer.lr == 1e4


def diverging(loss=None, model=None, x=X, y=X[:, 0]):
    model = MLP([3, 8, 1], rng=0) if model is None else model
    with pytest.raises(DivergenceError) as caught:
        fit(model, loss or MSELoss(), SGD(model, 0.1), x, y, epochs=50, batch_size=16)
    return str(caught.value)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_without_a_step_the_weights_are_named_if_they_are_broken(value):
    model = MLP([3, 8, 1], rng=0)
    model.layers[1].weight.data[0, 2] = value
    message = diverging(model=model)
    assert "steps are too large" not in message
    assert f"parameter 'layers.1.weight' has {'nan' if value != value else 'infinity'}" in message


def test_without_a_step_the_predictions_are_named_if_they_are_infinite():
    model = MLP([3, 8, 1], rng=0)
    model.layers[1].weight.data[...] = 1e30
    message = diverging(model=model, x=1e30 * X)
    assert "epoch 1, batch 1" in message
    assert "before any step was taken" in message
    assert "a prediction is not: scale the columns of x" in message


def test_without_a_step_the_loss_is_named_if_all_else_is_finite():
    with np.errstate(divide="ignore"):
        message = diverging(lambda p, t: np.log(p - p).sum())
    assert "epoch 1, batch 1" in message
    assert "before any step was taken" in message
    assert "it is the loss" in message
    assert "steps are too large" not in message


def test_a_gradient_of_nan_is_not_blamed_on_the_steps():
    def root(p, t):
        return (
            (p - t) ** 2 + 0.0 * np.sqrt(np.abs(p - p))
        ).mean()  # the slope of √ at 0 is infinite

    message = diverging(root)
    assert "epoch 1, batch 2" in message
    assert "steps are too large" in message or "gradient became nan" in message


def test_a_gradient_that_becomes_nan_after_a_while_is_named():
    steps = []

    def loss(p, t):
        steps.append(p)
        clean = functional.mse(p, t)
        return clean if len(steps) < 60 else clean + 0.0 * np.sqrt(np.abs(p - p)).sum()

    message = diverging(loss)
    assert "although it had fallen from" in message
    assert "detect_anomaly" in message


def test_nan_in_the_validation_ends_the_training_with_the_history():
    class Gap(Linear):
        def forward(self, x):
            made = super().forward(x)
            return made if self.training or len(x) < 9 else made * np.nan

    model = Gap(3, 2, rng=0)
    with pytest.raises(
        DivergenceError, match=r"prediction for row 0 is nan \(and for 8 more"
    ) as caught:
        fit(
            *(model, CrossEntropyLoss(), SGD(model, 0.1), X, Y),
            epochs=3,
            batch_size=50,
            validation=(X[:9], Y[:9]),
        )
    assert caught.value.history is not None


def test_a_model_of_nan_is_refused_at_once():
    model = Linear(3, 2, rng=0)
    model.bias.data[1] = np.nan
    with pytest.raises(DivergenceError, match="parameter 'bias' has nan"):
        fit(model, CrossEntropyLoss(), SGD(model, 0.1), X, Y, **QUICK)
    with pytest.raises(DivergenceError, match="parameter 'bias' has nan"):
        evaluate(model, X, Y)


def test_a_table_is_data_and_its_columns_are_named():
    table = pd.DataFrame(X, columns=["a", "b", "c"])
    classes = pd.Series(Y, index=range(50, 0, -1))  # labels count for nothing

    def run(x, y):
        model = Linear(3, 2, rng=0)
        fit(model, CrossEntropyLoss(), SGD(model, 0.1), x, y, **QUICK)
        return state(model)

    assert run(table, classes) == run(X, Y)
    with pytest.raises(DataError, match=r"x has nan in row 3, column 1 \('b'\)"):
        run(table.assign(b=[None if i == 3 else 1.0 for i in range(50)]), Y)
    with pytest.raises(DataError, match=r"x: DataFrame has no numbers in column 'b'"):
        run(table.assign(b="red"), Y)
    with pytest.raises(DataError, match=r"y has .*'red' in row 0.*np\.unique"):
        run(table, pd.Series(["red"] * 50))
