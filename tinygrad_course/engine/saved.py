"""What a node saves for its rules, and in which layout. This file alone knows the layout.

    z = f(x, y; axis)      saved = (x, y, z, (x.shape, y.shape), {"axis": axis})

The operands come first, then the output, the shapes of the operands and the parameters of the
operation. An entry that no rule in use asks for is None, and trailing Nones are left out. A variadic
primitive saves the whole tuple, so that the entries after its operands are indexed from the end.

Recorders write the tuple and pullbacks read it, with source code from this file. Other code, such as
checkpoints and `inspect`, uses the functions at the end of it.
"""

from collections.abc import Iterator, Sequence
from math import gcd
from typing import Any

from numpy import ndarray

from ..primitive import Primitive
from .graph import SMALL, Lift, Node, Released


def is_released(node: Node) -> bool:
    """Whether a backward pass has used what the node saved, and released it."""
    return isinstance(node.saved, Released)


# --- source code for recorders and pullbacks ------------------------------------------------------


def source_to_save(primitive: Primitive[..., Any]) -> str:
    """The expression in a recorder that builds the tuple.

    In a recorder, an operand x is `x`, its array `_x`, its node `_x_node`, and the output `_out`.
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
    """The variable, or None if only rules of operands without a node ask for the value."""
    users = primitive.users(value)
    if not users or len(users) == len(primitive.operands):
        return variable if users else "None"
    used = " or ".join(f"_{primitive.operands[i]}_node is not None" for i in users)
    return f"{variable} if {used} else None"


def source_to_read(primitive: Primitive[..., Any], want: str) -> str:
    """The expression in a pullback for what a rule asks for by the name `want`."""
    if primitive.variadic:
        sources = {"i": "i", primitive.operands[0]: "saved[:-3]"}
        out, shapes, parameters = -3, -2, -1
    else:
        n = len(primitive.operands)
        out, shapes, parameters = n, n + 1, n + 2
        sources = {f"{x}_shape": f"saved[{shapes}][{i}]" for i, x in enumerate(primitive.operands)}
        sources |= {x: f"saved[{i}]" for i, x in enumerate(primitive.operands)}
    sources |= {"out": f"saved[{out}]", "shapes": f"saved[{shapes}]"}
    return sources.get(want) or f"saved[{parameters}][{want!r}]"


# --- arrays of the user's among the saved values --------------------------------------------------
#
# An operand without a node is an array that the user may overwrite before the backward pass, and a
# write into a plain array can't be noticed. Small ones are copied. To copy a large one, such as a
# batch, would cost memory and time: a sample of its elements is remembered instead, and compared
# before the backward pass. A write that misses every element of the sample stays unnoticed.

SAMPLE = 32
"""How many elements of a large constant are compared, evenly spaced over the array."""


class Sampled(tuple[Any, ...]):
    """Saved values with a sample of each large constant among them, by its position."""

    samples: list[tuple[int, bytes]]

    def changed(self) -> int | None:
        """The position of a constant that was overwritten since; None if there is none."""
        for i, sample in self.samples:
            if sample_of(self[i]) != sample:
                return i
        return None


def protected(saved: tuple[Any, ...], parents: Sequence[Node | None]) -> tuple[Any, ...]:
    """`saved` with its small constants copied, and samples of its large ones."""
    samples = []
    for i, parent in enumerate(parents):
        if parent is None and i < len(saved) and (value := saved[i]).__class__ is ndarray:
            if value.size <= SMALL:
                saved = (*saved[:i], value.copy(), *saved[i + 1 :])
            else:
                samples.append((i, sample_of(value)))
    if samples:
        saved = Sampled(saved)
        saved.samples = samples
    return saved


def sample_of(array: "ndarray[Any, Any]") -> bytes:
    """Some elements, evenly spaced; their distance is no divisor of the shape, or all were in one column."""
    size = array.size
    step = size // SAMPLE
    while gcd(step, size) != 1:
        step += 1
    flat = array.reshape(-1) if array.flags.c_contiguous else array.flat
    return flat[::step].tobytes()


# --- the same for code that is not generated ------------------------------------------------------


def packed(
    operands: Sequence[Any], out: Any = None, shapes: Any = None, parameters: Any = None
) -> tuple[Any, ...]:
    """The whole tuple."""
    return (*operands, out, shapes, parameters)


def parameters_in(saved: tuple[Any, ...], operands: int) -> Any:
    """The parameters in the whole tuple of a primitive with this number of operands."""
    return saved[operands + 2]


def with_origins(node: Node) -> Iterator[tuple[Node | None, Any]]:
    """The saved operands, and the output, each with the node that it is the value of."""
    return zip((*node.parents, node), node.saved, strict=False)


def by_name(node: Node) -> Iterator[tuple[str, Any]]:
    """The saved operands, and the output, each with its name in the rules.

    All operands of a variadic primitive have the same name.
    """
    primitive = node.primitive
    if primitive is None:
        return iter(())
    names = primitive.operands * (len(node.parents) if primitive.variadic else 1)
    return zip((*names, "out"), node.saved, strict=False)


def lifted(saved: tuple[Any, ...], node: Node, lift: Lift) -> tuple[Any, ...]:
    """What the node saved, with operands and output as tensors at their nodes."""
    origins = (*node.parents, node)
    tensors = (
        value if value is None or origin is None else lift(value, origin)
        for value, origin in zip(saved, origins, strict=False)
    )
    return (*tensors, *saved[len(origins) :])
