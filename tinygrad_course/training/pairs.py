"""Losses and metrics that compare every prediction with every target, as NumPy broadcasts (m, 1) with (m,).

    lambda prediction, target: ((prediction - target) ** 2).mean()    # of m² numbers instead of m

Such a loss is finite and falls, and the model learns next to nothing. It is recognised before the first step
by an operation in which a prediction meets a target of another number of axes, and whose result is larger
than both. Who wants every pair writes both axes out, prediction[:, None] and target[None, :].
"""

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


def check_pairs_of_loss(value: Tensor, prediction: Shape, target: Shape) -> None:
    """Raise ShapeError if the loss compares all pairs: `value` is recorded, of predictions alone."""
    for node in inspect.nodes(value):
        if node.primitive is None or not node.primitive.broadcasts or len(node.parents) != 2:
            continue
        if sum(parent is None for parent in node.parents) != 1:
            continue  # both come from the prediction
        specs = [getattr(operand, "spec", None) for operand in inspect.operands(node)]
        shapes = [
            () if spec is None else spec.shape for spec in specs
        ]  # Python's numbers have none
        if _are_pairs(shapes, node.shape, prediction[0]):
            raise ShapeError(_message("the loss", prediction, target))


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
        try:
            made = np.broadcast_shapes(*shapes)
        except ValueError:
            return  # NumPy says so
        metric, prediction, target = self.of
        if _are_pairs(shapes, made, prediction[0]):
            raise ShapeError(_message(metric, prediction, target))


COMPUTE_LIKE_NUMPY.add(
    _Watched
)  # the losses of this package take it, and check its shapes themselves


def _plain(x: Any) -> Any:
    return x.view(np.ndarray) if isinstance(x, _Watched) else x


def _are_pairs(operands: list[Shape], made: Shape, rows: int) -> bool:
    return (
        len(operands[0]) != len(operands[1])
        and prod(made) > max(map(prod, operands))
        and made.count(rows) > 1
    )


def _message(what: str, prediction: Shape, target: Shape) -> str:
    way_out = (
        "Both are given in one shape, so don't squeeze or reshape one of them alone"
        if prediction == target
        else way_to_fit(prediction, target)
    )
    return (
        f"{what} compares every prediction with every target: of predictions of shape (m{_rest(prediction)}) "
        f"and targets of shape (m{_rest(target)}) NumPy's broadcasting makes m × m pairs. {way_out}. If you "
        f"do want all pairs, write both axes out, prediction[:, None] and target[None, :]"
    )


def _rest(shape: Shape) -> str:
    """The axes of a shape behind its rows."""
    return "".join(f", {n}" for n in shape[1:]) or ","
