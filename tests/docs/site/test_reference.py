"""The reference has a page for each public module, and on it everything public."""

import importlib
from types import ModuleType

import pytest

import tinygrad_course as tg
from docs.site.reference import MODULES, public, reference


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_has_an_entry(name):
    module = importlib.import_module(name)
    names = public(module)
    page = reference()[f"reference/{name}"]
    assert names
    assert [member for member in names if f":: {name}.{member}\n" not in page] == []


def test_every_public_module_is_there():
    modules = {
        f"tinygrad_course.{name}"
        for name in tg.__all__
        if isinstance(getattr(tg, name), ModuleType)
    }
    assert modules <= set(MODULES)
