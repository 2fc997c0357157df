"""Everything public is documented: modules, classes, functions, methods, properties, fields, constants."""

import ast
import inspect
import re
import sys
from functools import cached_property
from types import ModuleType

import pytest

import tinygrad_course as tg
import viz
from tinygrad_course import data, errors, nn, optim, testing, training
from tinygrad_course.suggestions import Absent

MODULES = [
    tg,
    tg.inspect,
    nn,
    nn.functional,
    nn.init,
    optim,
    data,
    training,
    testing,
    errors,
    viz,
]
PACKAGES = ("tinygrad_course", "viz")


def undocumented(module):
    """The public names, and members of public classes, without a docstring."""
    missing = set()
    for name in _public(module):
        value = getattr(module, name)
        if inspect.isclass(value):
            missing |= _undocumented_in(name, value)
        elif not _is_documented(name, value):
            missing.add(name)
    return missing


def _public(module):
    """The names in `__all__`, or else those that the module defines."""
    own = [n for n, v in vars(module).items() if getattr(v, "__module__", "") == module.__name__]
    return list(getattr(module, "__all__", own))


def _is_documented(name, value):
    if isinstance(value, ModuleType | tg.Primitive) or inspect.isroutine(value):
        return bool(inspect.getdoc(value))
    # A constant or the name of a type: a string stands behind its definition.
    return any(
        name in _with_a_string_behind(ast.parse(inspect.getsource(module)))
        for module in list(sys.modules.values())
        if module.__name__.split(".")[0] in PACKAGES and vars(module).get(name) is value
    )


def _undocumented_in(name, kind):
    """The class, if it has no docstring, and its members without one."""
    bases = [base for base in kind.__mro__ if base.__module__.split(".")[0] in PACKAGES]
    # A field has a string behind it, or the docstring of the class tells of it.
    fields = {word for base in bases for word in re.findall(r"\w+", base.__doc__ or "")}
    for base in bases:
        fields |= _with_a_string_behind(ast.parse(inspect.getsource(base)).body[0])
    missing = set() if kind.__doc__ else {name}
    for member in {m for base in bases for m in (*vars(base), *inspect.get_annotations(base))}:
        value = getattr(kind, member, None)
        if isinstance(value, Absent):
            continue
        is_method = inspect.isroutine(value) or isinstance(value, property | cached_property)
        if not (
            member.startswith("_") or (inspect.getdoc(value) if is_method else member in fields)
        ):
            missing.add(f"{name}.{member}")
    return missing


def _with_a_string_behind(tree):
    """The names in a class or module that are defined with a docstring of their own."""
    found = set()
    for statement, behind in zip(tree.body, tree.body[1:]):
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        if isinstance(behind, ast.Expr) and isinstance(behind.value, ast.Constant):
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_everything_public_is_documented(module):
    assert module.__doc__
    assert _public(module)
    assert undocumented(module) == set()
