"""What `import tinygrad_course` offers, exactly; and what it does not drag in."""

import ast
import subprocess
import sys
import types
from pathlib import Path

import pytest

import tinygrad_course as tg

HEAVY = [
    "rich",
    "tqdm",
    "hypothesis",
    "graphviz",
    "matplotlib",
    "pytest",
    "sqlite3",
    "pickle5",
    "viz",
]


def test_all_is_exact():
    public = {
        name
        for name, value in vars(tg).items()
        if not name.startswith("_")
        # Modules that importing has left behind belong to the surface only if they are named.
        and not (isinstance(value, types.ModuleType) and name not in tg.__all__)
    }
    assert public == set(tg.__all__)
    assert len(tg.__all__) == len(set(tg.__all__))


@pytest.mark.parametrize("package", ["tinygrad_course", "viz"])
def test_importing_stays_light(package):
    code = (
        f"import sys, numpy; before = set(sys.modules); import {package}; "
        f"new = set(sys.modules) - before; print([m for m in {HEAVY} if m in new and m != '{package}'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_the_module_example_runs():
    (example,) = [
        block for block in (tg.__doc__ or "").split("\n\n") if block.startswith("    import numpy")
    ]
    rest = (tg.__doc__ or "").split(example)[1]
    lines = [line[4:] for line in (example + rest).splitlines() if line.startswith("    ")]
    namespace = {}
    exec("\n".join(lines), namespace)
    w = namespace["w"]
    assert isinstance(w, tg.Tensor)
    assert w.grad is not None


def test_the_package_never_imports_itself_by_name():
    folder = Path(tg.__file__).parent
    for file in sorted(folder.rglob("*.py")):
        nodes = ast.walk(ast.parse(file.read_text("utf-8")))
        absolute = [x for x in nodes if isinstance(x, ast.ImportFrom) and not x.level]
        imported = {(x.module or "").split(".")[0] for x in absolute}
        assert tg.__name__ not in imported, file.relative_to(folder)
