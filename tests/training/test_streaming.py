"""`fit` and `evaluate` take pieces as they take arrays."""

import numpy as np
import pytest

from tinygrad_course import data, nn, optim
from tinygrad_course.errors import DataError, SettingError, ShapeError, TargetError
from tinygrad_course.nn.data_checks import checked_inputs
from tinygrad_course.training import accuracy, evaluate, fit
from tinygrad_course.training.streaming import Sums, checked_pieces, sum_form
from tinygrad_course.training.weighting import weighting_of

RNG = np.random.default_rng(0)
X = RNG.normal(size=(203, 5)).astype(np.float32)
Y = (X[:, 0] > 0.4).astype(np.int64) + (X[:, 1] > 0)


def pieces(rows=16, x=X, y=Y):
    return data.ArrayPieces(x, y, rows=rows)


def trained(x, y=None, *, loss=None, model=None, **options):
    model = model or nn.MLP([5, 8, 3], rng=0)
    settings = {"epochs": 3, "batch_size": 10} | options
    history = fit(
        model, loss or nn.CrossEntropyLoss(), optim.Adam(model, lr=0.01), x, y, **settings
    )
    return model, history


def weights(model):
    return np.concatenate([p.data.ravel() for p in model.parameters()])


def test_pieces_train_as_arrays_in_the_same_order_do_to_the_last_bit():
    """The witness is a loop by hand over the rows in the order that seed and epoch give."""
    model, history = trained(pieces(), rng=5)
    by_hand = nn.MLP([5, 8, 3], rng=0)
    loss, optimizer = nn.CrossEntropyLoss(), optim.Adam(by_hand, lr=0.01)
    for epoch in range(3):
        total = 0.0
        for x, y in data.piece_batches(pieces(), batch_size=10, seed=5, epoch=epoch):
            optimizer.zero_grad()
            value = loss(by_hand(x), y)
            value.backward()
            optimizer.step()
            total += value.item() * len(x)
        assert history.train["loss"][epoch] == total / len(X)
    np.testing.assert_array_equal(weights(model), weights(by_hand))


@pytest.mark.parametrize("rows", [1, 7, 16, 500])
def test_figures_are_those_of_all_rows_however_they_are_cut(rows):
    model = nn.MLP([5, 8, 3], rng=0)
    loss = nn.CrossEntropyLoss()
    whole = evaluate(model, X, Y, loss=loss)
    cut = evaluate(model, pieces(rows), loss=loss, batch_size=32)
    assert cut["accuracy"] == whole["accuracy"]
    assert cut["loss"] == pytest.approx(whole["loss"], rel=len(X) * float(np.finfo(np.float32).eps))
    assert list(cut) == list(whole)


def test_a_list_of_pairs_is_pieces_and_so_may_validation_be():
    as_list = [(X[:100], Y[:100]), (X[100:], Y[100:])]
    model, history = trained(as_list, validation=pieces()[:3])
    expected = evaluate(model, X[:48], Y[:48], loss=nn.CrossEntropyLoss())
    assert history.validation["accuracy"][-1] == expected["accuracy"]
    assert history.validation["loss"][-1] == pytest.approx(expected["loss"], rel=1e-5)


def test_a_seed_gives_the_same_bits_and_a_generator_advances():
    one, again, other = (weights(trained(pieces(), rng=seed)[0]) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)
    rng = np.random.default_rng(0)
    first, second = (weights(trained(pieces(), rng=rng)[0]) for _ in range(2))
    assert not np.array_equal(first, second)
    first_again = weights(trained(pieces(), rng=np.random.default_rng(0))[0])
    np.testing.assert_array_equal(first, first_again)


def test_the_schedule_has_a_step_for_every_batch():
    seen = []
    trained(pieces(), schedule=lambda progress: seen.append(progress) or 1.0, batch_size=10)
    steps = 3 * len(list(data.piece_batches(pieces(), batch_size=10)))
    assert sorted(set(seen))[:3] == [i / steps for i in range(3)]
    assert max(seen) == (steps - 1) / steps


