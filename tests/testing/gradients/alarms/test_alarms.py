"""No false alarm and no miss, in a few hundred points; `python3 run.py alarms` takes thousands."""

from tests.testing.gradients.alarms import __main__ as command
from tests.testing.gradients.alarms import false_alarms, planted
from tinygrad_course.ops import exponential
from tinygrad_course.testing import Verdict, replaced_rules


def test_no_right_gradient_is_called_wrong():
    tally = false_alarms.sweep(80)
    assert tally.alarms == []
    assert tally.points[Verdict.WRONG] == 0
    # And not because all of them are easy, at kinks or imprecise.
    assert tally.points[Verdict.CORRECT] > 50
    assert min(tally.points[Verdict.KINK], tally.points[Verdict.IMPRECISE]) > 0
    assert tally.refused < 6


def test_the_sweep_sees_a_wrong_gradient():
    with replaced_rules(exponential.exp, x=lambda g, out: -g * out):
        tally = false_alarms.sweep(40)
    assert any("its sign is wrong" in alarm for alarm in tally.alarms)


def test_faults_in_rules_are_found():
    tally = planted.in_rules(60)
    assert tally[planted.MISSED] == 0
    assert tally[planted.NAMED] > 30
    assert tally[planted.UNNAMED] < 5


def test_mistakes_of_homework_are_found_and_named():
    assert planted.in_homework(48) == {planted.NAMED: 48}


def test_the_command_prints_what_it_counted(capsys):
    assert command.main(20, 1) == 0
    printed = capsys.readouterr().out
    assert "false alarms: 0" in printed
    assert printed.endswith("missed: 0\n")


def test_the_command_fails_if_a_fault_is_missed(monkeypatch, capsys):
    monkeypatch.setattr(planted, "times", lambda rule, factor: rule)
    monkeypatch.setattr(planted, "_of_a_factor", lambda *a: planted.MISSED)
    assert command.main(10) == 1
    assert capsys.readouterr().out.endswith("missed: 6\n")
