"""Mutants that compute what the rules compute, with the reason: no test can tell them apart.

Each is a line of `python3 run.py mutate --list` without its kind and line number; … stands for anything. A
run examines them all the same, and complains if the laws or the tests of the topic notice one.
"""

import re
from functools import cache

from .mutant import Mutant

EQUIVALENT: dict[str, tuple[str, ...]] = {}


def reason_for(mutant: Mutant) -> str:
    """Why a mutant computes the same, or "" if nobody says so."""
    return _reason_for(mutant.identity)


@cache
def _reason_for(identity: str) -> str:
    return next((r for pattern, r in _patterns().items() if pattern.fullmatch(identity)), "")


@cache
def _patterns() -> dict["re.Pattern[str]", str]:
    return {
        re.compile(re.escape(line).replace("…", ".*")): reason
        for reason, lines in EQUIVALENT.items()
        for line in lines
    }
