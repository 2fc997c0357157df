"""What `pip install` gives to a user: all files, one version, and types that mypy and pyright understand."""

import json
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np
import pytest

import tinygrad_course

ROOT = Path(__file__).parent.parent
PROGRAM = Path(__file__).with_name("typed_program.py")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A fresh virtual environment with the wheel in it, and no other file of this project."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=sys.platform != "win32")
    (packages,) = (*folder.glob("lib/*/site-packages"), *folder.glob("Lib/site-packages"))
    (packages / "dependencies.pth").write_text(str(Path(np.__file__).parents[1]), "utf-8")
    # The build tools are those of the running Python: no network is needed.
    options = ["--quiet", "--no-build-isolation", "--no-deps", "--disable-pip-version-check"]
    call(folder, "pip", "install", *options, "--target", str(packages), str(ROOT))
    return packages


def call(folder, module, *arguments, code=0):
    """Run a Python module in a folder; what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def interpreter(packages):
    return next(packages.parents[2].glob("bin/python"), packages.parents[1] / "Scripts/python.exe")


def marked():
    """The lines of the program that have a mistake."""
    lines = enumerate(PROGRAM.read_text("utf-8").splitlines(), start=1)
    return {number: line for number, line in lines if line.endswith("# error")}


def test_the_wheel_has_every_file_of_the_packages(environment):
    files = {
        file.relative_to(ROOT)
        for package in ("tinygrad_course", "viz")
        for file in (ROOT / package).rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }
    assert {Path("tinygrad_course/py.typed"), Path("viz/py.typed")} <= files
    assert {file for file in files if not (environment / file).is_file()} == set()


def test_the_wheel_has_the_version_of_the_package(environment):
    ask = (
        "import importlib.metadata as m, tinygrad_course as t;"
        "print(m.version('tinygrad_course'), t.__version__, t.__file__, sep='\\n')"
    )
    answer = subprocess.check_output(
        [interpreter(environment), "-I", "-c", ask], cwd=environment, encoding="utf-8"
    )
    of_the_wheel, of_the_package, module = answer.splitlines()
    assert of_the_wheel == of_the_package == tinygrad_course.__version__
    assert environment in Path(module).parents


def test_mypy_understands_a_users_program(environment, tmp_path):
    program = shutil.copy(PROGRAM, tmp_path)  # where a checker can't see the sources
    python = f"--python-executable={interpreter(environment)}"
    options = ["--strict", "--python-version=3.12", python, f"--cache-dir={tmp_path}"]
    found = call(tmp_path, "mypy", *options, program, code=1)
    errors = re.findall(r"^.+?:(\d+): error: ", found, re.MULTILINE)
    assert {*map(int, errors)} == marked().keys(), found


def test_pyright_understands_a_users_program(environment, tmp_path):
    program = shutil.copy(PROGRAM, tmp_path)
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.12", "include": [program]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    python = f"--pythonpath={interpreter(environment)}"
    found = call(tmp_path, "basedpyright", python, "--outputjson", code=1)
    problems = json.loads(found)["generalDiagnostics"]
    lines = {problem["range"]["start"]["line"] + 1 for problem in problems}
    assert lines == marked().keys(), found
