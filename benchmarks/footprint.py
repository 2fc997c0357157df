"""Peak memory and import time: what a process shows only once, so that each takes its own.

Peak memory is the most that was resident while a net was made and trained for five steps, less what
was resident before: the interpreter, the libraries, the data, the initial weights, and the work
space that BLAS keeps once it has multiplied. The weights in training, their gradients and all that
lies between count.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from .contest import Effort, Measurement, compare


@dataclass(frozen=True)
class PeakMemory:
    """Peak resident memory of one side as a ratio to that of the other.

    `program` prints the peak of a side, whose name takes the place of {side!r} in it.
    """

    name: str
    title: str
    target: float
    program: str
    sides: tuple[str, str]
    unit: ClassVar[str] = "B"
    is_difference: ClassVar[bool] = False
    uses_threads: ClassVar[bool] = False

    def measure(self, effort: Effort) -> Measurement:
        """Run both in fresh processes, in turns."""
        peaks = [
            [
                printed(f"from benchmarks.peak import *; {self.program.format(side=side)}")
                for side in self.sides
            ]
            for _ in range(min(effort.rounds, 5))
        ]
        ours, by_hand = zip(*peaks, strict=True)
        return compare(ours, by_hand)


@dataclass(frozen=True)
class ImportTime:
    """The time of `import tinygrad_course` over that of `import numpy`."""

    name: str
    title: str
    target: float
    unit: ClassVar[str] = "s"
    is_difference: ClassVar[bool] = True
    uses_threads: ClassVar[bool] = False

    def measure(self, effort: Effort) -> Measurement:
        """Import in fresh processes, in turns; the first pair, which may compile, is left out."""
        program = (
            "from time import perf_counter; began = perf_counter(); import {}; "
            "print(perf_counter() - began)"
        )
        times = [
            [printed(program.format(module)) for module in ("tinygrad_course", "numpy")]
            for _ in range(1 + min(effort.rounds, 20))
        ]
        ours, numpy = zip(*times[1:], strict=True)
        return compare(ours, numpy, is_difference=True)


def printed(program: str) -> float:
    """The number that a program prints which a fresh interpreter runs in the project's folder."""
    command = [sys.executable, "-c", program]
    # Without its cache Python would compile the package anew each time, which no user waits for.
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}
    return float(subprocess.check_output(command, cwd=Path(__file__).parents[1], env=env))


BENCHMARKS = (
    PeakMemory(
        "memory",
        "peak memory of the large step",
        target=1.1,
        program="print(peak('large', {side!r}))",
        sides=("ours", "by_hand"),
    ),
    PeakMemory(
        "checkpoint",
        "peak memory of 64 layers with checkpoint, to without",
        target=0.5,
        program="print(peak_of_64_layers({side!r}))",
        sides=("checkpointed", "plain"),
    ),
    ImportTime("import", "import tinygrad_course, over import numpy", target=0.04),
)