def test_metrics_without_a_sum_form_see_all_rows_at_once():
    shapes = []

    def rows_seen(prediction, target):
        shapes.append((prediction.shape, target.shape))
        return len(target)

    _, history = trained(pieces(), metrics={"rows": rows_seen, "accuracy": accuracy}, epochs=1)
    assert history.train["rows"] == [len(X)]
    assert shapes[-1] == ((203, 3), (203,))
    assert list(history.train) == ["loss", "rows", "accuracy"]


def test_a_loss_that_is_neither_mean_nor_sum_is_that_of_all_rows():
    squares = nn.MSELoss()

    def root(prediction, target):
        return squares(prediction, target) ** 0.5

    y = X[:, 0] * 2
    model = nn.MLP([5, 4, 1], rng=0)
    whole = evaluate(model, X, y, loss=root, metrics=None)
    cut = evaluate(model, pieces(y=y), loss=root, metrics=None, batch_size=20)
    assert cut["loss"] == pytest.approx(whole["loss"], rel=1e-6)


def test_the_sum_form_of_accuracy_adds_up_to_accuracy():
    model = nn.MLP([5, 8, 3], rng=0)
    form = sum_form(accuracy)
    prediction = model(X).data
    total, count = np.sum(
        [form(prediction[i : i + 7], Y[i : i + 7]) for i in range(0, 203, 7)], axis=0
    )
    assert total / count == accuracy(prediction, Y)
    assert sum_form(lambda prediction, target: 0.0) is None


def test_predictions_are_not_kept_where_metrics_can_be_added_up():
    model, metrics = nn.MLP([5, 8, 3], rng=0), {"accuracy": accuracy, "own": lambda p, t: 0.0}
    streamed, _ = checked_pieces("", pieces(), model, nn.CrossEntropyLoss(), {})
    assert list(Sums(streamed, model, metrics).others) == ["own"]
    assert list(Sums(X, model, metrics).others) == ["accuracy", "own"]


def broken(at, value):
    x = X.copy()
    x[at] = value
    return x


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (pieces(x=broken((40, 2), np.nan)), DataError, "x of piece 2 has nan in row 8, column 2"),
        (pieces(y=np.where(np.arange(203) == 150, 9, Y)), TargetError, "9"),
        (pieces(x=X[:, :4]), ShapeError, "5"),
        (
            [(X, Y), (X, Y[:, None])],
            (DataError, ShapeError),
            r"piece 1 has .* y \(m, 1\).* y \(m,\)",
        ),
        ([(X, Y), (X, Y.astype(np.int32))], DataError, "piece 1 has .* of dtype int32"),
        ([], DataError, "no pieces"),
        (X, DataError, "there is no y: give both"),
    ],
)
def test_bad_pieces_are_refused_before_the_first_step(x, error, message):
    model = nn.MLP([5, 8, 3], rng=0)
    before = weights(model)
    with pytest.raises(error, match=message):
        trained(x, model=model)
    np.testing.assert_array_equal(weights(model), before)
    with pytest.raises(SettingError, match="batch_size"):
        trained(pieces(), model=model, batch_size=0)


def test_what_is_read_fresh_in_each_epoch_is_checked_in_each():
    class Spoilt(data.Pieces):
        reads = 0

        def __len__(self):
            return 2

        def read(self, number):
            self.reads += 1
            return broken((3, 1), np.inf) if self.reads > 4 else X, Y

    with pytest.raises(DataError, match=r"x of piece \d has inf in row 3, column 1"):
        trained(Spoilt())


@pytest.mark.parametrize("dtype", [np.float32, np.int16])
def test_batches_of_a_large_map_are_converted_and_not_the_map(tmp_path, monkeypatch, dtype):
    monkeypatch.setattr("tinygrad_course.nn.data_checks._ELEMENTS_AT_A_TIME", 100)
    numbers = (X * 10).astype(dtype)
    np.save(tmp_path / "x.npy", numbers)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    model = nn.MLP([5, 8, 3], rng=0, dtype=np.float64)
    assert np.shares_memory(checked_inputs("x", mapped, model), mapped)
    results = []
    for x in (numbers, mapped):
        model = nn.MLP([5, 8, 3], rng=0, dtype=np.float64)
        history = trained(x, Y, model=model, validation=(x, Y))[1]
        results.append([*weights(model), *history.validation["loss"], *history.train["loss"]])
    np.testing.assert_array_equal(*results)


