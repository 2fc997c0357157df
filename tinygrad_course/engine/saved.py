"""What a node saves for its rules, and in which layout. This file alone knows the layout.

    z = f(x, y; axis)      saved = (x, y, z, (x.shape, y.shape), {"axis": axis})

The operands come first, then the output, the shapes of the operands and the parameters of the
operation. What no rule in use asks for is None, and trailing Nones are left out. A primitive of any
number of operands saves the whole tuple, so that what follows its operands counts from the end.

Recorders write the tuple, and pullbacks read it: both get source code from here. Whoever looks at a
node that is already there, such as a checkpoint or a drawing, uses the functions below.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from ..primitive import Primitive
from .graph import Lift, Node, Released


def is_released(node: Node) -> bool:
    """Whether a backward pass has used what the node saved, and released it."""
    return isinstance(node.saved, Released)


# --- source code for recorders and pullbacks ------------------------------------------------------


def source_to_save(primitive: Primitive[..., Any]) -> str:
    """The expression in a recorder that makes the tuple.

    There an operand x is `x`, its array `_x`, its node `_x_node`, and the output `_out`.
    """
    values = [_if_used(primitive, name, f"_{name}") for name in primitive.operands]
    values.append(_if_used(primitive, "out", "_out"))
    shapes = "".join(f"shape_of(_{name}), " for name in primitive.operands)
    values.append(f"({shapes})" if primitive.needs_shapes else "None")
    parameters = ", ".join(f"{name!r}: {name}" for name in primitive.defaults)
    values.append(
        "None" if primitive.wanted.isdisjoint(primitive.defaults) else f"{{{parameters}}}"
    )
    while values and values[-1] == "None":
        values.pop()
    return source_of_tuple(values)


def source_of_tuple(elements: Sequence[str]) -> str:
    """The expression for a tuple of these expressions."""
    return f"({elements[0]},)" if len(elements) == 1 else f"({', '.join(elements)})"


def _if_used(primitive: Primitive[..., Any], value: str, variable: str) -> str:
    """What only the rules of operands without a node ask for is None."""
    users = primitive.users(value)
    if not users or len(users) == len(primitive.operands):
        return variable if users else "None"
    used = " or ".join(f"_{primitive.operands[i]}_node is not None" for i in users)
    return f"{variable} if {used} else None"


def source_to_read(primitive: Primitive[..., Any], want: str) -> str:
    """The expression in a pullback for what a rule asks for by the name `want`."""
    if primitive.variadic:
        found = {"i": "i", primitive.operands[0]: "saved[:-3]"}
        out, shapes, parameters = -3, -2, -1
    else:
        n = len(primitive.operands)
        out, shapes, parameters = n, n + 1, n + 2
        found = {f"{x}_shape": f"saved[{shapes}][{i}]" for i, x in enumerate(primitive.operands)}
        found |= {x: f"saved[{i}]" for i, x in enumerate(primitive.operands)}
    found |= {"out": f"saved[{out}]", "shapes": f"saved[{shapes}]"}
    return found.get(want) or f"saved[{parameters}][{want!r}]"


# --- the same for code that is not generated ------------------------------------------------------


def packed(
    operands: Sequence[Any], out: Any = None, shapes: Any = None, parameters: Any = None
) -> tuple[Any, ...]:
    """The whole tuple."""
    return (*operands, out, shapes, parameters)


def parameters_in(saved: tuple[Any, ...], operands: int) -> Any:
    """The parameters in a whole tuple of so many operands."""
    return saved[operands + 2]


def with_origins(node: Node) -> Iterator[tuple[Node | None, Any]]:
    """The saved operands, and the output, each with the node that it is the value of."""
    return zip((*node.parents, node), node.saved, strict=False)


def by_name(node: Node) -> Iterator[tuple[str, Any]]:
    """The saved operands, and the output, each with the name that rules have for it.

    All operands of a primitive of any number of operands have the same name.
    """
    primitive = node.primitive
    if primitive is None:
        return iter(())
    names = primitive.operands * (len(node.parents) if primitive.variadic else 1)
    return zip((*names, "out"), node.saved, strict=False)


def lifted(saved: tuple[Any, ...], node: Node, lift: Lift) -> tuple[Any, ...]:
    """What the node saved, with operands and output as tensors that remember where they came from."""
    origins = (*node.parents, node)
    tensors = (
        value if value is None or origin is None else lift(value, origin)
        for value, origin in zip(saved, origins, strict=False)
    )
    return (*tensors, *saved[len(origins) :])
