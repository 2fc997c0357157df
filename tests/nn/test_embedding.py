import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course import nn, optim
from tinygrad_course.errors import DataError, DtypeError
from tinygrad_course.training import fit


def test_rows_of_the_weight_in_the_shape_of_the_numbers():
    layer = nn.Embedding(5, 3, rng=0)
    x = np.array([[0, 4], [4, 4], [1, 0]])
    np.testing.assert_array_equal(layer(x).data, layer.weight.data[x])
    np.testing.assert_array_equal(layer(x.astype(np.float32)).data, layer(x).data)
    np.testing.assert_array_equal(layer(leaf(x.astype(float))).data, layer(x).data)
    assert layer(x[:0]).shape == (0, 2, 3)


def test_gradients_of_repeated_rows_add_up():
    layer = nn.Embedding(4, 2, rng=0)
    layer(np.array([1, 3, 1, 1])).sum().backward()
    np.testing.assert_array_equal(layer.weight.grad.data, [[0, 0], [3, 3], [0, 0], [1, 1]])


def test_weights_are_standard_normal():
    weights = nn.Embedding(1000, 50, rng=0).weight.data
    assert abs(weights.mean()) < 4 / np.sqrt(weights.size)
    assert abs(weights.var() - 1) < 4 * np.sqrt(2 / weights.size)


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (
            [0, 5],
            r"has 5 at \[1\], but must be whole numbers from 0 to 4: num_embeddings must be above",
        ),
        ([[0, -1], [9, 9]], r"has -1 at \[0, 1\] \(and 2 more such numbers\)"),
        ([0.5], r"has 0.5 at \[0\]"),
        ([np.nan], r"has nan at \[0\]"),
        ([True], "has dtype bool, but must be whole numbers"),
        (["a"], r"return_inverse=True"),
    ],
)
def test_other_numbers_are_named(x, said):
    with pytest.raises(DataError, match=f"in Embedding.*{said}"):
        nn.Embedding(5, 2, rng=0)(np.array(x))
    _, numbers = np.unique(["b", "a", "b"], return_inverse=True)
    nn.Embedding(5, 2, rng=0)(numbers)


def test_floats_that_can_not_tell_so_many_numbers_apart_are_refused():
    layer = nn.Embedding(2049, 1, rng=0)
    with pytest.raises(DtypeError, match=r"float16.* up to 2048 .*x\.astype\(np\.int64\)"):
        layer(np.zeros(2, np.float16))
    nn.Embedding(2048, 1, rng=0)(np.zeros(2, np.float16))
    layer(np.zeros(2, np.int64))


def test_it_learns_in_fit():
    x = np.random.default_rng(0).integers(0, 6, (120, 1))
    y = (x[:, 0] % 2).astype(np.float32)
    model = nn.Sequential(
        nn.Embedding(6, 2, rng=0), nn.Flatten(), nn.Linear(2, 1, rng=0), nn.Flatten(0)
    )
    history = fit(
        model, nn.BCEWithLogitsLoss(), optim.Adam(model, lr=0.1), x, y, epochs=30, batch_size=20
    )
    assert history.latest()["accuracy"] == 1
