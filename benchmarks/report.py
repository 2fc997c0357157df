"""The table in the terminal, and the same figures in a JSON file."""

import importlib.util
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .contest import Benchmark, Effort, Measurement

LEGEND = (
    "ratios: ours to hand-written, median [quartiles] of pairs; 1 is equal, less is faster\n"
    "times: medians at the first number of threads"
)
FILE_WIDTH = 140
_PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))


@dataclass(frozen=True)
class Row:
    """A benchmark and its measurements by number of threads."""

    benchmark: Benchmark
    measured: dict[int, Measurement]

    @property
    def met(self) -> dict[int, bool]:
        """Whether the median is within the target, by number of threads."""
        return {n: m.comparison <= self.benchmark.target for n, m in self.measured.items()}

    def cells(self, threads: Sequence[int]) -> list[str]:
        """The row of the table."""
        benchmark = self.benchmark
        first = next(iter(self.measured.values()))
        compared = [comparison(benchmark, measured) for measured in self.measured.values()]
        compared += ["·"] * (len(threads) - len(compared))  # it does not depend on threads
        met = ", ".join("yes" if ok else "no" for ok in self.met.values())
        return [
            benchmark.title,
            quantity(first.ours, benchmark.unit),
            quantity(first.handwritten, benchmark.unit),
            *compared,
            limit(benchmark),
            met,
        ]


def quantity(value: float, unit: str) -> str:
    """A number with three digits and a prefix: 1.23 ms."""
    size, prefix = next((p for p in _PREFIXES if abs(value) >= p[0]), _PREFIXES[-1])
    scaled = value / size
    decimals = max(0, 3 - len(str(int(abs(scaled)))))
    return f"{scaled:.{decimals}f} {prefix}{unit}"


def comparison(benchmark: Benchmark, measured: Measurement) -> str:
    """Median and quartiles, of the ratio or of the difference."""
    low, high = measured.quartiles
    if benchmark.is_difference:
        return f"{quantity(measured.comparison, benchmark.unit)} more"
    return f"{measured.comparison:.2f} [{low:.2f} {high:.2f}]"


def limit(benchmark: Benchmark) -> str:
    """The target as the table shows it."""
    if benchmark.is_difference:
        return f"≤ {quantity(benchmark.target, benchmark.unit)}"
    return f"≤ {benchmark.target:.2f}"


def headings(threads: Sequence[int]) -> list[str]:
    """The headings of the columns."""
    ratios = [f"ratio, {n} thread{'s' * (n > 1)}" for n in threads]
    return ["benchmark", "ours", "hand-written", *ratios, "target", "met?"]


def print_table(rows: Sequence[Row], threads: Sequence[int]) -> None:
    """Print the rows, with rich where it is installed."""
    heads, lines = headings(threads), [row.cells(threads) for row in rows]
    if importlib.util.find_spec("rich"):
        from rich.console import Console
        from rich.table import Table

        table = Table(*heads, caption=LEGEND)
        for line, row in zip(lines, rows):
            table.add_row(*line, style=None if all(row.met.values()) else "bold")
        for column in table.columns[1:]:
            column.justify, column.no_wrap = "right", True
        table.columns[0].min_width = 24
        # The width of the terminal; in a file, the width that the table needs.
        console = Console(width=None if sys.stdout.isatty() else FILE_WIDTH, markup=False)
        console.print(table)
        return
    widths = [max(map(len, column)) for column in zip(heads, *lines)]
    for line in (heads, ["-" * width for width in widths], *lines):
        first, *rest = (cell.rjust(width) for cell, width in zip(line, widths))
        print("  ".join([line[0].ljust(len(first)), *rest]))
    print(LEGEND)


def write_json(rows: Sequence[Row], effort: Effort, path: Path) -> None:
    """Write all figures, in seconds and bytes, and a description of the machine."""
    report = {
        "machine": machine(),
        "effort": asdict(effort),
        "benchmarks": [
            {
                "name": row.benchmark.name,
                "title": row.benchmark.title,
                "unit": row.benchmark.unit,
                "comparison": "difference" if row.benchmark.is_difference else "ratio",
                "target": row.benchmark.target,
                "met": row.met,
                "threads": {n: asdict(m) for n, m in row.measured.items()},
            }
            for row in rows
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", "utf-8")


def machine() -> dict[str, Any]:
    """What is needed to compare figures of different machines."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": f"{blas.get('name')} {blas.get('version')}",
    }
