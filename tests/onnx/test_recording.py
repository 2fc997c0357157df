"""What a model may do with its input, and what it is refused for: no file computes anything else."""

import numpy as np
import onnx
import onnxruntime
import pytest

import tinygrad_course as tg
from tinygrad_course import Tensor, export_onnx, nn
from tinygrad_course.errors import ExportError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6)).astype(np.float32)
WORDS = RNG.integers(0, 5, (40, 2))
TABLE = nn.Embedding(5, 3, rng=0)


def session(path):
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def no_grad_inside(x):
    with tg.no_grad():
        mean = x.mean(axis=1, keepdims=True)
    return x - mean


def grouped(x):
    return x.reshape(-1, 2, 3)


EXPORTED = {
    "the mean of the batch": lambda x: x - x.mean(axis=0),
    "another number of rows": lambda x: np.tile(x, (2, 1)),
    "rows with rows": lambda x: x @ x.T,
    "one row": lambda x: x[-1],
    "rows backwards": lambda x: x[::-2],
    "no axis of the batch": lambda x: np.tanh(x).sum(),
    "a mean for each row": lambda x: np.broadcast_to(x.mean(axis=0), (x.shape[0], 2, 6)),
    "a mask": lambda x: x[:, np.array([True, False, True, True, False, True])],
    "indices side by side": lambda x: grouped(x)[:, [0, 1, -1], [2, 0, 1]],
    "indices apart": lambda x: x.reshape(-1, 2, 3, 1)[:, [0, 1], :, [0, -1]],
    "indices around a new axis": lambda x: grouped(x)[:, [0, 1], None, [2, 0]],
    "a number beside an index": lambda x: grouped(x)[:, 1, [0, 2]],
    "an ellipsis": lambda x: grouped(x)[..., None, 0],
    "detach()": lambda x: np.tanh(x).detach() * np.exp(x),
    "plain numbers of a result": lambda x: np.tanh(x) * np.asarray(x.detach()),
    "a checkpoint": lambda x: tg.checkpoint(lambda y: np.tanh(y) * y)(x),
    "a constant in double precision": lambda x: (x * np.float64(2.5) + np.ones(6)).sum(axis=1),
    "another dtype in between": lambda x: x.astype(np.float64).sum(axis=1).astype(np.float32),
    "Python's numbers": lambda x: 1 - 2 * x**2 / 3,
    "the input itself": lambda x: x,
}


@pytest.mark.parametrize("name", EXPORTED)
def test_it_computes_the_same_for_any_number_of_rows(name, tmp_path):
    model = EXPORTED[name]
    export_onnx(model, X[:8], tmp_path / "m.onnx")
    for rows in (2, 3, 40):
        expected = model(Tensor(X[:rows])).data
        (found,) = session(tmp_path / "m.onnx").run(None, {"x": X[:rows]})
        assert (found.dtype, found.shape) == (expected.dtype, np.shape(expected))
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


class ByBatch(nn.Module):
    """Two parameters, of which the number of rows chooses one: the operations are the same."""

    def __init__(self):
        self.odd = nn.Parameter(np.ones(6, np.float32))
        self.even = nn.Parameter(np.full(6, 2, np.float32))

    def forward(self, x):
        return x * (self.odd if len(x) % 2 else self.even)


