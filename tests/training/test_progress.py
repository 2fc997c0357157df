import sys
import time

import pytest

from tinygrad_course.errors import MissingExtraError, SettingError
from tinygrad_course.training.progress import progress_bar


def run(wanted):
    with progress_bar(wanted, steps=4, epochs=2) as bar:
        for epoch in (1, 2):
            bar.advance()
            bar.advance()
            bar.report(epoch, {"loss": 0.125 * epoch})


def without_rich(monkeypatch):
    monkeypatch.setitem(sys.modules, "rich", None)


def test_it_is_quiet_where_the_output_is_no_terminal(capsys):
    run("auto")
    run(False)
    assert capsys.readouterr() == ("", "")


def test_it_shows_the_epochs_and_their_figures(capsys):
    pytest.importorskip("rich")
    run(True)
    shown = capsys.readouterr().out
    assert "epoch 2/2" in shown
    assert "loss 0.25" in shown


def test_auto_draws_on_a_terminal(capsys, monkeypatch):
    pytest.importorskip("rich")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    run("auto")
    assert "epoch 2/2" in capsys.readouterr().out


def test_without_rich_a_terminal_gets_plain_lines(capsys, monkeypatch):
    without_rich(monkeypatch)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    run("auto")
    assert capsys.readouterr() == ("epoch 1/2  loss 0.125\nepoch 2/2  loss 0.25\n", "")


def test_lines_come_every_few_seconds_and_not_for_each_of_many_epochs(capsys, monkeypatch):
    without_rich(monkeypatch)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    with progress_bar("auto", steps=1000, epochs=100) as bar:
        for epoch in range(1, 101):
            for _ in range(10):
                now[0] += 0.01 if epoch < 90 else 1.0
                bar.advance()
            bar.report(epoch, {"loss": 1.0})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "epoch 1/100  loss 1"
    assert lines[-1] == "epoch 100/100  loss 1"
    assert 3 < len([line for line in lines if line.startswith("epoch")]) < 20
    assert any(line == "step 904 of 1000" for line in lines)  # an epoch that takes long itself


def test_without_rich_asking_for_it_names_the_extra(monkeypatch):
    without_rich(monkeypatch)
    with pytest.raises(MissingExtraError, match=r"tinygrad_course\[progress\]"):
        run(True)


def test_anything_else_is_refused():
    with pytest.raises(SettingError, match="progress='always'"):
        run("always")
