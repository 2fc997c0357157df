"""The command:  python3 run.py mutate [NAME …] [--list] [--processes N]"""

import argparse
import os
import sys
import time
from collections.abc import Sequence

from tinygrad_course import ops
from tinygrad_course.primitive import registry

from .examine import checks_that_fail
from .mutant import mutants_of
from .report import Finding, complaints, score, table
from .source import Target


def main(arguments: Sequence[str] | None = None) -> int:
    """Break the rules that the arguments name and show what caught the mutants.

    Returns 1 if a mutant survived or there is another complaint; 2 if there is no such rule.
    """
    options = _parsed(arguments)
    keys = chosen_keys(set(options.names))
    chosen = [mutants_of(topic)[i] for topic, i in keys]
    if not chosen:
        known = ", ".join([*ops.__all__, *registry])
        print(f"No rule is called {', '.join(options.names)}. There are {known}", file=sys.stderr)
        return 2
    if options.list:
        print(*chosen, sep="\n")
        return 0
    started = time.monotonic()
    findings = list(map(Finding, chosen, checks_that_fail(keys, options.processes)))
    rules = rules_of(set(options.names))
    said = complaints(findings, rules)
    print(table("topic", lambda finding: finding.mutant.topic, findings), end="\n\n")
    print(table("kind", lambda finding: finding.mutant.kind, findings), end="\n\n")
    for complaint in said:
        print(complaint)
    print(score(findings, rules, time.monotonic() - started))
    return 1 if said else 0


def chosen_keys(names: set[str]) -> list[tuple[str, int]]:
    """The mutants of some topics and primitives, or all, each as its topic and its index in `mutants_of`."""
    return [
        (topic, i)
        for topic in ops.__all__
        for i, mutant in enumerate(mutants_of(topic))
        if not names or not names.isdisjoint({topic, *(name for name, _ in mutant.rules)})
    ]


def rules_of(names: set[str]) -> list[Target]:
    """All rules of these topics and primitives, or of all, even if no mutant reaches them."""
    return [
        (name, operand)
        for name, primitive in registry.items()
        if not names or not names.isdisjoint({name, primitive.__module__.rpartition(".")[2]})
        for operand, rule in primitive.rules.items()
        if rule is not None
    ]


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="run.py mutate", description="Break every rule in turn: the suite must notice."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="primitives, or topics")
    parser.add_argument("--list", action="store_true", help="show the mutants and stop")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
