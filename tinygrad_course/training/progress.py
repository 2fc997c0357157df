"""The progress of a training run on a terminal: a bar if rich is installed, else plain lines."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import MissingExtraError, SettingError

if TYPE_CHECKING:
    from rich import progress as rich

_SECONDS_BETWEEN_DRAWINGS = 0.05
_SECONDS_BETWEEN_LINES = 3.0


class Progress:
    """Receives the progress of the fit loop, and shows nothing."""

    def resume(self, epochs: int, steps: int) -> None:
        """So many epochs and steps were done before."""

    def advance(self) -> None:
        """One more step was taken."""

    def report(self, epoch: int, figures: dict[str, float]) -> None:
        """An epoch ended with these figures."""


def check_progress(wanted: bool | str) -> None:
    """Raise SettingError for anything but True, False and "auto"."""
    if not (isinstance(wanted, (bool, int)) and wanted in (True, False)) and wanted != "auto":
        raise SettingError(f"progress={wanted!r}: must be True, False or 'auto'")


@contextmanager
def progress_bar(wanted: bool | str, steps: int, epochs: int) -> Iterator[Progress]:
    """A bar over `steps`, or lines without rich; with "auto" only if the output is a terminal.

    Raises: MissingExtraError if `wanted` is True and rich is missing; SettingError.
    """
    check_progress(wanted)
    if not wanted or (wanted == "auto" and not sys.stdout.isatty()):
        yield Progress()
        return
    try:
        from rich import progress as rich
    except ImportError:
        if wanted is True:
            raise MissingExtraError(
                "the progress bar needs rich: pip install 'tinygrad_course[progress]', "
                "or say progress='auto' to have plain lines if rich is missing"
            ) from None
        yield _Lines(steps, epochs)
        return
    bar = rich.Progress(
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.TimeRemainingColumn(),
        rich.TextColumn("{task.fields[figures]}"),
    )
    with bar:
        yield _RichProgress(bar, steps, epochs)


class _Lines(Progress):
    """Plain lines: the first and the last epoch, some in between, and the steps of epochs that take long."""

    def __init__(self, steps: int, epochs: int) -> None:
        self._steps = steps
        self._epochs = epochs
        self._taken = 0
        self._last_line = self._last_epoch = self._epoch_began = time.monotonic()

    def resume(self, epochs: int, steps: int) -> None:
        self._taken = steps
        if steps:
            print(
                f"going on in epoch {min(epochs + 1, self._epochs)}, after step {steps}", flush=True
            )

    def advance(self) -> None:
        self._taken += 1
        now = time.monotonic()
        if now - max(self._last_line, self._epoch_began) > _SECONDS_BETWEEN_LINES:
            self._last_line = now
            print(f"step {self._taken} of {self._steps}", flush=True)

    def report(self, epoch: int, figures: dict[str, float]) -> None:
        now = self._epoch_began = time.monotonic()
        if epoch in (1, self._epochs) or now - self._last_epoch > _SECONDS_BETWEEN_LINES:
            self._last_line = self._last_epoch = now
            print(f"epoch {epoch}/{self._epochs}  {_shown(figures)}", flush=True)


class _RichProgress(Progress):
    def __init__(self, bar: "rich.Progress", steps: int, epochs: int) -> None:
        self._bar = bar
        self._epochs = epochs
        self._task = bar.add_task(f"epoch 1/{epochs}", total=steps, figures="")
        self._pending = 0
        self._drawn = 0.0

    def resume(self, epochs: int, steps: int) -> None:
        shown = min(epochs + 1, self._epochs)
        self._bar.update(self._task, completed=steps, description=f"epoch {shown}/{self._epochs}")

    def advance(self) -> None:
        self._pending += 1
        now = time.monotonic()
        # A small model takes thousands of steps per second: drawing each would take longer than the step.
        if now - self._drawn > _SECONDS_BETWEEN_DRAWINGS:
            self._drawn = now
            self._flush()

    def report(self, epoch: int, figures: dict[str, float]) -> None:
        self._bar.update(
            self._task,
            description=f"epoch {min(epoch + 1, self._epochs)}/{self._epochs}",
            figures=_shown(figures),
        )
        self._flush()

    def _flush(self) -> None:
        self._bar.advance(self._task, self._pending)
        self._pending = 0


def _shown(figures: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.4g}" for name, value in figures.items())
