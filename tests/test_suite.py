"""The suite about itself: whatever path a test takes, it checks something on it."""

import ast
from pathlib import Path

TESTS = Path(__file__).parent
FILES = {str(path.relative_to(TESTS)): path for path in sorted(TESTS.rglob("*.py"))}
CHECKS = ("assert_", "check", "compare", "gradcheck", "raises", "warns")
"""How the names of calls begin that raise unless all is well. Helpers that assert are found out."""


def functions_of(tree):
    """All functions of a file or of a piece of one, by name."""
    return {x.name: x for x in ast.walk(tree) if isinstance(x, ast.FunctionDef)}


def checking_helpers(name):
    """The names, in a file, of what checks something: its own functions, and imported ones of the suite."""
    tree = ast.parse(FILES[name].read_text("utf-8"))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            source = f"{node.module.removeprefix('tests.').replace('.', '/')}.py"
            if source in FILES:
                theirs = checking_helpers(source)
                found |= {x.asname or x.name for x in node.names if x.name in theirs}
    helpers = [x for x in functions_of(tree).values() if not x.name.startswith("test_")]
    for _ in helpers:  # a helper may call others
        found |= {x.name for x in helpers if any(is_check(s, found) for s in x.body)}
    return found


def is_check(statement, helpers):
    """Whether a statement checks something on every path through it, if its loops are not empty."""

    def any_of(statements):
        return any(is_check(x, helpers) for x in statements)

    def has_call(expression):
        calls = [x for x in ast.walk(expression) if isinstance(x, ast.Call)]
        names = {ast.unparse(x.func).rpartition(".")[2] for x in calls}
        return (
            not names.isdisjoint(helpers)
            or any(name.startswith(CHECKS) for name in names)
            or any(k.arg == "check" for x in calls for k in x.keywords)  # subprocess.run's
        )

    match statement:
        case ast.Assert():
            return True
        case ast.Expr(value) | ast.Assign(value=value):
            return has_call(value)
        case ast.With(items=items, body=body):
            return any(has_call(x.context_expr) for x in items) or any_of(body)
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):  # what the test hands on
            return any_of(body)
        case ast.If(body=body, orelse=orelse):
            return any_of(body) and any_of(orelse)
        case ast.For(body=body) | ast.While(body=body):
            return any_of(body)
        case ast.Try(body=body, finalbody=finalbody):
            return any_of(body) or any_of(finalbody)
    return False


def ways_out(statement):
    """The returns and continues in a statement, but not those of a function inside of it."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Lambda):
        return []
    if isinstance(statement, ast.Return | ast.Continue):
        return [statement]
    return [x for child in ast.iter_child_nodes(statement) for x in ways_out(child)]


def complaints(name):
    tree = ast.parse(FILES[name].read_text("utf-8"))
    helpers = checking_helpers(name)
    for function, test in functions_of(tree).items():
        if function.startswith("test_"):
            if not any(is_check(x, helpers) for x in test.body):
                yield f"{name}:{test.lineno} {function} has a path on which nothing is checked"
            for statement in test.body:
                for x in ways_out(statement):
                    yield f"{name}:{x.lineno} {function} leaves: choose the cases beforehand"


def test_every_test_checks_something_on_every_path():
    assert [x for name in FILES for x in complaints(name)] == []
