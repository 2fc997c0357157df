"""Models in ONNX files: whole networks, modules of one's own, several inputs and outputs, arguments."""

import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
import pytest

import tinygrad_course as tg
from tinygrad_course import Tensor, export_onnx, nn
from tinygrad_course.errors import ExportError, MissingExtraError, SettingError

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(500, 6)).astype(np.float32)
PICTURES = RNG.normal(size=(40, 3, 8, 8)).astype(np.float32)


def session(path):
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def agrees(model, path, x, batches=(1, 2, 7, 500)):
    running = session(path)
    (name,) = (i.name for i in running.get_inputs())
    for rows in batches:
        batch = x[:rows]
        with model.in_mode(training=False):
            expected = model(Tensor(batch)).data
        (found,) = running.run(None, {name: batch})
        assert found.dtype == expected.dtype
        scale = max(1.0, np.abs(expected).max())
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6 * scale)


def test_a_network_of_all_kinds(tmp_path):
    model = nn.Sequential(
        *(nn.Conv2d(3, 8, 3, padding=1, rng=0), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 8, 3, rng=1), nn.GELU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        *(nn.Dropout(0.5), nn.LayerNorm(8), nn.Linear(8, 3, rng=2), nn.Softmax(-1)),
    )
    for _ in range(3):
        model(PICTURES)  # statistics
    export_onnx(model, PICTURES[:4], tmp_path / "m.onnx")
    agrees(model, tmp_path / "m.onnx", PICTURES)
    made = onnx.load(tmp_path / "m.onnx")
    onnx.checker.check_model(made, full_check=True)
    assert (made.ir_version, made.opset_import[0].version) == (8, 17)
    assert {"0.weight", "10.bias"} <= {tensor.name for tensor in made.graph.initializer}


def test_double_precision(tmp_path):
    model = nn.MLP([6, 5, 3], activation="tanh", rng=0, dtype=np.float64)
    export_onnx(model, ROWS[:8].astype(np.float64), tmp_path / "m.onnx")
    agrees(model, tmp_path / "m.onnx", ROWS.astype(np.float64))


class Gated(nn.Module):
    """A module of one's own, with two inputs and two outputs."""

    def __init__(self):
        self.gate = nn.Linear(6, 4, rng=0)
        self.scale = nn.Parameter(np.arange(1.0, 5, dtype=np.float32))

    def forward(self, rows, more):
        gate = tg.sigmoid(self.gate(rows))
        mixed = np.concatenate([gate * self.scale, more[:, ::-1]], axis=1)
        return {"mixed": mixed - mixed.mean(axis=1, keepdims=True), "largest": gate.max(axis=1)}


def test_modules_and_functions_of_ones_own(tmp_path):
    model, more = Gated(), RNG.normal(size=(500, 3)).astype(np.float32)
    export_onnx(model, (ROWS[:5], more[:5]), tmp_path / "m.onnx")
    running = session(tmp_path / "m.onnx")
    assert [i.name for i in running.get_inputs()] == ["rows", "more"]
    assert [o.name for o in running.get_outputs()] == ["mixed", "largest"]
    for rows in (1, 500):
        expected = model(Tensor(ROWS[:rows]), Tensor(more[:rows]))
        found = running.run(None, {"rows": ROWS[:rows], "more": more[:rows]})
        for a, b in zip(found, expected.values(), strict=True):
            np.testing.assert_allclose(a, b.data, rtol=1e-5, atol=1e-6)
    weight = Tensor(ROWS[:6].copy())
    export_onnx(
        lambda x: np.tanh(x @ weight) ** 2, ROWS[:3], tmp_path / "f.onnx", output_names=["z"]
    )
    (found,) = session(tmp_path / "f.onnx").run(["z"], {"x": ROWS})
    np.testing.assert_allclose(found, np.tanh(ROWS @ weight.data) ** 2, rtol=1e-5, atol=1e-6)


