"""What a run found: tables by topic and by kind, every survivor, the score, and a file with all of it."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .examine import Result
from .mutation import Mutation
from .subjects import Target

LOOK_AT = {
    "has_right_derivatives": "derivatives",
    "is_linear_in_the_cotangent": "derivatives",
    "keeps_dtype": "dtype",
    "keeps_dtypes_apart": "dtype",
    "leaves_its_inputs_alone": "memory",
    "gives_memory_of_its_own": "memory",
}
"""What the laws that catch most look at; the others count as "law"."""

CHECKS = ("derivatives", "dtype", "memory", "law", "error", "test", "call", "time")


@dataclass(frozen=True)
class Finding:
    """A mutation in the rule for one operand, where it stands, and what became of it."""

    mutation: Mutation
    line: int
    before: str
    after: str
    result: Result

    @classmethod
    def of(cls, mutation: Mutation, text: str, result: Result) -> "Finding":
        """The finding about a mutation of a file with this text."""
        return cls(mutation, mutation.line(text), *mutation.shown(text), result)

    @property
    def outcome(self) -> str:
        """What became of it, in a word."""
        return self.result.outcome

    @property
    def caught_by(self) -> str:
        """The check that it counts for."""
        if self.result.check in ("time", "crash"):
            return "time"
        if self.result.crashed:
            return "error"
        if "::" in self.result.check:
            return "call" if "test_calls" in self.result.check else "test"
        return LOOK_AT.get(self.result.check, "law")

    @property
    def rule(self) -> str:
        """What the rule is called."""
        return called(self.result.target)


def called(target: Target) -> str:
    """What the rule of a primitive for an operand is called."""
    return "{} by {}".format(*target)


def table(title: str, key: Callable[[Finding], str], findings: Sequence[Finding]) -> str:
    """A row for each value of `key`, and one for all."""
    rows: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        rows[key(finding)].append(finding)
    lines = [(title, *_figures([]))]
    for name, own in [*sorted(rows.items()), ("all", list(findings))]:
        lines.append((name, *(str(n or "") for n in _figures(own).values())))
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths))
        ).rstrip()
        for line in lines
    )


def _figures(findings: Sequence[Finding]) -> dict[str, int]:
    outcomes = Counter(finding.outcome for finding in findings)
    checks = Counter(f.caught_by for f in findings if f.outcome == "caught")
    return {
        "rules": len({finding.rule for finding in findings}),
        "mutants": len(findings),
        "equivalent": outcomes["equivalent"],
        "unreached": outcomes["unreached"],
        "caught": outcomes["caught"],
        **{f"by {check}": checks[check] for check in CHECKS},
        "survived": outcomes["survived"],
        "untested": outcomes["untested"],
    }


def survivors(findings: Iterable[Finding]) -> str:
    """Each survivor with its lines before and after, once for all rules that it survived in."""
    by_mutation: dict[Mutation, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.outcome == "survived":
            by_mutation[finding.mutation].append(finding)
    shown = []
    for mutation, same in by_mutation.items():
        rules = [finding.rule for finding in same]
        shown.append(f"{listed(mutation, same[0], rules)}\n  {same[0].result.note}\n")
    return "\n".join(shown)


def listed(mutation: Mutation, finding: Finding, rules: Iterable[str]) -> str:
    """Where a mutation is, and what it does."""
    lines = [f"{mutation.topic}.py:{finding.line}  ({mutation.kind})  {', '.join(rules)}"]
    lines += [f"  - {line}" for line in finding.before.splitlines()]
    lines += [f"  + {line}" for line in finding.after.splitlines()]
    return "\n".join(lines)


def resolved(findings: Iterable[Finding]) -> list[Finding]:
    """A place that no rule gets to on any probe proves nothing: what is unreached there has survived."""
    findings = sorted(findings, key=lambda finding: (finding.mutation, finding.result.target))
    reached = {finding.mutation for finding in findings if finding.outcome != "unreached"}
    note = "no probe of any rule gets here"
    return [
        finding
        if finding.mutation in reached
        else replace(finding, result=finding.result._replace(outcome="survived", note=note))
        for finding in findings
    ]


def score(findings: Sequence[Finding], seconds: float) -> str:
    """The sentences to quote."""
    counts = _figures(findings)
    real = counts["caught"] + counts["survived"]
    ways = Counter({finding.rule: 0 for finding in findings})
    ways.update(f.rule for f in findings if f.outcome in ("caught", "survived"))
    rule, least = min(ways.items(), key=lambda item: (item[1], item[0]))
    sentences = [
        f"{counts['mutants']} mutants of {counts['rules']} rules in {seconds:.0f} s.",
        f"{counts['equivalent']} are equivalent to the original, {counts['unreached']} are in code that "
        f"only other rules get to.",
        f"Of the other {real} the suite caught {counts['caught']} ({counts['caught'] / max(real, 1):.2%}); "
        f"{counts['survived']} survived.",
        f"Every rule was broken in at least {least} of these ways ({rule}).",
    ]
    if counts["untested"]:
        sentences.append(f"{counts['untested']} say nothing: the suite fails without them, too.")
    return "\n".join(sentences)


def write_json(findings: Sequence[Finding], seconds: float, path: Path) -> None:
    """Everything, mutant by mutant."""
    entries = [
        {
            "topic": f.mutation.topic,
            "line": f.line,
            "primitive": f.result.target[0],
            "operand": f.result.target[1],
            "kind": f.mutation.kind,
            "before": f.before,
            "after": f.after,
            "outcome": f.outcome,
            "check": f.result.check,
            "raised": f.result.crashed,
            "note": f.result.note,
        }
        for f in findings
    ]
    whole = {"seconds": round(seconds), "all": _figures(findings), "mutants": entries}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(whole, indent=1, ensure_ascii=False), "utf-8")
