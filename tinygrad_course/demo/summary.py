"""What the demo says in the terminal when it is done: plain text, wherever it goes."""

from collections.abc import Sequence
from pathlib import Path

from .outcome import Outcome
from .wording import percent, scientific, seconds, thousands

_HEADS = ("Model", "Parameters", "Gradients off by", "Train", "Test", "Goal", "Time")


def summary(outcomes: Sequence[Outcome], out: Path) -> str:
    """A table of the models, and where to look."""
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
        f"For machines    {out / 'results.json'}"
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
