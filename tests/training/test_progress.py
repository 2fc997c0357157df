import sys

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


def test_without_rich_auto_goes_without(capsys, monkeypatch):
    without_rich(monkeypatch)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    run("auto")
    assert capsys.readouterr() == ("", "")


def test_without_rich_asking_for_it_names_the_extra(monkeypatch):
    without_rich(monkeypatch)
    with pytest.raises(MissingExtraError, match=r"tinygrad_course\[progress\]"):
        run(True)


def test_anything_else_is_refused():
    with pytest.raises(SettingError, match="progress='always'"):
        run("always")
