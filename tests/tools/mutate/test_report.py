"""What a run says at its end, and when it fails."""

import subprocess
import sys

from tests.tools.mutate.test_examine import mutant
from tinygrad_course import ops
from tinygrad_course.primitive import registry
from tools.mutate import __main__ as command
from tools.mutate.__main__ import rules_of
from tools.mutate.equivalents import EQUIVALENT, pattern
from tools.mutate.mutant import mutants_of
from tools.mutate.report import Finding, complaints, score, table

RULE = ("exp", "x")
KINDS = ("-(result)", "1.001 * (result)", "0 * (result)", "np.flip(out)")
CAUGHT = [Finding(mutant(f"exponential: exp by x: {change}"), "laws") for change in KINDS]
BY_A_TEST = Finding(mutant("exponential: exp by x: detached g"), "tests")
SURVIVED = Finding(mutant("exponential: exp by x: g * out → g"), "")
OF_NOTHING = "rounding: floor by x: 0 * (result)"
EQUIVALENT_ONE = Finding(mutant(OF_NOTHING), "")
ALL = [*CAUGHT, BY_A_TEST, SURVIVED, EQUIVALENT_ONE]


def test_the_table_counts_outcomes_and_checks():
    lines = table("topic", lambda finding: finding.mutant.topic, ALL).splitlines()
    head, exponential, rounding, total = ("  ".join(line.split()) for line in lines)
    checks = "by laws by tests by Dask by import"
    assert head == "  ".join(f"topic rules mutants equivalent caught {checks} survived".split())
    assert exponential == "exponential  1  6  ·  5  4  1  ·  ·  1"
    assert rounding == "rounding  1  1  1  ·  ·  ·  ·  ·  ·"
    assert total == "all  2  7  1  5  4  1  ·  ·  1"


def test_the_score_leaves_out_what_is_equivalent():
    said = score(ALL, [RULE], 61.2)
    assert "7 mutants of 1 rules, 1 of them equivalent" in said
    assert "Of the other 6 the suite caught 5 (83.33%); 1 survived" in said
    assert "in at least 5 kinds" in said


def test_survivors_are_complained_of():
    assert complaints(CAUGHT, [RULE]) == []
    (said,) = complaints(ALL, [RULE])
    assert said == "survived: exponential: exp by x: g * out → g  (line 18, factor)".replace(
        "18", str(SURVIVED.mutant.line)
    )


def test_what_counts_as_equivalent_must_not_be_noticed():
    (said,) = complaints([*CAUGHT, Finding(mutant(OF_NOTHING), "laws")], [RULE])
    assert said.startswith("caught by laws, and not equivalent because “the rule always returns 0")


def test_a_rule_that_is_broken_too_rarely_is_complained_of():
    assert complaints(CAUGHT[1:], [RULE]) == [
        "exp by x is broken in 3 kinds of ways only: permutation, scale, term"
    ]
    assert len(complaints(CAUGHT, [RULE, ("log", "x")])) == 1


def test_what_is_said_to_be_equivalent_exists():
    lines = [line for lines in EQUIVALENT.values() for line in lines]
    assert len(lines) == len(set(lines))
    identities = [m.identity for topic in ops.__all__ for m in mutants_of(topic)]
    assert [line for line in lines if not any(map(pattern(line).fullmatch, identities))] == []


def test_a_run_is_about_every_rule_that_there_is():
    assert len(rules_of(set())) == sum(
        r is not None for p in registry.values() for r in p.rules.values()
    )
    bessel = {("spherical_bessel", "x"), ("modified_bessel", "x"), ("sinc", "x"), ("i0", "x")}
    assert {*rules_of({"maximum", "special"})} == {
        *(("maximum", "x"), ("maximum", "y"), ("normal_cdf", "x"), ("normal_density", "x")),
        *bessel,
    }


def test_the_list_shows_mutants_and_runs_nothing(capsys):
    assert command.main(["exp", "--list"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "exponential: exp by x: -(result)  (sign)" in shown
    assert all(line.startswith("exponential: exp by x: ") for line in shown)


def test_unknown_names_are_refused(capsys):
    assert command.main(["no such rule"]) == 2
    assert "No rule is called no such rule. There are arithmetic, " in capsys.readouterr().err


def test_a_run_with_survivors_fails_and_names_them(monkeypatch, capsys):
    monkeypatch.setattr(command, "checks_that_fail", lambda keys, _: ["laws", *keys[1:-1], ""])
    assert command.main(["unwrap"]) == 1
    assert (
        "survived: trigonometric: unwrap by p: overwritten g  (memory)" in capsys.readouterr().out
    )


def test_a_small_run_catches_all():
    started = [sys.executable, "-m", "tools.mutate", "unwrap", "--processes", "1"]
    run = subprocess.run(started, capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    assert "(100.00%); 0 survived" in run.stdout
