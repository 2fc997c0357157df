"""Nodes before the model that take raw rows: one input per column of a table, or pictures.

A column of numbers is an input of float64, (batch,), with NaN in gaps; one of categories is an input of
strings, with "" in gaps. Pictures are bytes, (batch, height, width, channels).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data import PicturePreparation, Preparation, TablePreparation
from ..data.table_preparation import CategoryColumn, NumberColumn
from ..errors import ExportError
from .graph import ML, Graph, Value

_AS_COLUMN = np.array([-1, 1], np.int64)


PICTURES = "pictures"
"""The name of the input of pictures."""


def raw_inputs(preparation: Preparation) -> list[str]:
    """The names of the inputs that take raw rows.

    Raises: ExportError for a preparation that has no counterpart.
    """
    if isinstance(preparation, TablePreparation):
        return [column.name for column in preparation.columns]
    if isinstance(preparation, PicturePreparation):
        return [PICTURES]
    raise ExportError(
        f"{type(preparation).__name__} has no counterpart in ONNX: say preparation=None for a file that "
        f"takes x, and prepare rows with preparation.apply(rows) before it"
    )


def leading_nodes(graph: Graph, preparation: Preparation, x: NDArray[Any]) -> Value:
    """The x of the model, from inputs that take raw rows.

    Raises: ExportError for one that does not give such an x.
    """
    graph.block = "preparation"
    expected: tuple[int, ...]
    if isinstance(preparation, TablePreparation):
        made, expected = _table(graph, preparation), (len(preparation.feature_names or ()),)
    else:
        assert isinstance(preparation, PicturePreparation)
        made, expected = _pictures(graph, preparation), _picture_shape(preparation)
    if x.shape[1:] != expected:
        raise ExportError(
            f"the preparation makes rows of shape {expected}, and the example has rows of shape "
            f"{x.shape[1:]}: give x as the preparation makes it, preparation.apply(rows), or say "
            f"preparation=None"
        )
    return made


def _table(graph: Graph, preparation: TablePreparation) -> Value:
    columns: list[Value] = []
    for column in preparation.columns:
        columns += (
            _numbers(graph, column)
            if isinstance(column, NumberColumn)
            else [_categories(graph, column)]
        )
    return columns[0] if len(columns) == 1 else graph.op("Concat", *columns, axis=1)


def _numbers(graph: Graph, column: NumberColumn) -> list[Value]:
    """(value − mean) / deviation in double precision, as `NumberColumn.apply` computes it."""
    raw = graph.input(column.name, np.float64, ("batch",))
    gaps = graph.op("IsNaN", raw)
    filled = graph.where(gaps, column.mean, raw) if column.fills else raw
    scaled = (filled - column.mean) / column.deviation
    parts = [scaled, gaps] if column.flag else [scaled]
    return [graph.op("Reshape", graph.cast(part, np.float32), _AS_COLUMN) for part in parts]


def _categories(graph: Graph, column: CategoryColumn) -> Value:
    """1 in the column of the category. What is none is 0 in all, or an error of the runtime."""
    if column.gap and "" in column.categories:
        raise ExportError(
            f"column {column.name!r} has gaps and the category '', which are the same text in ONNX: say "
            f"preparation=None, and prepare rows with preparation.apply(rows)"
        )
    raw = graph.input(column.name, np.dtype(object), ("batch",))
    known = [*column.categories, ""] if column.gap else list(column.categories)
    return graph.op(
        "OneHotEncoder",
        raw,
        dtype=np.float32,
        domain=ML,
        cats_strings=known,
        zeros=int(column.zeros),
    )


def _picture_shape(preparation: PicturePreparation) -> tuple[int, ...]:
    height, width = preparation.size
    if preparation.layout == "channels_first":
        return preparation.channels, height, width
    return (height * width * preparation.channels,)


def _pictures(graph: Graph, preparation: PicturePreparation) -> Value:
    """(pixel − mean) / deviation in single precision, as `PicturePreparation.scaled` computes it."""
    shape = (*preparation.size, preparation.channels)
    x = graph.cast(graph.input(PICTURES, np.uint8, ("batch", *shape)), np.float32)
    if preparation.means.any():
        x = x - preparation.means
    x = x / preparation.deviations
    if preparation.layout == "channels_first":
        return graph.op("Transpose", x, perm=[0, 3, 1, 2])
    return graph.op("Reshape", x, np.array([-1, int(np.prod(shape))], np.int64))
