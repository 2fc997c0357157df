"""tools/coverage.py: the table of docs/testing.md. The suite itself runs in `python3 run.py coverage`."""

import json

import pytest

from run import ON_ALL_CORES
from tools import coverage


def file(lines, branches):
    """A file of coverage.py's report: what is covered and what is missing."""
    return {
        "summary": {
            "covered_lines": lines[0],
            "missing_lines": lines[1],
            "covered_branches": branches[0],
            "missing_branches": branches[1],
        }
    }


FILES = {
    "tinygrad_course/errors.py": file((3, 0), (0, 0)),
    "viz/graph/boxes.py": file((1999, 1), (1, 1)),
    "viz/graph/inner/folds.py": file((0, 0), (1, 1)),
}
TABLE = """\
| package | lines | branches |
|---|---|---|
| `tinygrad_course` | 100.0 % of 3 | none |
| `viz/graph` | 99.9 % of 2,000 | 50.0 % of 4 |
| all | 99.9 % of 2,003 | 50.0 % of 4 |
"""


def test_a_row_for_each_package_and_one_for_all():
    assert coverage.table(FILES) == TABLE


def test_only_the_table_of_the_page_changes():
    page = coverage.PAGE.read_text("utf-8")
    written = coverage.with_table(page, TABLE)
    assert TABLE in written
    assert coverage.with_table(written, "") == coverage.with_table(page, "")
    head, tail = page.split(coverage.BEGIN)[0], page.split(coverage.END)[1]
    assert written.startswith(head)
    assert written.endswith(tail)


def test_a_page_without_the_marks_is_refused():
    with pytest.raises(ValueError, match=r"testing\.md needs the lines"):
        coverage.with_table(f"no end: {coverage.BEGIN}", TABLE)


@pytest.mark.parametrize(
    ("arguments", "code", "writes"), [([], 0, True), ([], 1, False), (["tests/nn"], 0, False)]
)
def test_the_page_is_written_after_a_green_run_of_the_whole_suite(
    arguments, code, writes, tmp_path, monkeypatch, capsys
):
    page, report = tmp_path / "testing.md", tmp_path / "coverage.json"
    page.write_text(coverage.BEGIN + coverage.END, "utf-8")
    monkeypatch.setattr(coverage, "PAGE", page)
    monkeypatch.setattr(coverage, "REPORT", report)

    def run(command, cwd):
        expected = arguments or [*ON_ALL_CORES]
        assert command[-len(expected) :] == expected
        report.write_text(json.dumps({"files": FILES}), "utf-8")
        return code

    monkeypatch.setattr("subprocess.call", run)
    assert coverage.main(arguments) == code
    assert capsys.readouterr().out == TABLE + "\n"
    assert (TABLE in page.read_text("utf-8")) is writes


def test_a_run_that_ends_early_shows_no_old_figures(tmp_path, monkeypatch, capsys):
    report = tmp_path / "coverage.json"
    report.write_text(json.dumps({"files": FILES}), "utf-8")
    monkeypatch.setattr(coverage, "REPORT", report)
    monkeypatch.setattr("subprocess.call", lambda command, cwd: 2)
    assert coverage.main([]) == 2
    assert not capsys.readouterr().out
