"""Losses and metrics that broadcast by accident: predictions meet the targets of other rows or columns.

    lambda prediction, target: ((prediction - target) ** 2).mean()

With (m, 1) against (m,) this is a mean of m² numbers instead of m: finite, falling, and the model learns next
to nothing. It is recognised before the first step, by an operation of a prediction and a target which

- have different numbers of axes, and whose result is larger than both: every prediction meets every target;
- have one number of axes, and one of them, as it was given, is stretched: (m, 1) against (m, 3).

Who wants that writes it out: prediction[:, None] and target[None, :], or np.broadcast_to.
"""

from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import inspect
from ..errors import ShapeError
from ..ops.losses import way_to_fit
from ..primitive import Shape
from ..tensor import Tensor
from ..tensor.operands import COMPUTE_LIKE_NUMPY


def check_broadcasting_of_loss(value: Tensor, prediction: Shape, target: Shape) -> None:
    """Raise ShapeError if the loss broadcasts by accident: `value` is recorded, of predictions alone."""
    for node in inspect.nodes(value):
        if node.primitive is None or not node.primitive.broadcasts:
            continue
        predictions, targets = [], []
        for parent, operand in zip(node.parents, inspect.operands(node), strict=True):
            if parent is not None:
                predictions.append(parent.shape)
            elif spec := getattr(operand, "spec", None):  # which Python's numbers have not
                targets.append(spec.shape)
        for one, other in product(predictions, targets):
            _check("the loss", one, other, prediction, target)


def watched(
    metric: str, prediction: NDArray[Any], target: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Both arrays, for one call of a metric: they raise ShapeError if it compares all pairs."""
    made = prediction.view(_Watched), target.view(_Watched)
    for array, role in zip(made, ("prediction", "target"), strict=True):
        array.roles = frozenset({role})
        array.of = (f"metric {metric!r}", prediction.shape, target.shape)
    return made


class _Watched(np.ndarray):
    """An array that remembers whether it comes from predictions or from targets."""

    roles: frozenset[str] = frozenset()
    of: tuple[str, Shape, Shape] = ("", (), ())
    """The metric, and the shapes that it was given."""

    def __array_finalize__(self, source: Any) -> None:
        self.roles = getattr(source, "roles", frozenset())
        self.of = getattr(source, "of", ("", (), ()))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        roles: list[frozenset[str]] = [getattr(x, "roles", frozenset()) for x in inputs]
        if method == "__call__" and ufunc.signature is None and len(inputs) == 2:
            self._check(roles, [np.shape(x) for x in inputs])
        if "out" in options:
            options["out"] = tuple(_plain(x) for x in options["out"])
        result = getattr(ufunc, method)(*map(_plain, inputs), **options)
        if not isinstance(result, np.ndarray):
            return result
        made = result.view(_Watched)
        made.roles, made.of = frozenset().union(*roles), self.of
        return made

    def _check(self, roles: list[frozenset[str]], shapes: list[Shape]) -> None:
        if not (roles[0] and roles[1]) or roles[0] & roles[1]:
            return
        first, second = shapes if "prediction" in roles[0] else reversed(shapes)
        metric, prediction, target = self.of
        _check(metric, first, second, prediction, target)


# The losses of this package take it as a plain array, and check its shape themselves.
COMPUTE_LIKE_NUMPY.add(_Watched)


def _plain(x: Any) -> Any:
    return x.view(np.ndarray) if isinstance(x, _Watched) else x


def _check(what: str, one: Shape, other: Shape, prediction: Shape, target: Shape) -> None:
    """Raise ShapeError if operands of these shapes meet by accident: one of a prediction, one of a target."""
    rows = prediction[0]
    try:
        made = np.broadcast_shapes(one, other)
    except ValueError:
        return  # NumPy says so
    given = f"of predictions of shape {_with_m(prediction)} and targets of shape {_with_m(target)}"
    way_out = (
        "Both are given in one shape, so don't squeeze or reshape one of them alone"
        if prediction == target
        else way_to_fit(prediction, target)
    )
    larger = prod(made) > max(prod(one), prod(other))
    if len(one) != len(other) and larger and made.count(rows) > 1:
        raise ShapeError(
            f"{what} compares every prediction with every target: {given} NumPy's broadcasting makes m × m "
            f"pairs. {way_out}. If you do want all pairs, write both axes out, prediction[:, None] and "
            f"target[None, :]"
        )
    stretched = {"prediction": (one, prediction), "target": (other, target)}
    for name, (shape, as_given) in stretched.items():
        if (
            shape == as_given
            and shape != made
            and other[:1] == one[:1] == (rows,)
            and made.count(rows) == 1
        ):
            raise ShapeError(
                f"{what} compares each {name} with several numbers: {given} NumPy's broadcasting makes "
                f"{_with_m(made)}. {way_out}. If you do want that, write it out, np.broadcast_to({name}, "
                f"{'target' if name == 'prediction' else 'prediction'}.shape)"
            )


def _with_m(shape: Shape) -> str:
    """A shape, with m for its rows."""
    return f"(m{''.join(f', {n}' for n in shape[1:]) or ','})"
