"""What a run says at its end."""

import json
from pathlib import Path

import pytest

from tools.mutate import __main__ as command
from tools.mutate.examine import Result
from tools.mutate.mutation import Mutation
from tools.mutate.report import Finding, resolved, score, survivors, table

TEXT = "f.vjp(x=lambda g: -g)\n"


def finding(name, outcome, check="", start=18, crashed=False):
    mutation = Mutation(Path("topic.py"), start, start + 1, "sign", "")
    result = Result(
        (name, "x"), outcome, check, crashed, "gives 1, not -1" * (outcome == "survived")
    )
    return Finding.of(mutation, TEXT, result)


FINDINGS = [
    finding("f", "caught", "has_right_derivatives"),
    finding("f", "caught", "tests/laws/test_calls.py::test[np.f-0]", 19),
    finding("f", "equivalent", start=7),
    finding("h", "caught", "keeps_dtype", crashed=True),
    finding("h", "survived", start=19),
]


def test_table_counts_outcomes_and_checks():
    head, row, total = table("topic", lambda f: f.mutation.topic, FINDINGS).splitlines()
    assert head.split()[:3] == ["topic", "rules", "mutants"]
    assert row.split() == ["topic", "2", "5", "1", "3", "1", "1", "1", "1"]
    assert total.split() == ["all", *row.split()[1:]]
    for column, name in [
        ("1", "by derivatives"),
        ("1", "by error"),
        ("1", "by call"),
        ("3", "caught"),
    ]:
        end = head.index(f" {name}  ") + len(name)
        assert row[end] == column, name


def test_score_leaves_out_what_is_equivalent():
    said = score(FINDINGS, 61.2)
    assert "5 mutants of 2 rules in 61 s.\n1 are equivalent" in said
    assert "Of the other 4 the suite caught 3 (75.00%); 1 survived" in said
    assert "at least 2 of these ways (f by x)" in said


def test_survivors_are_shown_with_their_lines():
    assert survivors(FINDINGS).splitlines() == [
        "topic.py:1  (sign)  h by x",
        "  - f.vjp(x=lambda g: -g)",
        "  + f.vjp(x=lambda g: -)",
        "  gives 1, not -1",
    ]


def test_unreached_by_all_rules_is_survived():
    reached = [finding("f", "caught", "keeps_dtype"), finding("h", "unreached")]
    assert resolved(reached) == reached
    (alone,) = resolved([finding("h", "unreached")])
    assert alone.result.outcome == "survived"


@pytest.mark.parametrize(("outcome", "code"), [("caught", 0), ("survived", 1), ("untested", 1)])
def test_exit_code_and_file(outcome, code, monkeypatch, tmp_path, capsys):
    def results(pieces, *_):
        for mutation, targets in pieces:
            for target in targets:
                yield mutation, Result(target, outcome, "keeps_dtype")

    monkeypatch.setattr(command, "results", results)
    out = tmp_path / "out" / "mutants.json"
    assert command.main(["--only", "exp", "--kind", "sign", "scale", "--out", str(out)]) == code
    entries = json.loads(out.read_text("utf-8"))["mutants"]
    assert [(e["primitive"], e["operand"], e["kind"]) for e in entries] == [
        ("exp", "x", kind) for kind in ("scale", "scale", "sign")
    ]
    assert {e["outcome"] for e in entries} == {outcome}
    assert entries[2]["after"] == "exp.vjp(x=lambda g, out: -(g * out))"
    assert "3 mutants of 1 rules" in capsys.readouterr().out


def test_list_shows_mutations_and_runs_nothing(capsys):
    assert command.main(["--only", "exp", "--kind", "sign", "--list"]) == 0
    assert "+ exp.vjp(x=lambda g, out: -(g * out))" in capsys.readouterr().out


def test_unknown_names_are_refused(capsys):
    assert command.main(["--only", "no such rule"]) == 2
    assert "Nothing to mutate" in capsys.readouterr().err


def test_a_small_run_catches_all(tmp_path, capsys):
    arguments = ["--only", "tanh", "--kind", "sign", "term", "--processes", "1"]
    assert command.main([*arguments, "--out", str(tmp_path / "mutants.json")]) == 0
    assert "(100.00%); 0 survived" in capsys.readouterr().out
