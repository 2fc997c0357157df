"""The command `check`: the gradient of a function in a file, beside numerical differentiation."""

import argparse
import importlib.util
import inspect
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DataError
from ..testing import Verdict, gradcheck


def check(arguments: argparse.Namespace) -> int:
    """Run the command."""
    function = _function(arguments.function)
    inputs = _inputs(function, arguments.shapes, arguments.seed, arguments.function)
    report = gradcheck(function, *inputs, order=arguments.order, seed=arguments.seed, raises=False)
    if arguments.json:
        counts = {str(verdict): count for verdict, count in report.counts.items() if count}
        print(json.dumps({"all_correct": report.all_correct, **counts}))
    else:
        print(report)
    return 1 if report.counts[Verdict.WRONG] else 0


def _function(named: str) -> Callable[..., Any]:
    """Run the file, and take the function out of it.

    Raises: DataError.
    """
    file, colon, name = named.rpartition(":")
    path = Path(file)
    if not colon or not name.isidentifier():
        raise DataError(f"{named!r} names no function: write FILE.py:FUNCTION, such as my.py:cost")
    if not path.is_file():
        raise DataError(f"the file {file!r} does not exist")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise DataError(f"{file!r} is no file of Python")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent.resolve()))  # for what it imports from beside it
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise DataError(f"{file} can't be run: {type(error).__name__}: {error}") from error
    finally:
        sys.path.pop(0)
    function = getattr(module, name, None)
    if not callable(function):
        known = [n for n, value in vars(module).items() if inspect.isfunction(value)]
        raise DataError(f"{file} has no function {name!r}, but {', '.join(known) or 'none at all'}")
    found: Callable[..., Any] = function
    return found


def _inputs(function: Callable[..., Any], shapes: Any, seed: int, named: str) -> list[Any]:
    """Random arrays of the shapes, and the defaults of arguments beyond these.

    Raises: DataError if there are too few shapes, or too many.
    """
    parameters = [
        p
        for p in inspect.signature(function).parameters.values()
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    rest = parameters[len(shapes) :]
    missing = [p.name for p in rest if p.default is p.empty]
    if missing or len(shapes) > len(parameters):
        names = ", ".join(p.name for p in parameters) or "none"
        raise DataError(
            f"{named} has the arguments {names}, and {len(shapes)} shapes are given: give one for each that "
            f"has no default, such as 4,3 for a matrix or 0 for a number"
        )
    rng = np.random.default_rng(seed)
    return [*(rng.normal(size=shape) for shape in shapes), *(p.default for p in rest)]
