import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tensors import leaf
from tinygrad_course import nn, no_grad, optim
from tinygrad_course.errors import ShapeError
from tinygrad_course.testing import gradcheck
from tinygrad_course.training import evaluate, fit

RNG = np.random.default_rng(0)
X = RNG.normal(3, 2, (6, 4))


def test_a_state_has_pytorchs_names_in_its_order():
    names = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    assert list(nn.BatchNorm2d(3).state_dict()) == names
    assert list(nn.BatchNorm1d(3, affine=False).state_dict()) == names[2:]
    assert list(nn.BatchNorm1d(3, track_running_stats=False).state_dict()) == names[:2]
    assert [p.shape for p in nn.BatchNorm1d(3).parameters()] == [(3,), (3,)]
    assert nn.BatchNorm1d(3).num_batches_tracked.dtype == np.int64


@pytest.mark.parametrize("shape", [(6, 4), (6, 4, 5)])
def test_batches_are_normalized_with_the_biased_variance_and_the_unbiased_one_is_kept(shape):
    x = RNG.normal(3, 2, shape)
    layer = nn.BatchNorm1d(4, momentum=0.25, dtype=np.float64)
    z = layer(leaf(x)).data
    axes = (0, 2)[: len(shape) - 1]
    np.testing.assert_allclose(z.mean(axis=axes), 0, atol=1e-12)
    np.testing.assert_allclose(z.var(axis=axes), 1, atol=1e-4)
    np.testing.assert_allclose(layer.running_mean.data, x.mean(axis=axes) / 4)
    np.testing.assert_allclose(layer.running_var.data, 0.75 + x.var(axis=axes, ddof=1) / 4)
    assert layer.num_batches_tracked.data == 1


def test_in_evaluation_the_running_statistics_count_and_stay():
    layer = nn.BatchNorm1d(4, dtype=np.float64)
    for _ in range(200):
        layer(X)
    before = layer.state_dict()
    one_by_one = np.concatenate([layer.eval()(X[i : i + 1]).data for i in range(6)])
    np.testing.assert_allclose(one_by_one, layer(X).data)
    unbiased = (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0, ddof=1) + 1e-5)
    np.testing.assert_allclose(one_by_one, unbiased, rtol=1e-6)
    for name, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_without_a_momentum_it_is_the_mean_of_all_batches():
    layer = nn.BatchNorm1d(4, momentum=None, dtype=np.float64)
    parts = [RNG.normal(size=(5, 4)) for _ in range(3)]
    for part in parts:
        layer(part)
    np.testing.assert_allclose(
        layer.running_mean.data, np.mean([p.mean(axis=0) for p in parts], axis=0)
    )
    variances = [p.var(axis=0, ddof=1) for p in parts]
    np.testing.assert_allclose(layer.running_var.data, np.mean(variances, axis=0))


def test_without_tracking_the_batch_counts_in_evaluation_too():
    layer = nn.BatchNorm1d(4, track_running_stats=False, dtype=np.float64)
    np.testing.assert_array_equal(layer(X).data, layer.eval()(X).data)


def test_pending_graphs_keep_the_statistics_that_they_saw():
    layer = nn.BatchNorm1d(100, dtype=np.float64)
    x = leaf(RNG.normal(size=(3, 100)))
    layer(x)
    scale = 1 / np.sqrt(layer.running_var.data + layer.eps)
    pending = layer.eval()(x).sum()
    layer.train()(5 * x.data)
    pending.backward()
    np.testing.assert_allclose(x.grad.data, np.broadcast_to(scale, (3, 100)))


def test_a_call_under_no_grad_counts_and_no_gradient_flows_into_buffers():
    layer = nn.BatchNorm1d(4)
    with no_grad():
        layer(X)
    assert layer.num_batches_tracked.data == 1
    assert not any(b.requires_grad for b in layer.buffers())


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.BatchNorm1d(3, dtype=np.float64), (4, 3)),
        (nn.BatchNorm1d(3, dtype=np.float64).eval(), (4, 3)),
        (nn.BatchNorm2d(2, dtype=np.float64), (2, 2, 3, 2)),
        (nn.LayerNorm((3, 2), dtype=np.float64), (4, 3, 2)),
        (nn.GroupNorm(2, 4, dtype=np.float64), (2, 4, 3)),
    ],
    ids=repr,
)
def test_gradients_by_input_and_parameters(layer, shape):
    x, weights = RNG.normal(size=shape), RNG.normal(size=shape)
    gradcheck(lambda t: (layer(t) * weights).sum(), x)
    gradcheck(lambda *_: (layer(x) * weights).sum(), *layer.parameters())


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.BatchNorm1d(3), (1, 3)),
        (nn.BatchNorm1d(3), (0, 3)),
        (nn.BatchNorm1d(3), (1, 3, 1)),
        (nn.BatchNorm2d(3), (1, 3, 1, 1)),
    ],
)
def test_one_row_in_training_is_refused_and_changes_nothing(layer, shape):
    with pytest.raises(ShapeError, match=r"two rows or more.*model\.eval\(\)"):
        layer(np.ones(shape, np.float32))
    assert layer.num_batches_tracked.data == 0
    layer(np.ones((2, *shape[1:]), np.float32))
    layer.eval()(np.ones(shape, np.float32))


@pytest.mark.parametrize(
    ("layer", "shape", "said"),
    [
        (nn.BatchNorm1d(3), (4, 5), r"\(4, 5\).* 3 channels in axis 1: set num_features"),
        (
            nn.BatchNorm1d(3),
            (4, 3, 2, 2),
            r"must be \(rows, channels\) or \(rows, channels, length\)",
        ),
        (nn.BatchNorm2d(3), (4, 3), r"must be \(rows, channels, height, width\)"),
        (nn.LayerNorm(3), (4, 5), r"must be \(…, 3\): set normalized_shape"),
        (nn.LayerNorm((2, 3)), (3,), r"must be \(…, 2, 3\)"),
        (nn.GroupNorm(1, 3), (4, 5), r"must be \(rows, 3, …\): set num_channels"),
    ],
)
def test_other_shapes_are_refused(layer, shape, said):
    with pytest.raises(ShapeError, match=said):
        layer(np.zeros(shape, np.float32))


@given(st.integers(2, 40), st.integers(2, 20))
def test_fit_never_leaves_a_last_batch_of_one(rows, batch_size):
    model = nn.Sequential(
        nn.Linear(2, 3, rng=0), nn.BatchNorm1d(3), nn.Linear(3, 1, rng=1), nn.Flatten(0)
    )
    seen = []
    model.layers.insert(1, lambda x: seen.append(len(x)) or x)
    optimizer = optim.SGD(model, lr=0.01)
    x, y = np.ones((rows, 2), np.float32), np.zeros(rows, np.float32)
    fit(model, nn.MSELoss(), optimizer, x, y, epochs=1, batch_size=batch_size)
    batches = seen[-optimizer.steps :]
    assert sum(batches) == rows
    assert min(batches) > 1


def test_a_net_with_normalization_learns():
    x = RNG.normal(50, 20, (200, 3)).astype(np.float32)
    y = (x[:, 0] > x[:, 1]).astype(np.float32)
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 1, rng=0), nn.Flatten(0))
    optimizer = optim.Adam(model, lr=0.05)
    loss = nn.BCEWithLogitsLoss()
    fit(model, loss, optimizer, x, y, epochs=20, batch_size=33)
    assert evaluate(model, x, y, loss=loss)["accuracy"] > 0.95