def test_a_map_is_checked_in_parts_as_an_array_is(tmp_path, monkeypatch):
    monkeypatch.setattr("tinygrad_course.nn.data_checks._ELEMENTS_AT_A_TIME", 100)
    np.save(tmp_path / "x.npy", broken((150, 3), np.nan))
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    for x in (broken((150, 3), np.nan), mapped):
        with pytest.raises(DataError, match="x has nan in row 150, column 3"):
            trained(x, Y)
    np.save(tmp_path / "large.npy", broken((150, 3), 1).astype(np.float64) * 1e300)
    with pytest.raises(DataError, match="in the model's float32"):
        trained(np.load(tmp_path / "large.npy", mmap_mode="r"), Y)


def test_class_weights_of_a_loss_count_in_pieces():
    model = nn.MLP([5, 8, 3], rng=0)
    loss = nn.CrossEntropyLoss(weight=np.array([1, 2, 3], np.float32))
    figures = [evaluate(model, *data, loss=loss) for data in ((X, Y), (pieces(),))]
    assert figures[1]["loss"] == pytest.approx(figures[0]["loss"], rel=1e-5)


# --- weights of rows -------------------------------------------------------------------------------

WEIGHTS = np.where(np.arange(203) % 50 < 20, 0, RNG.uniform(0, 3, 203))
"""Some batches have no row that counts."""


def heavy(rows=16, y=Y):
    return data.ArrayPieces(X, y, WEIGHTS, rows=rows)


WEIGHTED = {
    "samples": (heavy, {}, {"sample_weight": WEIGHTS}),
    "classes": (pieces, {"class_weight": {1: 5.0, 2: 0.1}}, {}),
    "balanced": (pieces, {"class_weight": "balanced"}, {}),
    "both": (heavy, {"class_weight": "balanced"}, {"sample_weight": WEIGHTS}),
}
weighted = pytest.mark.parametrize(("cut", "both", "arrays"), WEIGHTED.values(), ids=WEIGHTED)
LOSSES = {
    "mean": nn.CrossEntropyLoss(),
    "sum": nn.CrossEntropyLoss(reduction="sum"),
    "with weights": nn.CrossEntropyLoss(weight=np.array([0.1, 0.2, 0.3])),
    "that ignores": nn.CrossEntropyLoss(ignore_index=2),
}


@weighted
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("rows", [7, 500])
def test_weighted_figures_in_pieces_are_those_of_arrays_to_the_last_bit(
    cut, both, arrays, loss, rows
):
    model = nn.MLP([5, 8, 3], rng=0)
    options = {"loss": loss, "batch_size": 10, **both}
    whole = evaluate(model, X, Y, **options, **arrays)
    found = evaluate(model, cut(rows), **options)
    assert found["loss"] == whole["loss"]
    # A sum over batches and an average of all rows are rounded differently.
    eps = float(np.finfo(np.float64).eps)
    assert found["accuracy"] == pytest.approx(whole["accuracy"], rel=len(X) * eps)


@weighted
def test_weighted_pieces_train_as_weighted_rows_in_the_same_order(cut, both, arrays):
    """The witness is a loop by hand over rows with the weights of arrays."""
    order = np.concatenate(
        [b[1] for b in data.piece_batches(cut_rows(), batch_size=10, seed=5, epoch=0)]
    )
    model, history = trained(cut(), rng=5, epochs=1, validation=cut()[:9], **both)
    by_hand = nn.MLP([5, 8, 3], rng=0)
    loss, optimizer = nn.CrossEntropyLoss(), optim.Adam(by_hand, lr=0.01)
    weighting = weighting_of(loss, Y, arrays.get("sample_weight"), both.get("class_weight"))
    for batch in np.split(order, range(10, 203, 10)):
        optimizer.zero_grad()
        weighting(by_hand(X[batch]), Y[batch], weighting.columns[0][batch]).backward()
        optimizer.step()
    np.testing.assert_array_equal(weights(model), weights(by_hand))
    kept = {name: w[:144] for name, w in arrays.items()}
    by_label = weighting.class_weights
    expected = evaluate(model, X[:144], Y[:144], loss=loss, class_weight=by_label, **kept)
    assert history.validation["loss"] == [pytest.approx(expected["loss"], rel=1e-5)]