def test_an_embedding_takes_whole_numbers(tmp_path):
    model = nn.Sequential(nn.Embedding(10, 4, rng=0), nn.Flatten(), nn.Linear(12, 2, rng=0))
    words = RNG.integers(0, 10, (50, 3))
    export_onnx(model, words[:8], tmp_path / "m.onnx")
    (found,) = session(tmp_path / "m.onnx").run(None, {"x": words})
    np.testing.assert_allclose(found, model(words).data, rtol=1e-5, atol=1e-6)


# --- what is refused ------------------------------------------------------------------------------


def test_what_leaves_the_graph_or_depends_on_the_batch(tmp_path):
    def compares(x):
        return x * (x.data > 0)

    def decides(x):
        return np.tanh(x) if len(x) % 2 else np.exp(x)

    def counts(x):
        return x.reshape(-1) * np.arange(x.size, dtype=np.float32)

    def solves(x):
        return np.linalg.inv(x.T @ x)

    def constant(x):
        return Tensor(np.ones(3))

    for model, words in [
        (compares, "leave the graph: write np.maximum"),
        (decides, "ONNX has one graph for all inputs"),
        (counts, "depends on the size of the batch"),
        (solves, "ONNX solves no linear systems"),
        (constant, "is not computed from its input"),
        (lambda x: 3.0, "returned float"),
    ]:
        with pytest.raises(ExportError, match=words):
            export_onnx(model, ROWS[:8], tmp_path / "m.onnx")
    assert not [*tmp_path.iterdir()]
    # The advice: np.maximum in place of a comparison.
    export_onnx(lambda x: np.maximum(x, 0), ROWS[:8], tmp_path / "m.onnx")


def test_the_error_names_module_and_line(tmp_path):
    class Whitened(nn.Module):
        def forward(self, x):
            return x @ np.linalg.inv(x.T @ x)

    model = nn.Sequential(nn.Linear(6, 6, rng=0), Whitened())
    with pytest.raises(ExportError, match=r"inv \('1', Whitened, line .*test_export\.py:\d+\)"):
        export_onnx(model, ROWS[:8], tmp_path / "m.onnx")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("model", ROWS[:8]), "can't be called"),
        ((nn.ReLU(), ROWS[:1]), "no two rows that differ"),
        ((nn.ReLU(), np.array(["a"])), "dtype <U1"),
        ((nn.ReLU(), ()), "empty tuple"),
        ((nn.ReLU(), ROWS[:0]), "no numbers"),
    ],
)
def test_examples_that_are_none(arguments, words, tmp_path):
    with pytest.raises(SettingError, match=words):
        export_onnx(*arguments, tmp_path / "m.onnx")


def test_settings_that_are_none(tmp_path):
    with pytest.raises(SettingError, match="batch_axis=1: must be 0"):
        export_onnx(nn.ReLU(), ROWS[:8], tmp_path / "m.onnx", batch_axis=1)
    with pytest.raises(SettingError, match="must be a Preparation"):
        export_onnx(nn.ReLU(), ROWS[:8], tmp_path / "m.onnx", preparation="mean")
    with pytest.raises(ExportError, match="give as many names"):
        export_onnx(nn.ReLU(), ROWS[:8], tmp_path / "m.onnx", output_names=["a", "b"])


def test_fixed_shapes(tmp_path):
    export_onnx(nn.ReLU(), ROWS[:1], tmp_path / "m.onnx", batch_axis=None)
    (made,) = session(tmp_path / "m.onnx").get_inputs()
    assert made.shape == [1, 6]


def test_it_is_imported_when_a_model_is_exported():
    program = "import sys, tinygrad_course; sys.exit('onnx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_what_is_decided_by_numbers_is_found_in_rows_that_decide_differently(tmp_path):
    def decides(x):
        return np.tanh(x) if x.data.mean() > 0 else np.exp(x)

    rows = np.repeat(np.array([[1.0], [-1.0]], np.float32), [5, 12], axis=0)
    with pytest.raises(ExportError, match=r"exp .* tanh|tanh .* exp"):
        export_onnx(decides, rows, tmp_path / "m.onnx")


def test_without_onnx(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingExtraError, match=r"tinygrad_course\[onnx\]"):
        export_onnx(nn.ReLU(), ROWS[:8], tmp_path / "m.onnx")
