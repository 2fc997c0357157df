"""Nodes, constants, operations and regions in words and numbers, for a drawing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

from tinygrad_course import Tensor
from tinygrad_course.inspect import Constant, Node, constant_of, tensor_of

from .. import text
from .regions import Region
from .summary import NOT_YET, NOTHING, ArraySummary, summarise

COMMUTATIVE = {
    "add", "multiply", "maximum", "minimum", "fmax", "fmin", "hypot", "logaddexp", "logaddexp2"
}  # fmt: skip


ELEMENTWISE_TOO = {"where", "clip", "ldexp", "broadcast_to"}
"""Operations without a signature that broadcast their operands like elementwise ones."""

MOST_NAMES = 5
"""How many outputs a title names."""

MOST_OPERATIONS = 5
"""How many operations the box of a folded region names."""

LONGEST_HEADING = 60
"""A module with its settings is cut at this many characters."""


@dataclass(frozen=True)
class ConstantInfo:
    """A constant in words. Equal `identity` means the same array."""

    identity: object
    name: str
    spec: str
    array: Any
    observed: ArraySummary = NOTHING

    @property
    def value(self) -> ArraySummary:
        """Its summary, if it is small, watched, or a number."""
        if not self.spec:
            return ArraySummary((text.exact(self.array),))
        return self.observed if self.array is None else summarise(self.array)

    @property
    def id_of_data(self) -> int:
        """The key by which `names` and the course's notation find it."""
        return self.identity if isinstance(self.identity, int) else id(self.identity)


def of_constant(constant: Any, observed: ArraySummary = NOTHING) -> ConstantInfo:
    """An operand without a node, as the graph keeps it: a `Constant` or a Python number."""
    if isinstance(constant, Constant):
        return _array(constant, constant.value, constant.name, constant.spec, observed)
    # A Python number has no dtype, and equal numbers are separate constants.
    return ConstantInfo(object(), "", "", constant)


def constants(node: Node) -> dict[int, ConstantInfo]:
    """The constants of a node, by the index of the operand."""
    observed = getattr(node.annotation, "constants", {})
    return {
        i: of_constant(constant, observed.get(i, NOTHING))
        for i, constant in enumerate(node.constants or ())
        if constant is not None
    }


def of_tensor(tensor: Tensor) -> ConstantInfo:
    """A tensor without a graph."""
    constant = constant_of(tensor)
    return _array(constant, constant.value, tensor.name, tensor)


def _array(
    holder: object, array: Any, name: str | None, spec: Any, observed: ArraySummary = NOTHING
) -> ConstantInfo:
    identity = id(holder if array is None else array)
    return ConstantInfo(
        identity, text.name(name), text.spec(spec.shape, spec.dtype), array, observed
    )


def value(node: Node) -> ArraySummary:
    """The summary of a node's array, if it is small, a parameter's, or watched."""
    if node.value is not None:
        return summarise(node.value)
    owner = tensor_of(node)
    if owner is not None:
        return summarise(owner.data)
    return getattr(node.annotation, "value", NOTHING)


def gradient(node: Node) -> ArraySummary:
    """The summary of the gradient: a dash if there is none yet, empty if it would not be known."""
    owner = tensor_of(node)
    if owner is not None:
        return NOT_YET if owner.grad is None else summarise(owner.grad.data)
    if node.cotangent is not None:
        return summarise(node.cotangent)
    if node.spec.small:
        return NOT_YET
    return getattr(node.annotation, "gradient", NOTHING)


def stretched(node: Node, operand: Any) -> tuple[int, ...]:
    """The axes of the result along which an operand of an elementwise operation is broadcast."""
    primitive, spec = node.primitive, getattr(operand, "spec", None)
    assert primitive is not None
    if spec is None or not (primitive.is_elementwise or primitive.name in ELEMENTWISE_TOO):
        return ()
    missing = len(node.shape) - len(spec.shape)
    shape = (1,) * missing + spec.shape
    return tuple(i for i, n in enumerate(node.shape) if n != shape[i])


def constant_shapes(node: Node) -> Iterator[tuple[int, ...]]:
    """The shapes of the arrays among a node's constants."""
    for constant in node.constants or ():
        if isinstance(constant, Constant):
            yield constant.spec.shape


def operand_labels(node: Node) -> tuple[str, ...]:
    """The labels of the edges into an operation; empty if operands can't be confused."""
    primitive, n = node.primitive, len(node.parents)
    assert primitive is not None
    if n < 2 or primitive.name in COMMUTATIVE:
        return ("",) * n
    names = primitive.operands[:n]
    if primitive.variadic or all(len(x) == 1 and x not in primitive.symbol for x in names):
        return tuple(str(i + 1) for i in range(n))
    return names


def symbol(node: Node) -> str:
    """The primitive's symbol; for indexing, the index."""
    assert node.primitive is not None
    if node.primitive.name == "getitem" and node.parameters:
        return text.name(text.index(node.parameters["index"]))
    return text.name(node.primitive.symbol)


def parameters(node: Node) -> tuple[str, ...]:
    """The keyword parameters whose values differ from their defaults."""
    assert node.primitive is not None
    defaults = node.primitive.defaults
    if node.primitive.name == "getitem":
        return ()  # its symbol shows the index
    return tuple(
        f"{text.name(name)}={text.parameter(given)}"
        for name, given in (node.parameters or {}).items()
        # Compared as text: an index may be an array, whose == has no truth value.
        if name not in defaults or repr(given) != repr(defaults[name])
    )


