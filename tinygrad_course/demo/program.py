"""The whole demo: the experiments, the files, and the summary in the terminal."""

import sys
from collections.abc import Sequence
from pathlib import Path

from ..training import blas_threads
from .experiment import experiment
from .files import check_writable, write_all
from .outcome import Outcome, this_environment
from .recipes import RECIPES, Recipe
from .report import report
from .results import results
from .wording import percent, scientific, seconds, thousands

_HEADS = ("Model", "Parameters", "Gradients off by", "Train", "Test", "Goal", "Time")


def run(out: Path, seed: int = 0, recipes: Sequence[Recipe] = RECIPES) -> int:
    """Train every model, write the report into `out`, and return 0, or 1 if a target was missed.

    Files are written at the very end, each in one step: an interruption before that leaves the folder
    as it was.

    Raises: OSError if nothing can be written into `out`, GradientCheckError.
    """
    out = out.absolute()
    check_writable(out)
    outcomes = []
    with blas_threads(1):  # the gradient checks as well
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
    """Relative path → content; the report comes last, because it refers to the others."""
    environment = this_environment(seed)
    graphs = {o.graph_file: o.graph.dot if o.graph.svg is None else o.graph.svg for o in outcomes}
    return {
        **graphs,
        "results.json": results(outcomes, environment),
        "report.html": report(outcomes, environment),
    }


def summary(outcomes: Sequence[Outcome], out: Path) -> str:
    """A table of the models as plain text, and the paths of the files."""
    rows = [_HEADS, *map(_row, outcomes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines.insert(1, "-" * max(map(len, lines)))
    notice = ""
    if problem := next((o.graph.problem for o in outcomes if o.graph.svg is None), ""):
        notice = f"\nThe graphs are .dot files, because they could not be drawn:\n{problem}\n"
    return "\n".join(lines) + (
        f"\n{notice}\n"
        f"Look at         {out / 'report.html'}\n"
        f"The graphs      {out / 'graphs'}\n"
        f"The figures     {out / 'results.json'}"
    )


def _row(outcome: Outcome) -> tuple[str, ...]:
    return (
        outcome.title,
        thousands(outcome.parameters),
        scientific(outcome.gradient_check.error),
        percent(outcome.train_accuracy),
        percent(outcome.test_accuracy),
        f"{percent(outcome.target, 0)} {'✓' if outcome.reached_target else '✗'}",
        seconds(outcome.seconds),
    )
