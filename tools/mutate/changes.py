"""The ways to break a piece of code: what could stand in place of one node of its syntax tree."""

import ast
import builtins
from collections.abc import Iterator, Sequence

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
"""What might keep a loop from ever coming to its end."""


def changes_of(node: ast.AST, arrays: Sequence[str]) -> Iterator[Change]:
    """All changes of the node itself, not of what is inside it; `arrays` are names of the same kind."""
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
    """Left out, with its first two arguments swapped, or with its named ones left out in turn."""
    function, given, named = node.func, node.args, node.keywords
    if isinstance(function, ast.Attribute) and ast.unparse(function.value) != "np":
        is_permutation = function.attr in ("swapaxes", "transpose")
        yield "permutation" if is_permutation else "call", function.value
    elif given:
        yield "call", given[0]
    if len(given) > 1:
        yield "operand", ast.Call(function, [given[1], given[0], *given[2:]], named)
    for i in range(len(named)):
        yield "argument", ast.Call(function, given, named[:i] + named[i + 1 :])
