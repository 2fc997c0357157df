"""The command:  python3 run.py bench [--only NAME …] [--threads 1 2] [--quick] [--collector]

Every benchmark runs in a process of its own, once per number of threads: BLAS reads that number when
NumPy is imported, and memory that one benchmark has allocated must not help the next.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from . import elementwise, footprint, pictures, scalars, training
from .contest import QUICK, Benchmark, Effort, Measurement
from .report import Row, print_table, write_json

BENCHMARKS: dict[str, Benchmark] = {
    benchmark.name: benchmark
    for topic in (scalars, training, elementwise, pictures, footprint)
    for benchmark in topic.BENCHMARKS
}
"""All benchmarks, by name."""

THREAD_VARIABLES = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",  # Accelerate, macOS
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks that the arguments name, print the table and write the file."""
    options = parsed(arguments)
    effort = replace(QUICK if options.quick else Effort(), collector=options.collector)
    if options.worker:
        print(json.dumps(asdict(BENCHMARKS[options.only[0]].measure(effort))))
        return 0
    rows = []
    for name in options.only:
        benchmark = BENCHMARKS[name]
        measured = {}
        for threads in options.threads if benchmark.uses_threads else (1,):
            say(f"{name}, {threads} thread{'s' * (threads > 1)} ...")
            measured[threads] = in_own_process(name, threads, options)
        rows.append(Row(benchmark, measured))
    say("")
    print_table(rows, options.threads)
    write_json(rows, effort, options.out)
    print(f"The figures are in {options.out}")
    return 0


def in_own_process(name: str, threads: int, options: argparse.Namespace) -> Measurement:
    """Run one benchmark with this number of BLAS threads."""
    command = [sys.executable, "-m", "benchmarks", "--worker", "--only", name]
    command += ["--quick"] * options.quick + ["--collector"] * options.collector
    limits = dict.fromkeys(THREAD_VARIABLES, str(threads))
    output = subprocess.check_output(
        command, cwd=Path(__file__).parents[1], env=os.environ | limits
    )
    return Measurement(**json.loads(output))


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser("benchmarks", description="Speed and memory, as ratios.")
    parser.add_argument(
        *("--only", "-o"),
        nargs="+",
        choices=BENCHMARKS,
        default=list(BENCHMARKS),
        metavar="NAME",
        help=f"measure only these: {', '.join(BENCHMARKS)}",
    )
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2], help="default: 1 2")
    parser.add_argument("--quick", action="store_true", help="a rough first impression")
    parser.add_argument(
        "--collector", action="store_true", help="leave Python's cyclic collector on"
    )
    parser.add_argument("--out", type=Path, default=Path("out/bench.json"), help="the JSON file")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def say(message: str) -> None:
    """Print progress to stderr; stdout is for the results."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
