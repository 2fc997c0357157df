"""What a drawing says about nodes, constants and operations, in words and numbers."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tinygrad_course.engine.graph import Node
from tinygrad_course.engine.writes import written_since
from tinygrad_course.tensor import Tensor
from tinygrad_course.tensor.nodes import Constant
from tinygrad_course.tensor.nodes import constant as constant_of

from .. import text
from .numbers import NOT_YET, NOTHING, Numbers, numbers
from .regions import owner_of

COMMUTATIVE = {
    "add", "multiply", "maximum", "minimum", "fmax", "fmin", "hypot", "logaddexp", "logaddexp2"
}  # fmt: skip


MOST_NAMES = 5
"""How many outputs a title names."""


@dataclass(frozen=True)
class Described:
    """A constant in words; equal `identity` means the same array."""

    identity: object
    name: str
    spec: str
    array: Any
    seen: Numbers = NOTHING

    @property
    def value(self) -> Numbers:
        """Its numbers, as far as they are known: few, or watched. Those of a number are itself."""
        if not self.spec:
            return Numbers((text.exact(self.array),))
        return self.seen if self.array is None else numbers(self.array)

    @property
    def id_of_data(self) -> int:
        """What `names` and the course's notation find it by."""
        return self.identity if isinstance(self.identity, int) else id(self.identity)


def of_constant(constant: Any, seen: Numbers = NOTHING) -> Described:
    """An operand without node, as the graph remembers it: a `Constant` or a Python number."""
    if isinstance(constant, Constant):
        return _array(constant, constant.value, constant.name, constant.spec, seen)
    # A Python number has no dtype of its own, and equal numbers need not mean the same thing.
    return Described(object(), "", "", constant)


def constants(node: Node) -> dict[int, Described]:
    """Those of a node, by the place of the operand."""
    seen = getattr(node.annotation, "constants", {})
    return {
        i: of_constant(constant, seen.get(i, NOTHING))
        for i, constant in enumerate(node.constants or ())
        if constant is not None
    }


def of_tensor(tensor: Tensor) -> Described:
    """A tensor that has no graph."""
    constant = constant_of(tensor)
    return _array(constant, constant.value, tensor.name, tensor)


def _array(
    holder: object, array: Any, name: str | None, spec: Any, seen: Numbers = NOTHING
) -> Described:
    identity = id(holder if array is None else array)
    return Described(identity, text.name(name), text.spec(spec.shape, spec.dtype), array, seen)


def value(node: Node) -> Numbers:
    """The numbers of a node's array, as far as they are known: few, a parameter's, or watched."""
    if node.value is not None:
        return numbers(node.value)
    owner = owner_of(node)
    if owner is not None:
        return numbers(owner.data)
    return getattr(node.annotation, "value", NOTHING)


def gradient(node: Node) -> Numbers:
    """The numbers of the gradient; a dash where none came yet, nothing where nobody would know."""
    owner = owner_of(node)
    if owner is not None:
        return NOT_YET if owner.grad is None else numbers(owner.grad.data)
    if node.cotangent is not None:
        return numbers(node.cotangent)
    if node.spec.small:
        return NOT_YET
    return getattr(node.annotation, "gradient", NOTHING)


def formulas(node: Node) -> tuple[str, str]:
    """What the operation computes, and its vector-Jacobian products, from the rule's docstring."""
    assert node.primitive is not None
    first = " ".join((node.primitive.__doc__ or "").split("\n\n")[0].split())
    formula, _, vjp = first.partition("; ")
    return formula.strip(), vjp.strip()


def operands(node: Node) -> list[Any]:
    """The node of each operand, or the constant."""
    constants = node.constants or node.parents
    return [p if p is not None else c for p, c in zip(node.parents, constants)]


def stretched(node: Node, operand: Any) -> tuple[int, ...]:
    """The axes of the result along which an operand of an elementwise operation is repeated."""
    primitive, spec = node.primitive, getattr(operand, "spec", None)
    assert primitive is not None
    if spec is None or not primitive.broadcasts or set(primitive.signature or "") - set("(),->"):
        return ()
    missing = len(node.shape) - len(spec.shape)
    shape = (1,) * missing + spec.shape
    return tuple(i for i, n in enumerate(node.shape) if n != shape[i])


def constant_shapes(node: Node) -> Iterator[tuple[int, ...]]:
    """The shapes of the arrays among a node's constants."""
    for constant in node.constants or ():
        if isinstance(constant, Constant):
            yield constant.spec.shape


def is_changed(leaf: Node, recorded: float) -> bool:
    """Whether a leaf was overwritten in place after the graph was recorded."""
    return leaf.primitive is None and written_since(leaf.value, recorded) is not None


def operand_labels(node: Node) -> tuple[str, ...]:
    """What to write at the edges into an operation; nothing where a reader can't mix them up."""
    primitive, n = node.primitive, len(node.parents)
    assert primitive is not None
    if n < 2 or primitive.name in COMMUTATIVE:
        return ("",) * n
    names = primitive.operands[:n]
    if primitive.variadic or all(len(x) == 1 and x not in primitive.symbol for x in names):
        return tuple(str(i + 1) for i in range(n))
    return names


def symbol(node: Node) -> str:
    """The primitive's symbol; for an indexed operand the index itself."""
    assert node.primitive is not None
    is_index = node.primitive.name == "getitem" and node.parameters
    return text.name(text.index(node.parameters["index"]) if is_index else node.primitive.symbol)


def parameters(node: Node) -> tuple[str, ...]:
    """The keyword parameters that were given something else than their default."""
    assert node.primitive is not None
    defaults = node.primitive.defaults
    if node.primitive.name == "getitem":
        return ()  # its symbol says it
    return tuple(
        f"{text.name(name)}={text.parameter(given)}"
        for name, given in (node.parameters or {}).items()
        # Compared as text, because an index may be an array, whose == has no truth value.
        if name not in defaults or repr(given) != repr(defaults[name])
    )


def names(tensors: Iterable[Tensor]) -> str:
    """of loss, accuracy and 2 others: how a title calls what was drawn; empty without names."""
    tensors = list(tensors)
    known = [text.name(tensor.name) for tensor in tensors if tensor.name][:MOST_NAMES]
    others = len(tensors) - len(known)
    beside = f" and {text.count(others, 'other')}" if others else ""
    return f" of {', '.join(known)}{beside}" if known else ""


def contents(nodes: Iterable[Node]) -> str:
    """4,812 operations and 12 leaves."""
    is_operation = Counter(node.primitive is not None for node in nodes)
    parts = ((is_operation[True], "operation"), (is_operation[False], "leaf"))
    return " and ".join(text.count(n, noun) for n, noun in parts if n) or "a constant"
