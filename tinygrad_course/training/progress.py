"""The progress bar of a training run, drawn by rich if it is installed and the output is a terminal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import MissingExtraError, SettingError

if TYPE_CHECKING:
    from rich import progress as rich

_SECONDS_BETWEEN_DRAWINGS = 0.05


class Progress:
    """Receives the progress of the fit loop, and shows nothing."""

    def advance(self) -> None:
        """One more step was taken."""

    def report(self, epoch: int, figures: dict[str, float]) -> None:
        """An epoch ended with these figures."""


@contextmanager
def progress_bar(wanted: bool | str, steps: int, epochs: int) -> Iterator[Progress]:
    """A bar over `steps`; with "auto" only if the output is a terminal and rich is installed.

    Raises: MissingExtraError if `wanted` is True and rich is missing; SettingError for anything but True,
    False and "auto".
    """
    if wanted not in (True, False, "auto"):
        raise SettingError(f"progress={wanted!r}: must be True, False or 'auto'")
    if not wanted or (wanted == "auto" and not sys.stdout.isatty()):
        yield Progress()
        return
    try:
        from rich import progress as rich
    except ImportError:
        if wanted is True:
            raise MissingExtraError(
                "the progress bar needs rich: pip install 'tinygrad_course[progress]', "
                "or say progress='auto' to train without it if rich is missing"
            ) from None
        yield Progress()
        return
    bar = rich.Progress(
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.TimeRemainingColumn(),
        rich.TextColumn("{task.fields[figures]}"),
    )
    with bar:
        yield _RichProgress(bar, steps, epochs)


class _RichProgress(Progress):
    def __init__(self, bar: "rich.Progress", steps: int, epochs: int) -> None:
        self._bar = bar
        self._epochs = epochs
        self._task = bar.add_task(f"epoch 1/{epochs}", total=steps, figures="")
        self._pending = 0
        self._drawn = 0.0

    def advance(self) -> None:
        self._pending += 1
        now = time.monotonic()
        # A small model takes thousands of steps per second: drawing each would take longer than the step.
        if now - self._drawn > _SECONDS_BETWEEN_DRAWINGS:
            self._drawn = now
            self._flush()

    def report(self, epoch: int, figures: dict[str, float]) -> None:
        shown = "  ".join(f"{name} {value:.4g}" for name, value in figures.items())
        self._bar.update(
            self._task,
            description=f"epoch {min(epoch + 1, self._epochs)}/{self._epochs}",
            figures=shown,
        )
        self._flush()

    def _flush(self) -> None:
        self._bar.advance(self._task, self._pending)
        self._pending = 0
