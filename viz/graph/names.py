"""What nodes and constants are called: their own names, the caller's, or the course's."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from tinygrad_course.engine.graph import Node
from tinygrad_course.errors import DrawingError
from tinygrad_course.tensor import Tensor
from tinygrad_course.tensor.nodes import Constant

from . import describe, notation

Notation: TypeAlias = Literal["plain", "course"]


def given_names(
    order: Sequence[Node],
    outputs: Iterable[Tensor],
    names: Mapping[Any, str] | None,
    style: Notation,
) -> dict[int, str]:
    """What nodes and constants are called instead of by their own names, by their ids.

    One mapping may serve many drawings: what the graph has not is passed over.

    Raises: DrawingError if a key of `names` is neither a tensor nor a name.
    """
    by_name: dict[str, str] = {}
    by_tensor: dict[int, str] = {}
    for key, name in (names or {}).items():
        if isinstance(key, Tensor):
            node = key.node
            by_tensor[describe.of_tensor(key).id_of_data if node is None else id(node)] = name
        elif isinstance(key, str):
            by_name[key] = name
        else:
            raise DrawingError(
                f"names: {key!r} is neither a tensor nor a name: give {{tensor: name}} or {{name: new name}}"
            )
    course = notation.course(order) if style == "course" else {}
    return course | _renamed(order, outputs, by_name) | by_tensor


def _renamed(
    order: Iterable[Node], outputs: Iterable[Tensor], by_name: Mapping[str, str]
) -> dict[int, str]:
    """New names for everything in the graph that has one of these."""
    if not by_name:
        return {}
    own = {id(node): node.name for node in order}
    constants = {c for node in order for c in node.constants or () if isinstance(c, Constant)}
    own |= {describe.of_constant(c).id_of_data: c.name for c in constants}
    own |= {describe.of_tensor(t).id_of_data: t.name for t in outputs if t.node is None}
    return {key: by_name[name] for key, name in own.items() if name in by_name}
