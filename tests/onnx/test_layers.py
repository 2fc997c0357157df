"""Every layer in onnxruntime, in single and in double precision, for batches of 1 to 500 rows."""

import inspect

import numpy as np
import onnxruntime
import pytest

from tinygrad_course import Tensor, export_onnx, nn

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(500, 6))
SIGNALS = RNG.normal(size=(500, 4, 9))
PICTURES = RNG.normal(size=(500, 4, 7, 6))
WORDS = RNG.integers(0, 5, size=(500, 3))

LAYERS = [
    (lambda d: nn.Linear(6, 4, rng=0, dtype=d), ROWS),
    (lambda d: nn.Linear(6, 4, bias=False, rng=0, dtype=d), ROWS),
    (lambda d: nn.Linear(9, 4, rng=0, dtype=d), SIGNALS),
    (lambda d: nn.MLP([6, 5, 3], rng=0, dtype=d), ROWS),
    (lambda d: nn.MLP([6, 5, 1], "tanh", rng=0, dtype=d), ROWS),
    (lambda d: nn.LogisticRegression(6, dtype=d), ROWS),
    (lambda d: nn.Embedding(5, 3, rng=0, dtype=d), WORDS),
    (lambda d: nn.BatchNorm1d(6, dtype=d), ROWS),
    (lambda d: nn.BatchNorm1d(4, affine=False, dtype=d), SIGNALS),
    (lambda d: nn.BatchNorm2d(4, dtype=d), PICTURES),
    (lambda d: nn.LayerNorm(6, dtype=d), ROWS),
    (lambda d: nn.LayerNorm((7, 6), bias=False, dtype=d), PICTURES),
    (lambda d: nn.GroupNorm(2, 6, dtype=d), ROWS),
    (lambda d: nn.GroupNorm(2, 4, dtype=d), PICTURES),
    (lambda d: nn.Dropout(0.5), ROWS),
    (lambda d: nn.Identity(), ROWS),
    (lambda d: nn.Flatten(), PICTURES),
    (lambda d: nn.Unflatten(1, (2, 3)), ROWS),
    (lambda d: nn.Conv1d(4, 6, 3, stride=2, padding=1, rng=0, dtype=d), SIGNALS),
    (lambda d: nn.Conv1d(4, 6, 3, groups=2, dilation=2, bias=False, rng=0, dtype=d), SIGNALS),
    (lambda d: nn.Conv2d(4, 6, 3, padding="same", groups=2, rng=0, dtype=d), PICTURES),
    (lambda d: nn.Conv2d(4, 3, (3, 2), (2, 1), 1, (1, 2), rng=0, dtype=d), PICTURES),
    (lambda d: nn.MaxPool1d(2), SIGNALS),
    (lambda d: nn.MaxPool1d(2, ceil_mode=True), SIGNALS),
    (lambda d: nn.MaxPool2d(2), PICTURES),
    (lambda d: nn.MaxPool2d(3, 2, 1, 2), PICTURES),
    (lambda d: nn.MaxPool2d(2, 3, ceil_mode=True), PICTURES),
    (lambda d: nn.AvgPool1d(3, 2), SIGNALS),
    (lambda d: nn.AvgPool2d(3, stride=2, padding=1), PICTURES),
    (lambda d: nn.AvgPool2d(3, 2, 1, count_include_pad=False), PICTURES),
    (lambda d: nn.AvgPool2d(2, 3, 1, ceil_mode=True), PICTURES),
    (lambda d: nn.AdaptiveAvgPool1d(4), SIGNALS),
    (lambda d: nn.AdaptiveAvgPool1d(1), SIGNALS),
    (lambda d: nn.AdaptiveAvgPool2d((3, 4)), PICTURES),
    (lambda d: nn.AdaptiveAvgPool2d(1), PICTURES),
    (lambda d: nn.PReLU(dtype=d), ROWS),
    (lambda d: nn.PReLU(4, dtype=d), PICTURES),
    *(
        (lambda d, made=made: made, ROWS)
        for made in (
            *(nn.ReLU(), nn.LeakyReLU(0.2), nn.ELU(1.5), nn.SELU(), nn.CELU(1.5), nn.GELU()),
            *(nn.GELU("tanh"), nn.SiLU(), nn.Mish(), nn.ReLU6(), nn.Hardtanh(-0.5, 1.5)),
            *(nn.Hardsigmoid(), nn.Hardswish(), nn.Threshold(0.1, -1.0), nn.Hardshrink(0.4)),
            *(nn.Softshrink(0.4), nn.Tanhshrink(), nn.Softsign(), nn.Sigmoid(), nn.LogSigmoid()),
            *(nn.Tanh(), nn.Softplus(), nn.Softmax(-1), nn.Softmin(-1), nn.LogSoftmax(-1)),
            nn.GLU(),
        )
    ),
    (
        lambda d: nn.Sequential(
            *(nn.Conv2d(4, 8, 3, rng=0, dtype=d), nn.BatchNorm2d(8, dtype=d), nn.Mish()),
            *(nn.MaxPool2d(2), nn.Dropout(0.5), nn.Flatten(), nn.Linear(32, 3, rng=1, dtype=d)),
        ),
        PICTURES,
    ),
]


def test_every_layer_is_among_them():
    classes = [getattr(nn, name) for name in nn.__all__ if inspect.isclass(getattr(nn, name))]
    layers = {kind.__name__ for kind in classes if issubclass(kind, nn.Module)}
    layers -= {kind.__name__ for kind in classes if issubclass(kind, nn.Loss)}
    # The first two are bases; the others hold layers, and have no forward of their own.
    layers -= {"Module", "Classifier", "ModuleList", "ModuleDict"}
    assert layers == {type(make(np.float32)).__name__ for make, _ in LAYERS}


def named(value):
    return repr(value(np.float32)).split("  #")[0].split("\n")[0] if callable(value) else ""


@pytest.mark.parametrize(("make", "x"), LAYERS, ids=named)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_agrees_for_batches_of_any_size(make, x, dtype, tmp_path):
    layer = make(dtype)
    x = x if x.dtype.kind == "i" else x.astype(dtype)
    for rows in (x[:100], x[100:300]):
        layer.train()(Tensor(rows))  # running statistics
    before = layer.state_dict()
    export_onnx(layer, x[:8], tmp_path / "m.onnx")
    assert layer.training
    for name, array in layer.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    running = onnxruntime.InferenceSession(tmp_path / "m.onnx", providers=["CPUExecutionProvider"])
    layer.eval()
    # erf is computed in single precision in both.
    digits = 1e-12 if dtype == np.float64 and "GELU" not in repr(layer) else 1e-6
    for rows in (1, 2, 33, 500):
        expected = layer(Tensor(x[:rows])).data
        (found,) = running.run(None, {"x": x[:rows]})
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        np.testing.assert_allclose(found, expected, rtol=0, atol=digits * np.abs(expected).max())
