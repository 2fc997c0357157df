"""The report of a run: a table by topic, one by kind, and the complaints."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from .equivalents import reason_for
from .mutant import Mutant
from .source import Target

KINDS = 4
"""The least number of kinds in which every rule has to be broken, and caught."""

CHECKS = ("laws", "tests", "Dask", "import")


@dataclass(frozen=True)
class Finding:
    """A mutant, and the check that caught it, or ""."""

    mutant: Mutant
    caught_by: str

    @property
    def outcome(self) -> str:
        """The outcome; "contradicted" if the mutant is listed as equivalent but was caught."""
        if reason_for(self.mutant):
            return "contradicted" if self.caught_by else "equivalent"
        return "caught" if self.caught_by else "survived"


def table(title: str, key: Callable[[Finding], str], findings: Sequence[Finding]) -> str:
    """A row per value of `key`, in the order of the findings, and one for all."""
    rows: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        rows[key(finding)].append(finding)
    rows["all"] = list(findings)
    cells = [[title, *_counts(findings)]]
    cells += [[name, *(str(n or "·") for n in _counts(own).values())] for name, own in rows.items()]
    widths = [max(map(len, column)) for column in zip(*cells)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])])
        for line in cells
    )


def _counts(findings: Sequence[Finding]) -> dict[str, int]:
    outcomes = Counter(finding.outcome for finding in findings)
    checks = Counter(finding.caught_by for finding in findings if finding.outcome == "caught")
    return {
        "rules": len({rule for finding in findings for rule in finding.mutant.rules}),
        "mutants": len(findings),
        "equivalent": outcomes["equivalent"],
        "caught": outcomes["caught"],
        **{f"by {check}": checks[check] for check in CHECKS},
        "survived": outcomes["survived"],
    }


def complaints(findings: Sequence[Finding], rules: Collection[Target]) -> list[str]:
    """Survivors, mutants that are not equivalent after all, and `rules` with too few kinds of mutants."""
    said = [f"survived: {f.mutant}" for f in findings if f.outcome == "survived"]
    said += [
        f"caught by {f.caught_by}, and not equivalent because “{reason_for(f.mutant)}”: {f.mutant}"
        for f in findings
        if f.outcome == "contradicted"
    ]
    kinds = kinds_caught(findings, rules)
    return said + [
        f"{name} by {operand} is broken in {len(caught)} kinds of ways only: {', '.join(sorted(caught))}"
        for (name, operand), caught in kinds.items()
        if len(caught) < KINDS
    ]


def kinds_caught(findings: Sequence[Finding], rules: Collection[Target]) -> dict[Target, set[str]]:
    """The kinds of mutants that were caught, for each rule."""
    kinds: dict[Target, set[str]] = {rule: set() for rule in rules}
    for finding in findings:
        if finding.outcome == "caught":
            for rule in finding.mutant.rules:
                if rule in kinds:
                    kinds[rule].add(finding.mutant.kind)
    return kinds


def score(findings: Sequence[Finding], rules: Collection[Target], seconds: float) -> str:
    """A summary in sentences."""
    counts = _counts(findings)
    told_apart = counts["mutants"] - counts["equivalent"]
    fewest = min(len(caught) for caught in kinds_caught(findings, rules).values())
    return (
        f"{counts['mutants']} mutants of {len(rules)} rules, {counts['equivalent']} of them equivalent "
        f"to the original.\nOf the other {told_apart} the suite caught {counts['caught']} "
        f"({counts['caught'] / max(told_apart, 1):.2%}); {counts['survived']} survived. "
        f"Each rule was broken in at least {fewest} kinds of ways.\n"
        f"That took {seconds:.0f} s."
    )
