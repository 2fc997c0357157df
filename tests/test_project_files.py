"""The files around the code agree with it and with each other: versions, tasks, matrix, paths, pages."""

import ast
import configparser
import io
import os
import re
import sys
import tokenize
from pathlib import Path

import pytest
import yaml

import run

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(run.__file__).parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT, TOOLS = PYPROJECT["project"], PYPROJECT["tool"]
PASSED_OVER = {".git", ".venv", "out", "shared", "node_modules"}


def project_files():
    """The files of the project, and not those that tools leave in it."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(
            name
            for name in folders
            if name not in PASSED_OVER
            and not name.endswith(("_cache", "__pycache__", ".egg-info"))
            and not name.startswith((".hypothesis", ".ipynb"))
        )
        found += [Path(folder, name) for name in sorted(names)]
    return found


FILES = project_files()
# LICENSES.md names files of other projects.
PAGES = [path for path in FILES if path.suffix == ".md" and path.name != "LICENSES.md"]
SOURCES = [path for path in FILES if path.suffix == ".py"]


def from_root(path):
    return path.relative_to(ROOT).as_posix()


# One version


def test_the_version_stands_in_one_place():
    assert "version" not in PROJECT
    assert "version" not in yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))


# The changelog


def test_the_changelog_has_the_shape_of_keep_a_changelog():
    headings = re.findall(r"^##+ .*", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    sections = [line[3:] for line in headings if line.startswith("## ")]
    kinds = {line[4:] for line in headings if line.startswith("### ")}
    assert sections[0] == "Unreleased"
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    released = [re.fullmatch(r"(\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)", line) for line in sections[1:]]
    assert all(released)
    dates = [match[2] for match in released if match]
    assert dates == sorted(dates, reverse=True)


# The workflow, the hooks, the classifiers


def workflow():
    loaded = yaml.safe_load((ROOT / ".github" / "workflows" / "checks.yml").read_text("utf-8"))
    return loaded


def commands():
    """Each call of run.py that a page, a script or a setting names, with the file."""
    for path in FILES:
        if path.suffix in (".md", ".yml", ".yaml", ".html", ".py") or path.name == "run":
            for task in re.findall(r"python[\d.]* run\.py (\w+)", path.read_text("utf-8")):
                yield from_root(path), task


def test_every_task_that_is_named_exists():
    named = set(commands())
    assert {("CONTRIBUTING.md", task) for task in run.TASKS} <= named
    assert {(".github/workflows/checks.yml", task) for task in ("lint", "test")} <= named
    assert {(".ci/run", task) for task in ("lint", "test")} <= named
    assert {(".pre-commit-config.yaml", task) for task in ("lint", "format")} <= named
    assert {(file, task) for file, task in named if task not in run.TASKS} <= {("run.py", "TASK")}


def test_the_matrix_is_what_the_package_says_it_supports():
    matrix = workflow()["jobs"]["test"]["strategy"]["matrix"]
    classifiers = PROJECT["classifiers"]
    versions = re.findall(r"Python :: (3\.\d+)$", "\n".join(classifiers), re.M)
    assert matrix["python"] == versions
    assert PROJECT["requires-python"] == f">={versions[0]}"
    (oldest,) = [name for name in PROJECT["dependencies"] if name.startswith("numpy")]
    assert matrix["numpy"] == ["", oldest.replace("numpy>=", "") + ".*"]
    systems = {"ubuntu": "POSIX :: Linux", "macos": "MacOS", "windows": "Microsoft :: Windows"}
    assert matrix["os"] == [f"{system}-latest" for system in systems]
    assert {line for line in classifiers if line.startswith("Operating System")} == {
        f"Operating System :: {name}" for name in systems.values()
    }


def test_the_workflow_runs_the_tasks_and_nothing_else():
    for job in workflow()["jobs"].values():
        steps = [step["run"] for step in job["steps"] if "run" in step]
        assert [line for line in steps if not re.fullmatch(r"python run\.py \w+", line)] == []
        assert len(steps) == 1
    environment = workflow()["jobs"]["test"]["env"]
    assert environment == {run.NUMPY: "${{ matrix.numpy }}"}


def test_the_citation_has_the_licence_of_the_package():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["license"] == PROJECT["license"]
    assert citation["title"] == PROJECT["name"]
    assert citation["authors"] == PROJECT["authors"]
    assert citation["keywords"] == PROJECT["keywords"]


# Paths


WRITTEN_BY_TASKS = ("out/", ".venv/")
BASES = (ROOT, ROOT / "tinygrad_course", ROOT / "viz", ROOT / "tests")


def exists(name, beside):
    """Whether there is such a file or folder in the project, or one that the pattern fits."""
    return any(
        (base / name).exists() or ("*" in name and any(base.glob(name)))
        for base in (beside, *BASES)
    )


def prose(path):
    """The comments and docstrings of a Python file."""
    source = path.read_text("utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    return "\n".join([*comments, *(ast.get_docstring(node) or "" for node in nodes)])


@pytest.mark.parametrize("page", PAGES, ids=from_root)
def test_every_path_on_a_page_exists(page):
    named = re.findall(r"`([\w.*-]*/[\w./*-]*)`", page.read_text("utf-8"))
    ours = [name for name in named if not name.startswith(WRITTEN_BY_TASKS)]
    assert [name for name in ours if not exists(name, page.parent)] == []


def test_every_path_in_a_comment_or_docstring_exists():
    missing = [
        f"{from_root(path)}: {name}"
        for path in SOURCES
        for name in re.findall(
            r"(?<![\w/.:])([a-z_]\w*(?:/\w+)+\.(?:py|md|js|html|yml))\b", prose(path)
        )
        if not name.startswith(WRITTEN_BY_TASKS) and not exists(name, path.parent)
    ]
    assert missing == []


# .editorconfig


def is_text(path):
    """Whether a person writes the file: drawings are written by programs."""
    return b"\0" not in path.read_bytes() and path.suffix != ".svg"


def test_text_files_are_as_the_editorconfig_says():
    settings = configparser.ConfigParser()
    settings.read_string("[top]\n" + (ROOT / ".editorconfig").read_text("utf-8"))
    everywhere = settings["*"]
    assert everywhere["charset"] == "utf-8"
    assert everywhere["end_of_line"] == "lf"
    assert settings["*.py"]["max_line_length"] == str(TOOLS["ruff"]["line-length"])
    wrong = []
    for path in filter(is_text, FILES):
        text = path.read_bytes().decode("utf-8")
        if "\r" in text or "\t" in text or re.search(r"[ \t]$", text, re.M):
            wrong.append(
                f"{from_root(path)}: carriage returns, tabs or spaces at the end of a line"
            )
        if text and not text.endswith("\n"):
            wrong.append(f"{from_root(path)}: no newline at the end")
    assert wrong == []
