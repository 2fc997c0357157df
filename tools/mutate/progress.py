"""How far a run is: a bar, if rich is installed and somebody is watching; else a line from time to time."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS_BETWEEN_LINES = 30.0

Advance = Callable[[bool], None]
"""Called for each mutant, with whether it survived."""


@contextmanager
def progress(total: int) -> Iterator[Advance]:
    """Show it on stderr as long as the block lasts."""
    try:
        from rich import progress as rich
        from rich.console import Console
    except ImportError:
        yield _Lines(total).advance
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(total).advance
        return
    columns = (
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeRemainingColumn(),
        rich.TextColumn("{task.fields[survivors]} survived"),
    )
    survivors = 0
    with rich.Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=total, survivors=0)

        def advance(survived: bool) -> None:
            nonlocal survivors
            survivors += survived
            bar.update(task, advance=1, survivors=survivors)

        yield advance


class _Lines:
    def __init__(self, total: int) -> None:
        self.total, self.done, self.survivors = total, 0, 0
        self.shown = time.monotonic()

    def advance(self, survived: bool) -> None:
        self.done += 1
        self.survivors += survived
        if time.monotonic() - self.shown > SECONDS_BETWEEN_LINES:
            self.shown = time.monotonic()
            print(
                f"{self.done} of {self.total} mutants, {self.survivors} survived",
                file=sys.stderr,
                flush=True,
            )