def title(kind: str, outputs: Sequence[Tensor], nodes: Iterable[Node]) -> str:
    """The title of a drawing: "Computational graph of loss and 1 other: 5 operations and 4 leaves"."""
    return f"{kind}{_names(outputs)}: {count_nodes(nodes)}"


def _names(tensors: Sequence[Tensor]) -> str:
    """How a title calls tensors: " of loss, accuracy and 2 others"; empty without names."""
    known = [text.name(tensor.name) for tensor in tensors if tensor.name][:MOST_NAMES]
    others = len(tensors) - len(known)
    beside = f" and {text.count(others, 'other')}" if others else ""
    return f" of {', '.join(known)}{beside}" if known else ""


def count_nodes(nodes: Iterable[Node]) -> str:
    """4,812 operations and 12 leaves."""
    is_operation = Counter(node.primitive is not None for node in nodes)
    parts = ((is_operation[True], "operation"), (is_operation[False], "leaf"))
    return " and ".join(text.count(n, noun) for n, noun in parts if n) or "a constant"


# --- regions --------------------------------------------------------------------------------------


def heading(region: Region) -> tuple[str, ...]:
    """The path or name, and the module with its settings: "layers.0", "Linear(in_features=2, …)"."""
    module, kind = region.module, region.class_name
    if module is not None and module.extra_repr():
        kind = f"{kind}({module.extra_repr()})"
    return tuple(filter(None, (text.name(region.label), text.name(kind, LONGEST_HEADING)))) or ("",)


def fold_lines(region: Region) -> tuple[str, ...]:
    """The text in the box of a folded region: name, formula, parameters and shapes."""
    nodes = list(region.all_nodes())
    if region.kind == "middle":
        return (f"{count_nodes(nodes)} not drawn", *frequent_operations(nodes))
    head, formula = heading(region), _formula(region)
    if region.kind == "repeat":
        first, *others = region.part
        if others:
            head = (*head, text.name(" → ".join(map(_short_name, region.part)), LONGEST_HEADING))
        elif isinstance(first, Region):
            head, formula = (*head, heading(first)[-1]), _formula(first)
    in_all = " in all" * (region.times > 1)
    counts = (f"{count}{in_all}" for count in _totals(nodes))
    said = (*head, formula, *counts, *_shapes(nodes))
    return tuple(filter(None, dict.fromkeys(said)))  # equal blocks have the same label


def _short_name(step: Region | Node) -> str:
    """The class of a module, the name of a block, or the symbol of an operation."""
    return step.class_name or step.label if isinstance(step, Region) else symbol(step)


def _formula(region: Region) -> str:
    """The first paragraph of a module's docstring, if it is a formula; or a chain of operations."""
    if region.module is not None:
        doc = (type(region.module).__doc__ or "").strip()
        # Remarks such as ",  with x a logit" follow the formula after two spaces.
        formula = " ".join(doc.split("\n\n")[0].split(",  ")[0].split())
        if formula and len(formula) <= text.LONGEST and not formula.endswith("."):
            return text.name(formula)
    operations = [node for node in region.nodes if node.primitive is not None]
    if region.inner or not 2 <= len(operations) <= MOST_OPERATIONS:
        return ""
    is_chain = all(before in node.parents for before, node in pairwise(operations))
    return text.name(" → ".join(map(symbol, operations))) if is_chain else ""


def _totals(nodes: Sequence[Node]) -> Iterator[str]:
    parameters = sum(prod(node.shape) for node in nodes if node.primitive is None)
    if parameters:
        yield text.count(parameters, "parameter")
    yield text.count(sum(node.primitive is not None for node in nodes), "operation")


def _shapes(nodes: Sequence[Node]) -> Iterator[str]:
    """The shapes of inputs and outputs: (8, 3) → (8, 4)."""
    inside = set(nodes)
    used = {parent for node in nodes for parent in node.parents if parent in inside}
    given = [
        shape
        for node in nodes
        for shape in (*_outside(node, inside), *constant_shapes(node))
        if shape
    ]
    results = [node.shape for node in nodes if node.primitive is not None and node not in used]
    if any((*given, *results)):  # not for scalars
        yield f"{_listed(dict.fromkeys(given))} → {_listed(dict.fromkeys(results))}".strip()


def _outside(node: Node, inside: set[Node]) -> Iterator[tuple[int, ...]]:
    return (p.shape for p in node.parents if p is not None and p not in inside)


def _listed(shapes: Iterable[tuple[int, ...]]) -> str:
    several = [str(shape) for shape in shapes]
    return ", ".join(several[:2] + ["…"] * (len(several) > 2))


def frequent_operations(nodes: Iterable[Node]) -> Iterator[str]:
    """The most frequent operations."""
    kinds = Counter(node.primitive.name for node in nodes if node.primitive is not None)
    for name, n in kinds.most_common(MOST_OPERATIONS):
        yield f"{n:,} × {name}"
    others = len(kinds) - MOST_OPERATIONS
    if others > 0:
        yield f"and {text.count(others, 'other kind')}"
