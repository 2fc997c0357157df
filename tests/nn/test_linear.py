import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.errors import SettingError, ShapeError
from tinygrad_course.nn import Linear, Parameter, init
from tinygrad_course.tensor import Tensor

sizes = st.integers(1, 5)
batch_shapes = st.lists(st.integers(0, 4), max_size=2).map(tuple)


@given(sizes, sizes, batch_shapes, st.booleans(), st.integers(0, 99))
def test_it_is_the_affine_map_of_every_row(n_in, n_out, batch, bias, seed):
    layer = Linear(n_in, n_out, bias, rng=seed, dtype=np.float64)
    rng = np.random.default_rng(seed)
    b = rng.normal(size=n_out)
    if bias:
        layer.bias.data[...] = b
    x = rng.normal(size=(*batch, n_in))
    expected = np.einsum("oi,...i->...o", layer.weight.data, x) + bias * b
    np.testing.assert_allclose(layer(x).data, expected, atol=1e-12)


def test_it_is_one_node_and_float32_unless_told_otherwise():
    layer = Linear(3, 2, rng=0)
    out = layer(Tensor(np.ones((4, 3), np.float32)))
    assert out.node.parents[1:] == (layer.weight.node, layer.bias.node)
    assert out.dtype == np.float32
    assert Linear(3, 2, rng=0, dtype=np.float64).weight.dtype == np.float64


def test_seeds_and_initializers():
    np.testing.assert_array_equal(Linear(3, 2, rng=5).weight.data, Linear(3, 2, rng=5).weight.data)
    expected = init.he_normal((2, 3), rng=5)
    np.testing.assert_array_equal(
        Linear(3, 2, rng=5, initializer=init.he_normal).weight.data, expected
    )
    np.testing.assert_array_equal(Linear(3, 2).bias.data, 0)


@pytest.mark.parametrize(
    ("shape", "way_out"),
    [
        ((6, 3), r"did you mean x.T\?"),
        ((4, 2, 3), r"x.reshape\(len\(x\), -1\)"),
        ((3,), "set in_features=3$"),
        ((), r"give a matrix of rows, \(rows, 6\)"),
        ((4, 5), "set in_features=5"),
    ],
)
def test_an_input_of_the_wrong_shape(shape, way_out):
    with pytest.raises(ShapeError, match=way_out) as caught:
        Linear(6, 2, rng=0)(np.ones(shape, np.float32))
    assert str(shape) in str(caught.value)
    assert "(…, 6)" in str(caught.value)


def test_parameters_that_no_longer_fit_each_other():
    layer = Linear(3, 2, rng=0)
    layer.bias = Parameter(np.ones(3, np.float32))
    with pytest.raises(ShapeError, match=r"bias has shape \(3,\)"):
        layer(np.ones((1, 3), np.float32))


def test_impossible_sizes():
    with pytest.raises(SettingError, match="out_features=0: must be a whole number, at least 1"):
        Linear(3, 0)
