"""What a benchmark is: two sides that compute the same, and a limit for the ratio of their times.

How the times are measured, on a machine with other processes:

- A side is timed in blocks of about 30 ms. The number of calls per block is determined once per side.
- A round is four blocks in the order ours, by hand, by hand, ours (and the reverse in the next
  round), so that a drift in the machine's speed affects both sides equally. It gives two ratios, each
  of two consecutive blocks.
- In every round, both sides start from the initial weights, with one call that is not timed.
- The result is the median of all ratios, with the quartiles. No measurement is left out.
- Python's cyclic garbage collector is treated the same for both: it runs before every round, and is
  off during it unless `collector` is set.
"""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Protocol, TypeAlias

import numpy as np

from tinygrad_course import Tensor

Result: TypeAlias = Any
"""What a side returns for comparison: a loss, or a tuple of values and gradients."""

Runner: TypeAlias = Callable[[int], Result]
"""Runs the step a number of times and returns the result of the last one."""

Side: TypeAlias = Callable[[], Runner]
"""Sets up from the initial weights, and returns the runner that is timed."""


class UnequalError(Exception):
    """The two sides of a benchmark don't compute the same, so their times can't be compared."""


@dataclass(frozen=True)
class Effort:
    """How long to measure."""

    block: float = 0.03  # seconds
    rounds: int = 30  # of four blocks each
    seconds: float = 15.0  # a benchmark with slow steps stops after this time (and three rounds)
    collector: bool = False


QUICK = Effort(block=0.01, rounds=3, seconds=3.0)


@dataclass(frozen=True)
class Measurement:
    """The medians of both sides and of their comparison, with the quartiles of the comparison."""

    ours: float
    handwritten: float
    comparison: float
    quartiles: tuple[float, float]
    pairs: int


class Benchmark(Protocol):
    """The interface of benchmarks for the command line and the report."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def target(self) -> float: ...
    @property
    def is_difference(self) -> bool:
        """Whether the comparison is a difference, in the unit, instead of a ratio."""

    @property
    def uses_threads(self) -> bool:
        """Whether the result may depend on the number of BLAS threads."""

    def measure(self, effort: Effort) -> Measurement: ...


@dataclass(frozen=True)
class Contest:
    """A benchmark of time; `target` is the largest acceptable ratio of ours to hand-written.

    `ours_calls` and `handwritten_calls` are the numbers of operations per call, if times are per operation.
    `reference` replaces the hand-written side in the check for equality.
    """

    name: str
    title: str
    target: float
    ours: Side
    handwritten: Side
    ours_calls: int = 1
    handwritten_calls: int = 1
    reference: Side | None = None
    uses_threads: bool = True
    unit: str = "s"
    is_difference: bool = False

    def check(self, times: int = 5, rtol: float = 1e-4) -> None:
        """Run both sides for `times` steps and compare their results after each step.

        Raises: UnequalError if they differ by more than float32 rounding explains.
        """
        ours, theirs = self.ours(), (self.reference or self.handwritten)()
        for step in range(1, times + 1):
            for ours_value, value in zip(_arrays(ours(1)), _arrays(theirs(1)), strict=True):
                scale = float(np.abs(value).max())
                if not np.allclose(ours_value, value, rtol=rtol, atol=rtol * scale):
                    raise UnequalError(
                        f"{self.name}: after step {step} ours has {ours_value} and the "
                        f"hand-written side {value}: they must be equal to be compared"
                    )

    def measure(self, effort: Effort) -> Measurement:
        """Check that both sides are equal and time them alternately."""
        self.check()
        sides = (self.ours, self.handwritten)
        calls = [calls_in(effort.block, side()) for side in sides]
        counted = (calls[0] * self.ours_calls, calls[1] * self.handwritten_calls)
        times: tuple[list[float], list[float]] = ([], [])
        began = perf_counter()
        for round_number in range(effort.rounds):
            if round_number >= 3 and perf_counter() - began > effort.seconds:
                break
            runners = [side() for side in sides]
            for run in runners:
                run(1)
            gc.collect()
            order = (0, 1, 1, 0) if round_number % 2 == 0 else (1, 0, 0, 1)
            for side in order:
                elapsed = seconds(runners[side], calls[side], effort.collector)
                times[side].append(elapsed / counted[side])
        return compare(times[0], times[1])


def compare(
    ours: Sequence[float], handwritten: Sequence[float], is_difference: bool = False
) -> Measurement:
    """The medians of paired measurements and of their ratios (or differences)."""
    pairs = [x - y if is_difference else x / y for x, y in zip(ours, handwritten, strict=True)]
    low, _, high = quantiles(pairs, n=4, method="inclusive") if len(pairs) > 1 else pairs * 3
    return Measurement(median(ours), median(handwritten), median(pairs), (low, high), len(pairs))


def calls_in(block: float, run: Runner) -> int:
    """The number of calls in a block of `block` seconds."""
    run(1)  # warm-up: page faults, caches and specialised bytecode
    calls = 1
    while (elapsed := seconds(run, calls)) < block / 4:
        calls *= 4
    return max(1, round(calls * block / elapsed))


def seconds(run: Runner, calls: int, collector: bool = False) -> float:
    """The time of a number of calls; as in `timeit`, the cyclic collector is off by default."""
    was_enabled = gc.isenabled()
    (gc.enable if collector else gc.disable)()
    try:
        began = perf_counter()
        run(calls)
        return perf_counter() - began
    finally:
        (gc.enable if was_enabled else gc.disable)()


def repeated(step: Callable[[], Result]) -> Runner:
    """The runner of a step that takes long enough for the cost of a call to be negligible."""

    def run(times: int) -> Result:
        for _ in range(times):
            result = step()
        return result

    return run


def take_gradients(leaves: Sequence[Tensor]) -> tuple[Tensor | None, ...]:
    """Return the gradients of the leaves and reset them, since the next pass would add to them."""
    gradients = tuple(leaf.grad for leaf in leaves)
    for leaf in leaves:
        leaf.grad = None
    return gradients


def _arrays(result: Result) -> list[Any]:
    parts = result if isinstance(result, tuple) else (result,)
    return [np.asarray(getattr(part, "data", part)) for part in parts]
