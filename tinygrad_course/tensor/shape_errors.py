"""Shapes that don't fit: NumPy's error, with the names of the tensors and a way out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..engine.graph import check_lengths
from ..errors import AxisError, MatrixShapeError, ShapeError, TinygradCourseError
from ..primitive import Primitive

# A ValueError of NumPy with one of these words is about shapes.
_WORDS_OF_SHAPE_ERRORS = ("shape", "broadcast", "dimension", "mismatch", "axes", "axis", "size")


def shape_error(
    primitive: Primitive[..., Any],
    operands: Sequence[Any],
    parameters: dict[str, Any],
    error: ValueError,
) -> ValueError:
    """`error`, or if it is about shapes, one that also names the tensors and says what to do."""
    about_shapes = any(word in str(error) for word in _WORDS_OF_SHAPE_ERRORS)
    if isinstance(error, TinygradCourseError) or not about_shapes:
        return error
    for x in operands:
        check_lengths(np.shape(getattr(x, "_data", x)))
    shown = " and ".join(
        f"{name!r} {np.shape(getattr(x, '_data', x))}"
        for name, x in _with_names(primitive, operands)
        if x is not None
    )
    if isinstance(error, np.exceptions.AxisError):
        return _axis_error(f"{primitive.name} of {shown}", error)
    if isinstance(error, np.linalg.LinAlgError):
        return MatrixShapeError(
            f"{primitive.name} of {shown}: {error}. The last two axes are those of the matrices"
        )
    settings = "".join(
        f", {name}={value!r}"
        for name, value in parameters.items()
        if value is not primitive.defaults[name]
    )
    return ShapeError(
        f"{primitive.name}: the shapes of {shown}{settings} don't fit ({error}). "
        f"{_way_out(primitive, operands)}"
    )


def _axis_error(where: str, error: np.exceptions.AxisError) -> AxisError:
    axis, ndim = error.axis, error.ndim
    if axis is None or ndim is None:
        return AxisError(f"{where}: {error}")
    axes = f"axes go from {-ndim} to {ndim - 1}" if ndim else "there are no axes"
    return AxisError(axis, ndim, f"{where}, where {axes}")  # NumPy completes the sentence


def _with_names(primitive: Primitive[..., Any], operands: Sequence[Any]) -> list[tuple[str, Any]]:
    names = primitive.operands * len(operands) if primitive.variadic else primitive.operands
    return [(getattr(x, "name", None) or name, x) for name, x in zip(names, operands, strict=False)]


def _way_out(primitive: Primitive[..., Any], operands: Sequence[Any]) -> str:
    shapes = [np.shape(getattr(x, "_data", x)) for x in operands]
    fitting = _transposed_to_fit(primitive, shapes)
    if fitting is not None:
        name = _with_names(primitive, operands)[fitting][0]
        return f"With the transpose of {name!r} they would: did you mean .T?"
    if primitive.name in ("matmul", "dot"):
        return "The last axis of the first must be as long as the last but one of the second."
    if primitive.broadcasts:
        return (
            "Axes are compared from the right and must be equal or 1: reshape one of them, "
            "or add an axis with [:, None]."
        )
    return "Compare their .shape, and reshape or transpose one of them."


def _transposed_to_fit(
    primitive: Primitive[..., Any], shapes: Sequence[tuple[int, ...]]
) -> int | None:
    """Which of two operands would fit if it were transposed; the second is tried first."""
    for i in (1, 0) if len(shapes) == 2 else ():
        if len(shapes[i]) == 2:
            flipped = [shape[::-1] if k == i else shape for k, shape in enumerate(shapes)]
            if _fit(primitive, flipped):
                return i
    return None


def _fit(primitive: Primitive[..., Any], shapes: Sequence[tuple[int, ...]]) -> bool:
    if primitive.name in ("matmul", "dot"):
        return shapes[0][-1:] == shapes[1][-2:][:1]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return primitive.signature == "(),()->()"
