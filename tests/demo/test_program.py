import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.demo.outcomes import four_outcomes, without_dot
from tinygrad_course.demo import program
from tinygrad_course.demo.program import summary
from tinygrad_course.demo.recipes import RECIPES
from tinygrad_course.demo.wording import percent
from tinygrad_course.errors import GradientCheckError

SHORT = tuple(replace(recipe, epochs=2, target=0.5) for recipe in RECIPES)


def files(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_all_files_are_written_and_the_terminal_says_where(tmp_path, capsys):
    assert program.run(tmp_path, recipes=SHORT) == 0
    document = json.loads((tmp_path / "results.json").read_text("utf-8"))
    graphs = {model["graph"] for model in document["models"]}
    assert files(tmp_path) == {"report.html", "results.json"} | graphs
    assert [model["key"] for model in document["models"]] == [r.key for r in RECIPES]
    assert all(len(model["curves"]["train_cost"]) == 2 for model in document["models"])
    assert all(
        model["gradient_check"]["relative_error"] <= model["gradient_check"]["tolerance"]
        for model in document["models"]
    )
    said = capsys.readouterr()
    assert str(tmp_path / "report.html") in said.out
    assert said.err == ""


def test_one_seed_one_result_and_without_dot_the_drawings_are_dot_files(
    tmp_path, monkeypatch, capsys
):
    def figures(folder, seed):
        program.run(folder, seed, _pair())
        models = json.loads((folder / "results.json").read_text("utf-8"))["models"]
        return [(model["curves"], model["mistakes"]) for model in models]

    monkeypatch.setattr(program, "report", lambda *_: "")  # it needs all four models
    first = figures(tmp_path / "a", 3)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("GRAPHVIZ_DOT", raising=False)
    monkeypatch.setattr("sysconfig.get_path", lambda *_: "")
    capsys.readouterr()
    assert figures(tmp_path / "b", 3) == first
    assert files(tmp_path / "b" / "graphs") == {"breast_cancer.dot", "cats_logistic.dot"}
    assert "graphviz-pure" in capsys.readouterr().out
    assert figures(tmp_path / "c", 4) != first


def test_a_missed_target_is_reported_and_is_a_failure(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(program, "report", lambda *_: "")
    assert program.run(tmp_path, recipes=[replace(_pair()[0], target=1.01)]) == 1
    assert "Missed: Tumours, logistic regression" in capsys.readouterr().err
    assert json.loads((tmp_path / "results.json").read_text("utf-8"))["passed"] is False


@pytest.mark.parametrize("error", [KeyboardInterrupt, GradientCheckError])
def test_a_run_that_stops_leaves_the_folder_as_it_was(tmp_path, monkeypatch, error):
    (tmp_path / "report.html").write_text("the last one")
    done = []

    def stop(*_):
        done.append(1)
        raise error

    monkeypatch.setattr(program, "experiment", stop)
    with pytest.raises(error):
        program.run(tmp_path, recipes=SHORT)
    assert done == [1]
    assert files(tmp_path) == {"report.html"}
    assert (tmp_path / "report.html").read_text() == "the last one"


def test_a_folder_that_can_not_be_written_is_found_before_the_training(tmp_path, monkeypatch):
    (tmp_path / "out").write_text("a file")
    monkeypatch.setattr(program, "experiment", lambda *_: pytest.fail("it started to train"))
    with pytest.raises(OSError, match="out"):
        program.run(tmp_path / "out")


def test_the_summary_has_a_row_per_model_and_the_paths():
    outcomes = four_outcomes()
    text = summary(outcomes, Path("there"))
    for outcome in outcomes:
        (line,) = [line for line in text.splitlines() if line.startswith(outcome.title)]
        assert percent(outcome.test_accuracy) in line
        assert "✓" in line
    assert str(Path("there") / "report.html") in text
    assert "\x1b" not in text


def test_the_summary_marks_a_missed_goal():
    text = summary([replace(four_outcomes()[0], target=1.0)], Path())
    assert "100% ✗" in text


def test_the_summary_says_why_there_are_no_drawings():
    assert "no dot; get <one>" in summary([without_dot(four_outcomes()[0])], Path())


def _pair():
    return SHORT[:2]
