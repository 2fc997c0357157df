import json

import pytest

from benchmarks import report
from benchmarks.__main__ import BENCHMARKS
from benchmarks.contest import Effort, Measurement


def row(name, *comparisons):
    measured = {
        n: Measurement(3e-6, 2e-6, comparison, (comparison - 0.1, comparison + 0.1), 60)
        for n, comparison in enumerate(comparisons, start=1)
    }
    return report.Row(BENCHMARKS[name], measured)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0.00 ns"),
        (3.456e-7, "346 ns"),
        (1.2345e-6, "1.23 µs"),
        (0.0123, "12.3 ms"),
        (1.5, "1.50 s"),
        (97e6, "97.0 Ms"),
        (-0.002, "-2.00 ms"),
    ],
)
def test_quantities_have_three_digits_and_a_prefix(value, shown):
    assert report.quantity(value, "s") == shown


def test_a_target_is_met_or_not_for_each_number_of_threads():
    assert row("planar", 0.9, 0.91).met == {1: True, 2: False}
    assert row("planar", 0.9, 0.91).cells([1, 2])[-1] == "yes, no"


def test_every_line_has_a_cell_for_every_column():
    for threads in ([1], [1, 2], [1, 2, 4]):
        for name in ("chain", "import"):
            assert len(row(name, 0.01).cells(threads)) == len(report.headings(threads))


@pytest.mark.parametrize("rich", [True, False])
def test_the_table_shows_the_figures(rich, capsys, monkeypatch):
    if rich:
        pytest.importorskip("rich")
    else:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    report.print_table([row("planar", 0.87, 0.95), row("import", 0.031)], [1, 2])
    shown = capsys.readouterr().out
    for part in ("0.87 [0.77 0.97]", "≤ 0.90", "yes, no", "31.0 ms more", "≤ 40.0 ms"):
        assert part in shown


def test_the_file_has_all_figures(tmp_path):
    path = tmp_path / "new" / "bench.json"
    report.write_json([row("planar", 0.87, 0.95)], Effort(), path)
    (written,) = json.loads(path.read_text("utf-8"))["benchmarks"]
    assert written["name"] == "planar"
    assert written["threads"]["2"]["comparison"] == 0.95
    assert written["met"] == {"1": True, "2": False}