REFUSED = {
    "a parameter by the batch": (ByBatch(), "multiply .* uses numbers that differ"),
    "half of the rows": (lambda x: x[: len(x) // 2], "its index is slice"),
    "as many as rows": (lambda x: x.sum(axis=0) / len(x), "divide .* uses numbers that differ"),
    "axes by the batch": (
        lambda x: np.sum(x, axis=0 if len(x) % 2 else None),
        "the number of axes depends on the batch",
    ),
    "zeros for each row": (
        lambda x: x + np.zeros((len(x), 6), np.float32),
        "depends on the size of the batch. Give it a shape that does not",
    ),
    "a comparison": (lambda x: np.where(x.data > -100, x, 0), "write np.maximum"),
    "a number of the input": (lambda x: x * x.data[0, 0].item(), "numbers that differ"),
    "chance": (lambda x: x + np.random.rand(), "numbers that differ"),
    "without recording": (no_grad_inside, "leave the graph"),
    "the number of rows in a sum of squares": (lambda x: x.std(axis=0, ddof=1), "length of axis 0"),
    "indices with rows": (lambda x: x[[0, 1], [2, 0]], "select along the axis of the batch"),
    "all rows in order": (lambda x: np.sort(x, axis=0), "length of axis 0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_depends_on_the_batch_in_another_way_is_refused_with_its_line(name, tmp_path):
    model, words = REFUSED[name]
    with pytest.raises(ExportError, match=rf"(?s){words}") as raised:
        export_onnx(model, X[:8], tmp_path / "m.onnx")
    assert "test_recording.py:" in str(raised.value)
    assert not [*tmp_path.iterdir()]


def test_the_advice_for_zeros_of_each_row(tmp_path):
    export_onnx(lambda x: x + np.zeros((1, 6), np.float32), X[:8], tmp_path / "m.onnx")
    (found,) = session(tmp_path / "m.onnx").run(None, {"x": X})
    np.testing.assert_array_equal(found, X)


def test_an_operation_of_ones_own_is_named(tmp_path):
    def twice(x):
        """z = 2x;   x̄ = 2z̄"""
        return 2 * x

    own = tg.custom_vjp(twice)
    own.vjp(x=lambda g: 2 * g)
    with pytest.raises(ExportError, match=r"twice \(line .*\) has no counterpart .* of your own"):
        export_onnx(lambda x: own(x), X[:8], tmp_path / "m.onnx")


# --- whole numbers that are indices ---------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8])
@pytest.mark.parametrize(
    "model",
    [
        TABLE,
        lambda x: TABLE.weight[x],
        lambda x: TABLE(x[:, 0]) * TABLE(x[:, 1]),
        lambda x: TABLE(x[:, 0]) + 2 * TABLE(x[:, 0]),
    ],
)
def test_indices_come_from_the_input(model, dtype, tmp_path):
    words = WORDS.astype(dtype)
    export_onnx(model, words[:8], tmp_path / "m.onnx")
    (found,) = session(tmp_path / "m.onnx").run(None, {"x": words})
    np.testing.assert_array_equal(found, model(words).data)


def test_some_columns_may_be_indices(tmp_path):
    def model(x):
        return np.concatenate([TABLE(x[:, 0]), x[:, 1:]], axis=1)

    x = np.concatenate([WORDS[:, :1], X], axis=1).astype(np.float32)
    export_onnx(model, x[:8], tmp_path / "m.onnx")
    (found,) = session(tmp_path / "m.onnx").run(None, {"x": x})
    np.testing.assert_array_equal(found, model(Tensor(x)).data)


def test_columns_that_the_example_does_not_tell_apart(tmp_path):
    def model(x):
        return TABLE(x[:, 0]) * TABLE(x[:, 1])

    same = WORDS[:, [0, 0]]
    with pytest.raises(ExportError, match="give an example whose rows differ in each column"):
        export_onnx(model, same[:8], tmp_path / "m.onnx")
    export_onnx(model, WORDS[:8], tmp_path / "m.onnx")


# --- nothing changes ------------------------------------------------------------------------------


class Holder:
    """No module, so that what it holds is found only when it runs."""

    def __init__(self, module):
        self.module = module


@pytest.mark.parametrize("make", [lambda: nn.BatchNorm1d(6), lambda: nn.Dropout(0.5, rng=0)])
def test_a_hidden_module_in_training_mode_is_refused_and_stays_as_it_was(make, tmp_path):
    held, alike = Holder(make()), make()
    before = held.module.state_dict()
    with pytest.raises(ExportError, match=r"ran in training mode .*call eval\(\)"):
        export_onnx(lambda x: held.module(x), X[:8], tmp_path / "m.onnx")
    for name, array in held.module.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    np.testing.assert_array_equal(
        held.module(Tensor(X)).data, alike(Tensor(X)).data
    )  # no call was counted
    held.module.eval()
    export_onnx(lambda x: held.module(x), X[:8], tmp_path / "m.onnx")


def test_frozen_parameters_and_no_grad_make_no_difference(tmp_path):
    model = nn.MLP([6, 4, 2], rng=0).requires_grad_(False)
    with tg.no_grad():
        export_onnx(model, X[:8], tmp_path / "m.onnx")
    assert not any(p.requires_grad or p.grad is not None for p in model.parameters())
    (found,) = session(tmp_path / "m.onnx").run(None, {"x": X})
    np.testing.assert_allclose(found, model(X).data, rtol=1e-5, atol=1e-6)


def test_initializers_are_copies_and_equal_ones_are_one(tmp_path):
    model = nn.Sequential(nn.Linear(6, 6, rng=0), nn.Linear(6, 6, rng=0), nn.Linear(6, 6, rng=1))
    export_onnx(model, X[:8], tmp_path / "m.onnx")
    before = model(X).detach()
    for parameter in model.parameters():
        parameter.data[...] = 0
    (found,) = session(tmp_path / "m.onnx").run(None, {"x": X})
    np.testing.assert_allclose(found, before.data, rtol=1e-5, atol=1e-6)
    names = {tensor.name for tensor in onnx.load(tmp_path / "m.onnx").graph.initializer}
    assert names == {"0.weight", "0.bias", "2.weight"}
