"""The command:  python3 run.py mutate [--only NAME …] [--kind KIND …] [--list]"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tinygrad_course.primitive import registry

from .examine import Result
from .pool import Piece, results
from .progress import progress
from .report import Finding, called, listed, resolved, score, survivors, table, write_json
from .session import serve
from .subjects import RuleFile, subjects

OUT = Path("out") / "mutants.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Break the rules that the arguments name and show what the suite caught.

    Returns 1 if a mutant survived or could not be tested, or if a rule has none; 2 if there is nothing to do.
    """
    options = _parsed(arguments)
    started = time.monotonic()
    texts = {subject.path: subject.text for subject in subjects()}
    pieces = [piece for s in subjects() for piece in planned(s, options.only, options.kind)]
    if not pieces:
        print("Nothing to mutate: there is no such rule, or no such kind.", file=sys.stderr)
        return 2
    if options.list:
        for mutation, targets in pieces:
            place = Finding.of(mutation, texts[mutation.path], Result(targets[0], ""))
            print(listed(mutation, place, map(called, targets)))
        return 0
    found: list[Finding] = []
    with progress(sum(len(targets) for _, targets in pieces)) as advance:
        for mutation, result in results(pieces, serve, options.processes, options.limit):
            found.append(Finding.of(mutation, texts[mutation.path], result))
            advance(result.outcome == "survived")
    findings = resolved(found)
    seconds = time.monotonic() - started
    write_json(findings, seconds, options.out)
    print(table("topic", lambda f: f.mutation.topic, findings), end="\n\n")
    print(table("kind", lambda f: f.mutation.kind, findings), end="\n\n")
    print(survivors(findings))
    print(score(findings, seconds))
    bare = [] if options.only or options.kind else rules_without(pieces)
    if bare:
        print(f"No mutation was found for the rules of {', '.join(bare)}.")
    print(f"All mutants are in {options.out}")
    return 1 if bare or any(f.outcome in ("survived", "untested") for f in findings) else 0


def planned(subject: RuleFile, only: Sequence[str], kinds: Sequence[str]) -> list[Piece]:
    """The mutations of a file that change a rule, with those rules."""
    if only and subject.names.isdisjoint(only):
        return []
    pieces = []
    for mutation in subject.mutations():
        if kinds and mutation.kind not in kinds:
            continue
        try:
            changed = subject.changed(mutation.applied(subject.text))
        except Exception:
            continue  # what can't be imported would never get as far as the suite
        targets = [t for t in changed if not only or {subject.topic, t[0]} & set(only)]
        if targets:
            pieces.append((mutation, targets))
    return pieces


def rules_without(pieces: Sequence[Piece]) -> list[str]:
    """The rules of built-in primitives that no mutation changes."""
    changed = {target for _, targets in pieces for target in targets}
    return [
        called((name, operand))
        for name, primitive in registry.items()
        for operand, rule in primitive.rules.items()
        if rule is not None and (name, operand) not in changed
    ]


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="run.py mutate", description="Break every rule in turn: the suite must notice."
    )
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="primitives, or topics"
    )
    parser.add_argument("--kind", nargs="+", default=[], help="kinds of mutations: sign, scale …")
    parser.add_argument("--list", action="store_true", help="show the mutations and stop")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--limit", type=float, default=60.0, help="seconds after which a mutant counts as caught"
    )
    parser.add_argument("--out", type=Path, default=OUT, help="the file with all mutants")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
