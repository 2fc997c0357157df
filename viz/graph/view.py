"""`view`: a computational graph as plain data, from which all drawings are made."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from tinygrad_course import Tensor
from tinygrad_course.errors import DrawingError
from tinygrad_course.inspect import Node, nodes, overwritten_since_used

from ..options import check
from . import describe
from .boxes import View
from .builder import Builder
from .costs import totals
from .folding import Folding, boxes_of, fold
from .names import Notation, given_names

Detail: TypeAlias = Literal["auto", "shapes", "values", "everything"]

LIMIT = 300
"""A graph of more boxes than this is folded."""

READABLE = 100
"""In a drawing of more boxes than this, detail="auto" means shapes only."""


def view(
    x: Tensor | Sequence[Tensor],
    *,
    detail: Detail = "auto",
    depth: int | None = None,
    collapse: Collection[str] | str | None = None,
    names: Mapping[Any, str] | None = None,
    notation: Notation = "plain",
    limit: int = LIMIT,
) -> View:
    """The graph that leads to one or several tensors, as plain data; see `viz.draw`.

    Raises: DrawingError if x is neither a tensor nor a sequence of tensors, or for an unknown option.
    """
    outputs = _tensors(x)
    check("detail", detail, Detail)
    check("notation", notation, Notation)
    if not (depth is None or (isinstance(depth, int) and depth >= 0)):
        raise DrawingError(
            f"depth={depth!r}: 0 draws each model as one box, 1 its layers, and so on"
        )
    if not (isinstance(limit, int) and limit > 0):
        raise DrawingError(f"limit={limit!r} is not a number of boxes, such as {LIMIT}")
    roots = [tensor.node for tensor in outputs if tensor.node is not None]
    order = nodes(*outputs)
    collapsed = (collapse,) if isinstance(collapse, str) else tuple(collapse or ())
    folding = fold(order, roots, depth=depth, collapse=collapsed, limit=limit)
    builder = Builder(
        roots,
        folding,
        given_names(order, outputs, names, notation),
        overwritten=overwritten_since_used(order),
        course=notation == "course",
        values=detail in ("values", "everything")
        or (detail == "auto" and _is_readable(order, folding)),
        costs=detail == "everything",
    )
    for node in order:
        builder.add(node)
    for tensor in outputs:
        if tensor.node is None:
            builder.constant(describe.of_tensor(tensor), folding.program)
    title = describe.title("Computational graph", outputs, order)
    if detail == "everything":
        title = ", ".join((title, *totals(order)))
    return View(title, *builder.finished(), folding.note)


def _tensors(x: object) -> list[Tensor]:
    given = list(x) if isinstance(x, (list, tuple)) else [x]
    tensors = [y for y in given if isinstance(y, Tensor)]
    if tensors and len(tensors) == len(given):
        return tensors
    found = next((type(y).__name__ for y in given if not isinstance(y, Tensor)), "nothing")
    shown = found if not isinstance(x, (list, tuple)) else f"{type(x).__name__} with {found} in it"
    raise DrawingError(
        f"can't draw a {shown}: give a Tensor, such as a loss or a model's output, or a list of Tensors; "
        f"or a model or a function, and what it runs on: viz.draw(model, inputs=x)"
    )


def _is_readable(order: Sequence[Node], folding: Folding) -> bool:
    """Whether a drawing is small enough to show numbers as well."""
    is_open = (node for node in order if folding.fold_around(folding.region_of[node]) is None)
    return sum(map(boxes_of, is_open)) <= READABLE
