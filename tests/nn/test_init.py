import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.errors import ShapeError
from tinygrad_course.nn import init

N_OUT, N_IN = 300, 500
VARIANCE = {
    init.xavier_uniform: 2 / (N_IN + N_OUT),
    init.xavier_normal: 2 / (N_IN + N_OUT),
    init.he_uniform: 2 / N_IN,
    init.he_normal: 2 / N_IN,
}
RANDOM = list(VARIANCE)


@pytest.mark.parametrize("initializer", RANDOM, ids=lambda f: f.__name__)
def test_mean_and_variance_are_those_of_the_paper(initializer):
    w = initializer((N_OUT, N_IN), rng=0)
    # 150,000 draws: the sample variance is within 2 % (five standard deviations).
    assert w.var() == pytest.approx(VARIANCE[initializer], rel=0.02)
    assert abs(w.mean()) < 5 * np.sqrt(VARIANCE[initializer] / w.size)


@pytest.mark.parametrize("initializer", [init.xavier_uniform, init.he_uniform])
def test_uniform_weights_fill_their_interval(initializer):
    limit = np.sqrt(3 * VARIANCE[initializer])
    w = initializer((N_OUT, N_IN), rng=0)
    assert 0.999 * limit < np.abs(w).max() <= limit * (1 + 1e-6)


@given(st.sampled_from(RANDOM), st.integers(1, 5), st.integers(1, 5), st.integers(0, 99))
def test_a_seed_gives_the_same_weights_in_every_dtype(initializer, n_out, n_in, seed):
    wide = initializer((n_out, n_in), rng=seed, dtype=np.float64)
    narrow = initializer((n_out, n_in), rng=np.random.default_rng(seed))
    assert (wide.shape, narrow.dtype) == ((n_out, n_in), np.float32)
    np.testing.assert_array_equal(narrow, wide.astype(np.float32))


def test_a_generator_advances():
    rng = np.random.default_rng(0)
    assert (init.he_normal((2, 2), rng=rng) != init.he_normal((2, 2), rng=rng)).all()


def test_zeros():
    np.testing.assert_array_equal(init.zeros((3,)), np.zeros(3, np.float32))


@pytest.mark.parametrize("initializer", RANDOM, ids=lambda f: f.__name__)
@pytest.mark.parametrize("shape", [(3,), (), (0, 2)])
def test_shapes_without_fans(initializer, shape):
    with pytest.raises(ShapeError, match=r"init\.zeros"):
        initializer(shape)
