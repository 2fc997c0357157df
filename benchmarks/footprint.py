"""Peak memory, the growth of memory with the data, and import time: measured only once per process.

Peak memory is the maximum resident memory while a net is made and trained for five steps, minus the
resident memory before: the interpreter, the libraries, the data, the initial weights, and the workspace
that BLAS keeps after its first product. The net's own weights, their gradients and all intermediate
arrays count.
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
    """The ratio of the peak resident memory of two sides.

    `program` prints the peak of a side, whose name replaces {side!r} in it.
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
        """Run both alternately, in new processes."""
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
class Growth:
    """By how much more anonymous memory grows in an epoch over a thousand times the rows, in pieces.

    Anonymous memory is what a program allocates. Pages of files, which the system may drop, don't count.
    """

    name: str
    title: str
    target: float
    unit: ClassVar[str] = "B"
    is_difference: ClassVar[bool] = True
    uses_threads: ClassVar[bool] = False

    def measure(self, effort: Effort) -> Measurement:
        """Train on many rows and on few alternately, in new processes."""
        growths = [
            [
                printed(f"from benchmarks.peak import *; print(growth_of_pieces({rows}))")
                for rows in (1_000_000, 1_000)
            ]
            for _ in range(min(effort.rounds, 3))
        ]
        many, few = zip(*growths, strict=True)
        return compare(many, few, is_difference=True)


@dataclass(frozen=True)
class ImportTime:
    """The time of `import tinygrad_course` minus that of `import numpy`."""

    name: str
    title: str
    target: float
    unit: ClassVar[str] = "s"
    is_difference: ClassVar[bool] = True
    uses_threads: ClassVar[bool] = False

    def measure(self, effort: Effort) -> Measurement:
        """Import alternately, in new processes; the first pair is left out, since it may compile."""
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
    """The number that a program prints in a new interpreter in the project's folder."""
    command = [sys.executable, "-c", program]
    # With Python's bytecode cache, as for users: without it the package would be compiled each time.
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
    Growth("pieces", "memory of fit on pieces: 1,000,000 rows, over 1,000", target=20e6),
    ImportTime("import", "import tinygrad_course, over import numpy", target=0.04),
)
