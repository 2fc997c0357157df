"""The demo from its beginning to its end: experiments, files, and the summary."""

import sys
from collections.abc import Sequence
from pathlib import Path

from .environment import this_environment
from .experiment import experiment
from .files import check_writable, write_all
from .outcome import Outcome
from .recipes import RECIPES, Recipe
from .report import report
from .results import results
from .summary import summary
from .threads import one_thread
from .wording import percent


def run(out: Path, seed: int = 0, recipes: Sequence[Recipe] = RECIPES) -> int:
    """Train every model, write the report into `out`, and return 0, or 1 if a target was missed.

    Files are written at the very end, each in one step: whoever interrupts before that finds the
    folder as it was.

    Raises: OSError if nothing can be written into `out`, GradientCheckError.
    """
    out = out.absolute()
    check_writable(out)
    outcomes = []
    with one_thread():
        for number, recipe in enumerate(recipes, start=1):
            print(f"[{number}/{len(recipes)}] {recipe.title}  ({recipe.architecture})", flush=True)
            outcomes.append(experiment(recipe, seed, _say))
    write_all(out, _files(outcomes, seed))
    print(f"\n{summary(outcomes, out)}", flush=True)
    missed = [o for o in outcomes if not o.reached_target]
    for outcome in missed:
        found, goal = percent(outcome.test_accuracy), percent(outcome.target, 0)
        print(f"Missed: {outcome.title} is right in {found}, goal {goal}.", file=sys.stderr)
    return 1 if missed else 0


def _say(what: str, result: str) -> None:
    print(f"      {what:<10} {result}", flush=True)


def _files(outcomes: Sequence[Outcome], seed: int) -> dict[str, str]:
    """Relative path → content; the report is last, for it points to the others."""
    environment = this_environment(seed)
    graphs = {o.graph_file: o.graph.dot if o.graph.svg is None else o.graph.svg for o in outcomes}
    return {
        **graphs,
        "results.json": results(outcomes, environment),
        "report.html": report(outcomes, environment),
    }
