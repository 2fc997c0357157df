"""Generated code has file names of its own, so that tracebacks and debuggers show the right lines."""

import inspect
import linecache
import traceback

import numpy as np
import pytest

from tinygrad_course import Tensor
from tinygrad_course.engine.codegen import compiled
from tinygrad_course.ops.arithmetic import multiply
from tinygrad_course.primitive import registry
from tinygrad_course.tensor.recorders import recorder_of

SOURCE = "def f(x):\n    return 1 / x\n"


def test_each_source_has_a_file_of_its_own():
    first = compiled(SOURCE, "a test", {})["f"]
    second = compiled(SOURCE.replace("1 /", "2 //"), "a test", {})["f"]
    assert first.__code__.co_filename != second.__code__.co_filename
    assert inspect.getsource(first) == SOURCE
    assert inspect.getsource(second) == SOURCE.replace("1 /", "2 //")
    for f, line in ((first, "return 1 / x"), (second, "return 2 // x")):
        with pytest.raises(ZeroDivisionError) as caught:
            f(0)
        assert traceback.extract_tb(caught.value.__traceback__)[-1].line == line


def test_the_same_source_shares_its_file():
    files = {compiled(SOURCE, "another test", {})["f"].__code__.co_filename for _ in range(5)}
    assert len(files) == 1
    linecache.checkcache()
    assert linecache.getlines(files.pop()) == SOURCE.splitlines(keepends=True)


def test_names_are_found_in_the_namespace_that_is_given():
    assert compiled("def f():\n    return one\n", "a third test", {"one": 1})["f"]() == 1


def test_no_two_recorders_and_pullbacks_share_a_file():
    operators = [name for name in vars(Tensor) if name.startswith("__")]
    methods = [f for f in (getattr(Tensor, name) for name in operators) if callable(f)]
    functions = [recorder_of(p, Tensor) for p in registry.values()]
    files = [
        f.__code__.co_filename
        for f in {*methods, *functions}
        if hasattr(f, "__code__") and "<recorder of" in f.__code__.co_filename
    ]
    assert len(files) == len(set(files)) > 100


def test_a_traceback_shows_the_operators_own_line():
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    lines = []
    for f in (lambda: x * np.ones(4), lambda: [1.0] * 4 * x, lambda: multiply(x, np.ones(4))):
        with pytest.raises(ValueError, match="multiply") as caught:
            f()
        cause = traceback.extract_tb(caught.value.__cause__.__traceback__)
        lines.append(next(entry.line for entry in cause if "<recorder of" in entry.filename))
    assert lines == ["_out = _x * _y", "_out = _x * _y", "_out = function(_x, _y)"]
