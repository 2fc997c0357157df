"""What is said of shapes that don't fit is of the kind that NumPy raises, and says more."""

import numpy as np
import pytest

from tinygrad_course import Tensor
from tinygrad_course.composition import composed
from tinygrad_course.errors import AxisError, MatrixShapeError, ShapeError
from tinygrad_course.primitive import of_numpy
from tinygrad_course.tensor.numpy_arguments import defaults_of
from tinygrad_course.tensor.numpy_surface import full_name

X = np.arange(6.0).reshape(2, 3)
TAKE_AN_AXIS = [
    f for f in (*of_numpy, *composed) if not isinstance(f, np.ufunc) and "axis" in defaults_of(f)
]
OWN_CALLS = {
    "numpy.concatenate": lambda x: np.concatenate([x, x], axis=9),
    "numpy.stack": lambda x: np.stack([x, x], axis=9),
    "numpy.roll": lambda x: np.roll(x, 1, axis=9),
    "numpy.partition": lambda x: np.partition(x, 1, axis=9),
    "numpy.linspace": lambda x: np.linspace(x, x, 3, axis=9),
    "numpy.logspace": lambda x: np.logspace(x, x, 3, axis=9),
    "numpy.geomspace": lambda x: np.geomspace(x + 1, x + 1, 3, axis=9),
    "numpy.apply_along_axis": lambda x: np.apply_along_axis(np.sum, 9, x),
    "numpy.take": lambda x: np.take(x, [0], axis=9),
    "numpy.take_along_axis": lambda x: np.take_along_axis(x, np.zeros((2, 3), int), axis=9),
    "numpy.append": lambda x: np.append(x, x, axis=9),
    "numpy.insert": lambda x: np.insert(x, 0, 1.0, axis=9),
    "numpy.delete": lambda x: np.delete(x, 0, axis=9),
    "numpy.repeat": lambda x: np.repeat(x, 2, axis=9),
    "numpy.compress": lambda x: np.compress([True], x, axis=9),
    "numpy.rollaxis": lambda x: np.rollaxis(x, axis=9),
    "numpy.array_split": lambda x: np.array_split(x, 1, axis=9),
    "numpy.split": lambda x: np.split(x, 1, axis=9),
    "numpy.linalg.vecdot": lambda x: np.linalg.vecdot(x, x, axis=9),
    "numpy.linalg.cross": lambda x: np.linalg.cross(x, x, axis=9),
    "numpy.cross": lambda x: np.cross(x, x, axis=9),
    "numpy.quantile": lambda x: np.quantile(x, 0.5, axis=9),
    "numpy.percentile": lambda x: np.percentile(x, 50, axis=9),
    "numpy.nanquantile": lambda x: np.nanquantile(x, 0.5, axis=9),
    "numpy.nanpercentile": lambda x: np.nanpercentile(x, 50, axis=9),
}
NO_MATRIX = {
    f"{name} of {kind}": lambda x, f=f, make=make: f(make(x))
    for name, f in {
        "det": np.linalg.det,
        "slogdet": np.linalg.slogdet,
        "inv": np.linalg.inv,
        "pinv": np.linalg.pinv,
        "eigh": np.linalg.eigh,
        "eigvalsh": np.linalg.eigvalsh,
        "cholesky": np.linalg.cholesky,
        "qr": np.linalg.qr,
        "svd": lambda a: np.linalg.svd(a, full_matrices=False),
        "svdvals": np.linalg.svdvals,
        "cond": np.linalg.cond,
        "solve": lambda a: np.linalg.solve(a, np.ones(2)),
        "lstsq": lambda a: np.linalg.lstsq(a, np.ones(2)),
        "matrix_power": lambda a: np.linalg.matrix_power(a, 2),
        "multi_dot": lambda a: np.linalg.multi_dot([a[None], a, a]),
        "tensorinv": lambda a: np.linalg.tensorinv(a, 1),
        "tensorsolve": lambda a: np.linalg.tensorsolve(a, np.ones(2)),
        "norm": lambda a: np.linalg.norm(a, "nuc"),
        "matrix_norm": np.linalg.matrix_norm,
    }.items()
    for kind, make in {"a vector": lambda x: x[0], "no square": lambda x: x}.items()
}
NOT_FITTING = {
    **{
        full_name(f): OWN_CALLS.get(full_name(f), lambda x, f=f: f(x, axis=9)) for f in TAKE_AN_AXIS
    },
    **NO_MATRIX,
    "swapaxes": lambda x: np.swapaxes(x, 0, 9),
    "moveaxis": lambda x: np.moveaxis(x, 0, 9),
    "two axes that are one": lambda x: np.sum(x, axis=(0, 0)),
    "an axis that is a float": lambda x: np.sum(x, axis=0.0),
    "transpose": lambda x: np.transpose(x, (0, 1, 2)),
    "reshape": lambda x: np.reshape(x, (4, 2)),
    "squeeze of a longer axis": lambda x: np.squeeze(x, 0),
    "matmul": lambda x: np.matmul(x, x),
    "broadcasting": lambda x: np.add(x, np.ones(4)),
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 4)),
    "concatenate": lambda x: np.concatenate([x, x.T]),
    "stack": lambda x: np.stack([x, x.T]),
    "repeat": lambda x: np.repeat(x, [1, 2], axis=1),
    "an index": lambda x: x[9],
    "too many indices": lambda x: x[0, 0, 0],
    "take": lambda x: np.take(x, [9]),
    "max of nothing": lambda x: np.max(x[:0]),
    "einsum": lambda x: np.einsum("ij,ij->k", x, x),
}


def kind_of(call, x):
    try:
        call(x)
    except Exception as error:
        return type(error)
    return None


@pytest.mark.parametrize("call", NOT_FITTING.values(), ids=NOT_FITTING)
def test_code_that_catches_numpys_errors_catches_ours(call):
    numpys, ours = kind_of(call, X), kind_of(call, Tensor(X, requires_grad=True))
    assert (ours is None) == (numpys is None)  # a rectangle is enough for svd
    assert ours is None or issubclass(ours, numpys)


def test_an_axis_error_names_the_tensor_and_its_axes():
    x = Tensor(X, requires_grad=True, name="x")
    with pytest.raises(
        AxisError, match=r"^sum of 'x' \(2, 3\), where axes go from -2 to 1: axis 5 "
    ) as e:
        x.sum(axis=5)
    assert (e.value.axis, e.value.ndim) == (5, 2)
    with pytest.raises(AxisError, match=r"mean of 'x' \(\), where there are no axes: axis 1 "):
        Tensor(1.0, requires_grad=True).mean(axis=1)


def test_a_matrix_error_names_the_tensor():
    with pytest.raises(MatrixShapeError, match=r"det of 'x' \(2, 3\): .*square.*last two axes"):
        np.linalg.det(Tensor(X, requires_grad=True, name="x"))


def test_parameters_are_shown_only_where_they_are_given():
    with pytest.raises(ShapeError, match=r"'x' \(2, 3\), axis=0 don't fit"):
        np.squeeze(Tensor(X), axis=0)
    with pytest.raises(ShapeError, match=r"'x' \(2, 3\) and 'y' \(4,\) don't fit"):
        np.add(Tensor(X), np.ones(4))
