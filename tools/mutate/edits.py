"""All ways to break a piece of code: the changes of each node of its syntax tree."""

import ast
import builtins
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from .source import Slot, slots_in

BARE = (ast.Name, ast.Constant, ast.Attribute, ast.UnaryOp, ast.Slice, ast.Tuple, ast.keyword)
"""Nodes that are shown with the code around them."""


@dataclass(frozen=True)
class Edit:
    """A node of a syntax tree, and its replacement."""

    slot: Slot
    around: ast.AST
    """The code around the node, for display."""
    kind: str
    new: ast.AST

    @property
    def line(self) -> int:
        """The line in the file."""
        line: int = vars(self.slot.node)["lineno"]
        return line

    @contextmanager
    def made(self) -> Iterator[None]:
        """Apply the edit to the tree inside a `with` block."""
        node = self.slot.node
        self.slot.holder[self.slot.key] = self.new
        try:
            yield
        finally:
            self.slot.holder[self.slot.key] = node

    def __str__(self) -> str:
        before = ast.unparse(self.around)
        if self.around is self.slot.node:
            return f"{before} → {ast.unparse(self.new)}"
        with self.made():
            return f"{before} → {ast.unparse(self.around)}"


def edits_of(
    node: ast.AST,
    operands: set[str],
    arrays: Sequence[str] = (),
    around: ast.AST | None = None,
    in_loop: bool = False,
) -> Iterator[Edit]:
    """Every change of a part of a node. `operands` are the names of arrays as parameters of a lambda.

    `arrays` are the names of arrays in scope at the node, `around` is the code around it.
    """
    if isinstance(node, ast.Lambda):
        arrays = [p.arg for p in node.args.args if p.arg in operands]
    elif isinstance(node, ast.FunctionDef):
        arrays = [p.arg for p in node.args.args if p.annotation and _is_array(p.annotation)]
    in_loop = in_loop or isinstance(node, ast.While)
    around = node if around is None or not isinstance(node, BARE) else around
    for slot in slots_in(node):
        changes = list(changes_of(slot.node, arrays))
        if slot.key == "test" and isinstance(node, (ast.If, ast.IfExp)):
            changes += [("condition", ast.Constant(True)), ("condition", ast.Constant(False))]
        is_bare = isinstance(slot.node, BARE) and not hasattr(around, "body")
        for kind, new in changes:
            is_other = ast.dump(new) != ast.dump(slot.node)
            if is_other and not (in_loop and kind in ENDLESS):
                yield Edit(slot, around if is_bare else slot.node, kind, new)
        yield from edits_of(slot.node, operands, arrays, around, in_loop)


def _is_array(annotation: ast.expr) -> bool:
    return ast.unparse(annotation) == "Array"


# --- the changes of one node ---------------------------------------------------------------------

Change = tuple[str, ast.expr]
"""The kind of a change, and the new node."""

REVERSED: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add}

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}

ENDLESS = ("operand", "constant", "condition", "call", "index")
"""Kinds of changes that might make a loop endless."""


def changes_of(node: ast.AST, arrays: Sequence[str]) -> Iterator[Change]:
    """All changes of the node itself, but not of its parts; a name in `arrays` is replaced by the next."""
    match node:
        case ast.BinOp():
            yield from _of_arithmetic(node)
        case ast.UnaryOp(ast.USub(), ast.Constant(int(value))):
            yield "constant", ast.Constant(1 - value)
        case ast.UnaryOp(ast.USub(), operand):
            yield "sign", operand
        case ast.UnaryOp(_, operand):
            yield "condition", operand
        case ast.Compare(left, ops, values):
            for i, op in enumerate(ops):
                for other in COMPARISONS[type(op)]:
                    yield "condition", ast.Compare(left, [*ops[:i], other(), *ops[i + 1 :]], values)
        case ast.BoolOp(_, values):
            yield from (("condition", value) for value in values)
        case ast.Constant(bool(value)):
            yield "constant", ast.Constant(not value)
        case ast.Constant(int(value)):
            yield "constant", ast.Constant(value + 1)
        case ast.Constant(float(value)):
            yield "constant", ast.Constant(2 * value or 1.0)
        case ast.Attribute(value, "T" | "mT"):
            yield "permutation", value
        case ast.Name(name) if name in arrays and len(arrays) > 1:
            next_one = arrays[(arrays.index(name) + 1) % len(arrays)]
            yield "operand", ast.Name(next_one, ast.Load())
        case ast.Call(func):
            if not (isinstance(func, ast.Name) and func.id in dir(builtins)):
                yield from _of_a_call(node)
        case ast.Subscript(value, _, ast.Load()):
            yield "index", value


def _of_arithmetic(node: ast.BinOp) -> Iterator[Change]:
    left, op, right = node.left, node.op, node.right
    match op:
        case ast.Add():
            yield from (("term", left), ("term", right))
        case ast.Sub():
            yield from (("term", left), ("term", ast.UnaryOp(ast.USub(), right)))
        case ast.Mult() | ast.MatMult():
            yield from (("factor", left), ("factor", right))
        case ast.Div() | ast.FloorDiv():
            yield from (("factor", left), ("factor", ast.BinOp(ast.Constant(1), op, right)))
        case ast.Pow() | ast.Mod():
            yield "factor", left
        case ast.BitAnd() | ast.BitOr():
            yield from (("condition", left), ("condition", right))
    if type(op) in REVERSED:
        yield "sign", ast.BinOp(left, REVERSED[type(op)](), right)
    if isinstance(op, ast.MatMult):
        yield "permutation", ast.BinOp(right, op, left)
        yield "permutation", ast.BinOp(_transposed(left), op, right)
        yield "permutation", ast.BinOp(left, op, _transposed(right))


def _transposed(x: ast.expr) -> ast.expr:
    return ast.Attribute(x, "mT", ast.Load())


def _of_a_call(node: ast.Call) -> Iterator[Change]:
    """Left out, with its first two arguments swapped, or without each of its keyword arguments in turn."""
    function, arguments, keywords = node.func, node.args, node.keywords
    if isinstance(function, ast.Attribute) and ast.unparse(function.value) != "np":
        is_permutation = function.attr in ("swapaxes", "transpose")
        yield "permutation" if is_permutation else "call", function.value
    elif arguments:
        yield "call", arguments[0]
    if len(arguments) > 1:
        swapped = [arguments[1], arguments[0], *arguments[2:]]
        yield "operand", ast.Call(function, swapped, keywords)
    for i in range(len(keywords)):
        yield "argument", ast.Call(function, arguments, keywords[:i] + keywords[i + 1 :])
