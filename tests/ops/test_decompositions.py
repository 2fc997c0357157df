"""Equal eigenvalues, zeros, triangles, and what is refused."""

import numpy as np
import pytest

from tests.laws.cases.decompositions import spread, symmetric
from tests.tensors import gradient, leaf
from tinygrad_course.autodiff import jvp
from tinygrad_course.errors import DegenerateError, ShapeError, UnsupportedError
from tinygrad_course.testing import gradcheck

ROTATION = np.linalg.qr(spread(3, 3)).Q
TWICE = ROTATION * [1.0, 1.0, 4.0] @ ROTATION.T  # an eigenvalue of multiplicity two


# --- one triangle is read ---------------------------------------------------------------------------


@pytest.mark.parametrize("f", [np.linalg.cholesky, np.linalg.eigvalsh])
def test_the_triangle_that_is_read_has_the_gradient(f):
    x = leaf(TWICE)
    assert (np.triu(gradient(f(x), x), 1) == 0).all()


@pytest.mark.parametrize("uplo", "uUlL")
@pytest.mark.parametrize("f", [np.linalg.eigvalsh, lambda x, uplo: np.linalg.eigh(x, uplo)[0]])
def test_the_triangle_is_chosen_by_a_letter(f, uplo):
    x = leaf(symmetric(3, 3))
    slope = gradient(f(x, uplo)[0], x)
    other = np.tril if uplo in "uU" else np.triu
    assert slope.any()
    assert not other(slope, -1 if uplo in "uU" else 1).any()


def test_a_matrix_that_is_made_symmetric_has_the_textbooks_gradient():
    a = symmetric(3, 3)
    v = np.linalg.eigh(a).eigenvectors[:, 0]
    for uplo in "LU":
        x = leaf(a)
        smallest = np.linalg.eigvalsh((x + x.T) / 2, uplo)[0]
        np.testing.assert_allclose(gradient(smallest, x), np.outer(v, v), atol=1e-14)


def test_what_is_not_positive_definite_is_numpys_error():
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        np.linalg.cholesky(leaf(-np.eye(2)))


# --- equal values -----------------------------------------------------------------------------------

SMOOTH = {
    "eigvalsh": lambda x: (np.linalg.eigvalsh(x) ** 3).sum(),
    "eigh": lambda x: (np.linalg.eigh(x).eigenvalues ** 3).sum(),
    "svdvals": lambda x: (np.linalg.svdvals(x) ** 4).sum(),
    "svd": lambda x: (np.linalg.svd(x).S ** 4).sum(),
}


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("a", [np.eye(3), TWICE, np.zeros((2, 2))])
def test_what_treats_equal_values_alike_has_a_gradient(name, a):
    gradcheck(SMOOTH[name], a)


def test_the_vector_of_a_value_beside_two_equal_ones():
    def projection(v):
        return v[:, None] * v

    gradcheck(lambda x: projection(np.linalg.eigh(x).eigenvectors[:, 2]), TWICE)
    gradcheck(lambda x: projection(np.linalg.svd(x).U[:, 0]), TWICE)
    gradcheck(lambda x: projection(np.linalg.svd(x).Vh[0]), TWICE)


@pytest.mark.parametrize(
    "vectors",
    [
        lambda x: np.linalg.eigh(x).eigenvectors[:, 0],
        lambda x: np.linalg.svd(x).U[:, 1],
        lambda x: np.linalg.svd(x).Vh,
    ],
)
@pytest.mark.parametrize("a", [np.eye(3), TWICE])
def test_the_vectors_of_equal_values_have_no_derivative(vectors, a):
    with pytest.raises(DegenerateError, match="values are equal"):
        vectors(leaf(a)).sum().backward()


