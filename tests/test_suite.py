"""The suite about itself: a test checks something on every path, and no function is half typed."""

import ast
from pathlib import Path

TESTS = Path(__file__).parent
FILES = {path.relative_to(TESTS).as_posix(): path for path in sorted(TESTS.rglob("*.py"))}
del FILES["typed_program.py"]  # no test, but a user's program, which type checkers read
CHECKS = ("assert_", "check", "compare", "gradcheck", "raises", "warns")
"""How the names of calls begin that raise unless all is well. Helpers that assert are found out."""

ABOUT_ANNOTATIONS = {"test_signatures.py"}
"""Files whose annotations are what is tested."""


def functions_of(tree):
    """All functions of a file, and those inside of others."""
    return [x for x in ast.walk(tree) if isinstance(x, ast.FunctionDef | ast.AsyncFunctionDef)]


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
    helpers = [x for x in functions_of(tree) if not x.name.startswith("test_")]
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
    for test in functions_of(tree):
        if test.name.startswith("test_"):
            if not any(is_check(x, helpers) for x in test.body):
                yield f"{name}:{test.lineno} {test.name} has a path on which nothing is checked"
            for statement in test.body:
                for x in ways_out(statement):
                    yield f"{name}:{x.lineno} {test.name} leaves: choose the cases beforehand"


def test_every_test_checks_something_on_every_path():
    found = [x for name in FILES for x in complaints(name)]
    assert not found, "\n".join(found)


def test_functions_of_the_suite_have_no_annotations():
    """No type checker reads the tests: what an annotation says there, nothing checks."""
    trees = {name: ast.parse(path.read_text("utf-8")) for name, path in FILES.items()}
    functions = [(name, f) for name, tree in trees.items() for f in functions_of(tree)]
    assert [
        f"{name}:{f.lineno} {f.name}"
        for name, f in functions
        if name not in ABOUT_ANNOTATIONS
        and (f.returns or any(isinstance(x, ast.arg) and x.annotation for x in ast.walk(f.args)))
    ] == []