def cut_rows():
    return pieces(y=np.arange(203))


def mean_by_sums(prediction, target, sample_weight=None):
    return float(np.mean(0.0 if sample_weight is None else sample_weight))


def summed_without_weights(prediction, target, sample_weight=None):
    return mean_by_sums(prediction, target, sample_weight)


mean_by_sums.sum_form = lambda p, t, sample_weight=None: (float(sample_weight.sum()), len(t))
summed_without_weights.sum_form = lambda p, t: (0.0, 1.0)


def test_metrics_get_the_weights_of_their_rows_and_keep_predictions_only_if_they_must():
    model = nn.MLP([5, 8, 3], rng=0)
    metrics = {"sums": mean_by_sums, "all": summed_without_weights, "accuracy": accuracy}
    found = evaluate(model, heavy(), metrics=metrics, batch_size=10)
    expected = evaluate(model, X, Y, metrics=metrics, sample_weight=WEIGHTS)
    assert found == pytest.approx(expected)
    assert found["all"] == pytest.approx(WEIGHTS.mean())
    streamed, _ = checked_pieces("", heavy(), model, None, {})
    assert list(Sums(streamed, model, metrics).others) == ["all"]
    _, history = trained(heavy(), metrics=metrics, epochs=1)
    for name in ("all", "sums"):
        assert history.train[name] == [pytest.approx(WEIGHTS.mean())]


REFUSED = {
    "beside pieces": (pieces(), {"sample_weight": np.ones(203)}, SettingError, "ArrayPieces"),
    "too few": ([(X, Y, WEIGHTS[1:])], {}, DataError, r"x of piece 0 .* sample_weight \(202,\)"),
    "two columns": ([(X, Y, X[:, :2])], {}, ShapeError, r"of piece 0 has shape \(203, 2\)"),
    "below 0": ([(X, Y, -WEIGHTS)], {}, DataError, "sample_weight of piece 0 has -"),
    "nan": (
        [(X, Y, WEIGHTS), (X, Y, X[:, 0] * np.nan)],
        {},
        DataError,
        "of piece 1 has nan in row 0",
    ),
    "in some": ([(X, Y, WEIGHTS), (X, Y)], {}, DataError, "piece 1 has .* without sample_weight"),
    "four": ([(X, Y, WEIGHTS, WEIGHTS)], {}, DataError, "tuple of length 4, not a pair"),
    "nothing": ([(X, Y, 0 * WEIGHTS)] * 2, {}, DataError, "sample_weight is 0 in all 406 rows"),
    "no class": (pieces(), {"class_weight": {0: 0, 1: 0, 2: 0}}, DataError, "weights of all 203"),
    "unknown": (pieces(), {"class_weight": {7: 1}}, SettingError, "the labels are 0, 1, 2"),
    "too large": (
        [(X, Y, 1e306 + WEIGHTS)] * 9,
        {},
        DataError,
        "divide all of them by the largest",
    ),
}


@pytest.mark.parametrize(("x", "options", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_weights_in_pieces_that_can_not_be_are_refused(x, options, error, message):
    model = nn.MLP([5, 8, 3], rng=0)
    before = weights(model)
    with pytest.raises(error, match=message):
        trained(x, model=model, **options)
    with pytest.raises(error, match=message):
        evaluate(model, x, loss=nn.CrossEntropyLoss(), **options)
    np.testing.assert_array_equal(weights(model), before)


def test_rows_that_a_loss_ignores_do_not_count_in_pieces_either():
    model, y = nn.MLP([5, 8, 3], rng=0), np.where(np.arange(203) % 3 == 0, -100, Y)
    loss = nn.CrossEntropyLoss()
    whole = evaluate(model, X[40:], y[40:], loss=loss)
    cut = evaluate(model, pieces(x=X[40:], y=y[40:]), loss=loss, batch_size=30)
    assert cut["accuracy"] == whole["accuracy"]
    assert cut["loss"] == pytest.approx(whole["loss"], rel=1e-5)