@pytest.mark.parametrize(
    "vectors",
    [
        lambda x: np.linalg.eigh(x).eigenvectors,
        lambda x: np.linalg.svd(x).U,
        lambda x: np.linalg.svd(x).Vh.sum(),
    ],
)
def test_forward_mode_refuses_where_backward_mode_does(vectors):
    for direction in (np.array([[0.0, 1.0], [1.0, 0.0]]), np.eye(2)):
        with pytest.raises(DegenerateError, match="values are equal"):
            jvp(vectors, (np.eye(2),), (direction,))
    a, direction, h = np.array([[2.0, 0.3], [0.3, 1.0]]), np.array([[0.4, 1.0], [1.0, 0.2]]), 1e-6
    _, slope = jvp(vectors, (a,), (direction,))
    steps = vectors(a + h * direction) - vectors(a - h * direction)
    np.testing.assert_allclose(slope, steps / (2 * h), atol=1e-7)


def test_forward_mode_refuses_a_singular_value_that_is_zero():
    a = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    with pytest.raises(DegenerateError, match="singular value is 0"):
        jvp(lambda x: np.linalg.svd(x, False).U, (a,), (np.ones((3, 2)),))


def test_the_values_alone_have_a_recorded_derivative():
    x = leaf(np.eye(2))
    np.linalg.eigh(x).eigenvalues.sum().backward(create_graph=True)
    np.testing.assert_array_equal(x.grad.data, np.eye(2))


def test_only_the_matrix_of_a_stack_that_uses_them_matters():
    x = leaf(np.stack([TWICE, symmetric(3, 3)]))
    assert np.isfinite(gradient(np.linalg.eigh(x).eigenvectors[1], x)).all()


def test_a_second_derivative_by_equal_eigenvalues_is_refused():
    x = leaf(TWICE)
    (np.linalg.eigvalsh(x) ** 3).sum().backward(create_graph=True)
    slope = x.grad
    with pytest.raises(DegenerateError, match="values are equal"):
        (slope**2).sum().backward()


EPS = np.finfo(float).eps
# A matrix, two values of which differ by so much, and how many roundings count as no difference: four for
# each column, relative to the largest value, or to the sum of the first and the last.
NEARLY_EQUAL = {
    "eigenvectors": (
        lambda x: np.linalg.eigh(x).eigenvectors,
        lambda gap: np.diag([-3.0, -1 - gap, -1.0, 2.0]),
        4 * 4 * (3 + 2),
    ),
    "eigenvectors of negative values": (
        lambda x: np.linalg.eigh(x).eigenvectors,
        lambda gap: np.diag([-3.0, -1 - gap, -1.0]),
        4 * 3 * (3 + 1),
    ),
    "singular vectors": (
        lambda x: np.linalg.svd(x).U,
        lambda gap: np.diag([5.0, 1 + gap, 1.0]),
        4 * 3 * 5,
    ),
    "a singular value and 0": (
        lambda x: np.linalg.svd(x, full_matrices=False).U,
        lambda gap: np.eye(3, 2) * [4.0, gap],
        4 * 2 * 4,
    ),
    "a column and what those before it make up": (
        lambda x: np.linalg.qr(x).Q,
        lambda gap: np.eye(4, 3) * [4.0, gap, 1.0] + np.triu(np.ones((4, 3)), 1),
        4 * 3 * np.sqrt(4**2 + 1 + 3),
    ),
}


@pytest.mark.parametrize("name", NEARLY_EQUAL)
@pytest.mark.parametrize("size", [1.0, 2.0**70, 2.0**-70])
def test_what_differs_by_rounding_is_equal_and_nothing_else(name, size):
    vectors, matrix_with, roundings = NEARLY_EQUAL[name]
    x = leaf(size * matrix_with(1.1 * roundings * EPS))
    with np.errstate(over="ignore"):
        vectors(x).sum().backward()
    x = leaf(size * np.stack([matrix_with(1.0), matrix_with(0.9 * roundings * EPS)]))
    with pytest.raises(DegenerateError):
        vectors(x).sum().backward()


