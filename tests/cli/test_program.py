import os
import subprocess
import sys
from pathlib import Path

import pytest

import tinygrad_course
from tinygrad_course import cli, demo
from tinygrad_course.errors import GradientCheckError

ROOT = Path(__file__).resolve().parents[2]


def test_without_a_command_it_prints_the_help(capsys):
    assert cli.main([]) == 0
    said = capsys.readouterr().out
    assert "demo" in said
    assert "--version" in said


def test_version(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["--version"])
    assert end.value.code == 0
    assert tinygrad_course.__version__ in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["demon"], ["demo", "--seed", "-1"], ["demo", "--seed", "x"], ["demo", "extra"]]
)
def test_mistakes_in_the_arguments_are_errors_of_usage(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert end.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], (Path("out"), 0)),
        (["--out", "some where", "--seed", "5"], (Path("some where"), 5)),
    ],
)
@pytest.mark.parametrize("code", [0, 1])
def test_demo_gets_its_settings_and_its_exit_code_is_handed_on(
    monkeypatch, arguments, expected, code
):
    seen = []

    def run(*given):
        seen.append(given)
        return code

    monkeypatch.setattr(demo, "run", run)
    assert cli.main(["demo", *arguments]) == code
    assert seen == [expected]


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "Interrupted"),
        (GradientCheckError("3 of 5 derivatives disagree"), 1, "3 of 5 derivatives disagree"),
        (PermissionError(13, "Permission denied", "out"), 1, "Permission denied"),
    ],
)
def test_what_stops_it_is_told_in_words_and_not_in_a_traceback(
    monkeypatch, capsys, error, code, words
):
    def run(*_):
        raise error

    monkeypatch.setattr(demo, "run", run)
    assert cli.main(["demo"]) == code
    assert words in capsys.readouterr().err


def test_runs_as_a_module_also_where_the_terminal_knows_only_ascii():
    done = subprocess.run(
        [sys.executable, "-m", "tinygrad_course", "demo", "--help"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "report.html" in done.stdout
    assert done.stderr == ""
