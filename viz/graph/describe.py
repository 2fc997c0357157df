"""What a drawing says about nodes, constants and operations, in words and numbers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

from tinygrad_course.engine.graph import Node
from tinygrad_course.engine.writes import written_since
from tinygrad_course.tensor import Tensor
from tinygrad_course.tensor.nodes import Constant
from tinygrad_course.tensor.nodes import constant as constant_of

from .. import text
from .regions import Region, owner_of
from .summary import NOT_YET, NOTHING, ArraySummary, summarise

COMMUTATIVE = {
    "add", "multiply", "maximum", "minimum", "fmax", "fmin", "hypot", "logaddexp", "logaddexp2"
}  # fmt: skip


MOST_NAMES = 5
"""How many outputs a title names."""

MOST_OPERATIONS = 5
"""How many kinds of operation a summary names."""

LONGEST_HEADING = 60
"""A module and its settings are cut at this many characters."""


@dataclass(frozen=True)
class ConstantInfo:
    """A constant in words; equal `identity` means the same array."""

    identity: object
    name: str
    spec: str
    array: Any
    observed: ArraySummary = NOTHING

    @property
    def value(self) -> ArraySummary:
        """Its numbers, as far as they are known: few, or watched. Those of a number are itself."""
        if not self.spec:
            return ArraySummary((text.exact(self.array),))
        return self.observed if self.array is None else summarise(self.array)

    @property
    def id_of_data(self) -> int:
        """What `names` and the course's notation find it by."""
        return self.identity if isinstance(self.identity, int) else id(self.identity)


def of_constant(constant: Any, observed: ArraySummary = NOTHING) -> ConstantInfo:
    """An operand without node, as the graph remembers it: a `Constant` or a Python number."""
    if isinstance(constant, Constant):
        return _array(constant, constant.value, constant.name, constant.spec, observed)
    # A Python number has no dtype of its own, and equal numbers need not mean the same thing.
    return ConstantInfo(object(), "", "", constant)


def constants(node: Node) -> dict[int, ConstantInfo]:
    """Those of a node, by the place of the operand."""
    observed = getattr(node.annotation, "constants", {})
    return {
        i: of_constant(constant, observed.get(i, NOTHING))
        for i, constant in enumerate(node.constants or ())
        if constant is not None
    }


def of_tensor(tensor: Tensor) -> ConstantInfo:
    """A tensor that has no graph."""
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
    """The numbers of a node's array, as far as they are known: few, a parameter's, or watched."""
    if node.value is not None:
        return summarise(node.value)
    owner = owner_of(node)
    if owner is not None:
        return summarise(owner.data)
    return getattr(node.annotation, "value", NOTHING)


def gradient(node: Node) -> ArraySummary:
    """The numbers of the gradient; a dash where none came yet, nothing where nobody would know."""
    owner = owner_of(node)
    if owner is not None:
        return NOT_YET if owner.grad is None else summarise(owner.grad.data)
    if node.cotangent is not None:
        return summarise(node.cotangent)
    if node.spec.small:
        return NOT_YET
    return getattr(node.annotation, "gradient", NOTHING)


def formula_and_vjp(node: Node) -> tuple[str, str]:
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


def is_changed(leaf: Node, recorded_at: float) -> bool:
    """Whether a leaf was overwritten in place after the graph was recorded_at."""
    return leaf.primitive is None and written_since(leaf.value, recorded_at) is not None


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


def count_nodes(nodes: Iterable[Node]) -> str:
    """4,812 operations and 12 leaves."""
    is_operation = Counter(node.primitive is not None for node in nodes)
    parts = ((is_operation[True], "operation"), (is_operation[False], "leaf"))
    return " and ".join(text.count(n, noun) for n, noun in parts if n) or "a constant"


# --- regions --------------------------------------------------------------------------------------


def heading(region: Region) -> tuple[str, ...]:
    """The path, and what module it is: "layers.0", "Linear(in_features=2, …)"."""
    module, kind = region.module, region.class_name
    if module is not None and module.extra_repr():
        kind = f"{kind}({module.extra_repr()})"
    return tuple(filter(None, (text.name(region.label), text.name(kind, LONGEST_HEADING)))) or ("",)


def fold_lines(region: Region) -> tuple[str, ...]:
    """Name, formula, parameters and shapes of a folded region."""
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
    return tuple(filter(None, dict.fromkeys(said)))  # equal blocks are called like each of them


def _short_name(step: Region | Node) -> str:
    """The class of the module, the name of the block, or the operation."""
    return step.class_name or step.label if isinstance(step, Region) else symbol(step)


def _formula(region: Region) -> str:
    """What the docstring of a module's class begins with, if it is a formula; or a row of operations."""
    if region.module is not None:
        doc = (type(region.module).__doc__ or "").strip()
        # ",  with x a logit" and the like stand behind it, after two spaces.
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
    """What goes in and what comes out: (8, 3) → (8, 4)."""
    inside = set(nodes)
    used = {parent for node in nodes for parent in node.parents if parent in inside}
    given = [
        shape
        for node in nodes
        for shape in (*_outside(node, inside), *constant_shapes(node))
        if shape
    ]
    results = [node.shape for node in nodes if node.primitive is not None and node not in used]
    if any((*given, *results)):  # of single numbers there is nothing to say
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