def test_rounding_is_that_of_the_dtype():
    x = leaf(np.diag([1.0, 1 + 1e-6]), np.float32)
    with pytest.raises(DegenerateError, match="equal"):
        np.linalg.eigh(x).eigenvectors.sum().backward()


def test_zeros_that_are_not_used_do_no_harm():
    x = leaf(np.zeros((3, 2)))
    assert np.isfinite(gradient(np.linalg.svd(x, full_matrices=False).S, x)).all()
    a = np.outer([2.0, 1.0, -1.0], [1.0, 3.0])

    def projection(x):
        u = np.linalg.svd(x, full_matrices=False).U[:, 0]
        return u[:, None] * u

    gradcheck(projection, a)


# --- put together again -----------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(3, 3), (3, 2), (2, 3), (2, 3, 2)])
def test_what_is_put_together_again_has_the_derivative_of_itself(shape):
    def by_svd(x):
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        return u * s[..., None, :] @ vh

    def by_qr(x):
        q, r = np.linalg.qr(x)
        return q @ r

    for together in (by_svd, by_qr):
        x = leaf(spread(*shape))
        weights = np.random.default_rng(0).standard_normal(shape)
        np.testing.assert_allclose(gradient(together(x) * weights, x), weights, atol=1e-13)


def test_a_singular_value_that_is_zero():
    a = np.array([[1.0, 2.0], [2.0, 4.0]])
    gradcheck(lambda x: np.linalg.svd(x).U * np.linalg.svd(x).S @ np.linalg.svd(x).Vh, a)
    x = leaf(np.diag([2.0, 0.0]))
    np.testing.assert_array_equal(gradient(np.linalg.svdvals(x), x), np.diag([1.0, 0.0]))
    with pytest.raises(DegenerateError, match="singular value is 0"):
        np.linalg.svd(leaf([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]), False).U.sum().backward()


@pytest.mark.parametrize("a", [np.ones((3, 2)), np.ones((2, 2)), np.ones((2, 3)), np.zeros((2, 2))])
def test_qr_of_columns_that_depend_on_one_another_has_no_derivative(a):
    with pytest.raises(DegenerateError, match="linearly dependent"):
        np.linalg.qr(leaf(a)).R.sum().backward()


# --- what is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "way_out"),
    [
        (lambda x: np.linalg.qr(x, "raw"), "reduced"),
        (lambda x: np.linalg.svd(x, hermitian=True), "hermitian="),
    ],
)
def test_what_has_no_derivative_is_refused(call, way_out):
    with pytest.raises(UnsupportedError, match=way_out):
        call(leaf(spread(3, 2)))


@pytest.mark.parametrize(
    "columns",
    [
        lambda x: np.linalg.qr(x, "complete").Q[:, 1:],
        lambda x: np.linalg.svd(x).U[:, 1:],
        lambda x: np.linalg.svd(x.T).Vh[1:].T,
    ],
)
def test_columns_that_complete_a_basis_have_a_derivative_as_far_as_they_are_determined(columns):
    x = spread(3, 1)

    def projection(x):
        z = columns(x)
        return z @ z.T

    gradcheck(projection, x, order=2)
    with pytest.raises(DegenerateError, match="full_matrices=False"):
        gradient((columns(leaf(x)) * [[1.0, 2.0], [3.0, 5.0], [1.0, 4.0]]).sum(), leaf(x))


@pytest.mark.parametrize("f", [np.linalg.qr, np.linalg.svd, np.linalg.eigh, np.linalg.cholesky])
def test_a_vector_is_no_matrix(f):
    with pytest.raises(ShapeError, match=r"\(3,\)"):
        f(leaf(np.ones(3)))


@pytest.mark.parametrize("f", [np.linalg.qr, np.linalg.svd, np.linalg.eigh, np.linalg.slogdet])
def test_the_results_have_numpys_names(f):
    assert type(f(leaf(TWICE))) is type(f(TWICE))
