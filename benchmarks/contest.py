"""What a benchmark is: two sides that do the same, and a limit for the ratio of their times.

How the times are taken, on a machine that does other things as well:

- A side is timed in blocks of some 30 ms: as many calls as that takes, counted once a side.
- A round is four blocks in the order ours, by hand, by hand, ours (and the reverse in the next
  round), so that a drift in the machine's speed falls on both sides alike. It gives two ratios,
  each of two blocks that were neighbours in time.
- Both sides start every round anew from the initial weights, with one call that is not timed.
- The result is the median of all ratios, with the quartiles. No measurement is left out.
- Python's cyclic garbage collector is treated the same for both: it runs before every round, and
  stays off during it unless one asks for it.
"""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Protocol, TypeAlias

import numpy as np

from tinygrad_course import Tensor

Evidence: TypeAlias = Any
"""What a side hands out for comparison: a loss, or a tuple of values and gradients."""

Runner: TypeAlias = Callable[[int], Evidence]
"""Does its work so many times and returns the evidence of the last time."""

Side: TypeAlias = Callable[[], Runner]
"""Sets up from the initial weights; what it returns is what is timed."""


class UnequalError(Exception):
    """The two sides of a benchmark don't compute the same, so that their times mean nothing."""


@dataclass(frozen=True)
class Effort:
    """How long to measure: blocks of so many seconds, in so many rounds of four."""

    block: float = 0.03
    rounds: int = 30
    seconds: float = 15.0  # a benchmark with slow steps stops after this time (and three rounds)
    collector: bool = False


QUICK = Effort(block=0.01, rounds=3, seconds=3.0)


@dataclass(frozen=True)
class Measurement:
    """Medians of both sides and of what they compare to, with the quartiles of the latter."""

    ours: float
    handwritten: float
    comparison: float
    quartiles: tuple[float, float]
    pairs: int


class Benchmark(Protocol):
    """What the command line and the report need to know of any benchmark."""

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
        """Whether ours is compared by subtracting, in the unit, rather than as a ratio."""

    @property
    def uses_threads(self) -> bool:
        """Whether the number of BLAS threads can make a difference."""

    def measure(self, effort: Effort) -> Measurement: ...


@dataclass(frozen=True)
class Contest:
    """A benchmark of time; `target` is the largest ratio, ours to hand-written, that will do.

    `ours_calls` and `handwritten_calls` say how many of the things that are counted one call does.
    `witness` takes the place of the hand-written side where equality is checked.
    """

    name: str
    title: str
    target: float
    ours: Side
    handwritten: Side
    ours_calls: int = 1
    handwritten_calls: int = 1
    witness: Side | None = None
    uses_threads: bool = True
    unit: str = "s"
    is_difference: bool = False

    def check(self, times: int = 5, rtol: float = 1e-4) -> None:
        """Run both sides `times` steps and compare what they hand out after each one.

        Raises: UnequalError if they differ by more than float32 rounding explains.
        """
        ours, theirs = self.ours(), (self.witness or self.handwritten)()
        for step in range(1, times + 1):
            found, expected = _arrays(ours(1)), _arrays(theirs(1))
            for ours_value, value in zip(found, expected, strict=True):
                scale = float(np.abs(value).max())
                if not np.allclose(ours_value, value, rtol=rtol, atol=rtol * scale):
                    raise UnequalError(
                        f"{self.name}: after step {step} ours has {ours_value} and the "
                        f"hand-written side {value}: they must be equal to be compared"
                    )

    def measure(self, effort: Effort) -> Measurement:
        """Check that both sides are equal and time them in turns."""
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
    """How many calls fill a block of so many seconds."""
    run(1)  # warm: page faults, caches and specialised bytecode
    calls = 1
    while (elapsed := seconds(run, calls)) < block / 4:
        calls *= 4
    return max(1, round(calls * block / elapsed))


def seconds(run: Runner, calls: int, collector: bool = False) -> float:
    """The time of so many calls; as in `timeit`, the cyclic collector is off unless asked for."""
    was_enabled = gc.isenabled()
    (gc.enable if collector else gc.disable)()
    try:
        began = perf_counter()
        run(calls)
        return perf_counter() - began
    finally:
        (gc.enable if was_enabled else gc.disable)()


def repeated(step: Callable[[], Evidence]) -> Runner:
    """The runner of a step that is long enough for the cost of a call not to matter."""

    def run(times: int) -> Evidence:
        for _ in range(times):
            evidence = step()
        return evidence

    return run


def take_gradients(leaves: Sequence[Tensor]) -> tuple[Tensor | None, ...]:
    """The gradients of the leaves, which have none afterwards: the next pass would add to them."""
    gradients = tuple(leaf.grad for leaf in leaves)
    for leaf in leaves:
        leaf.grad = None
    return gradients


def _arrays(evidence: Evidence) -> list[Any]:
    parts = evidence if isinstance(evidence, tuple) else (evidence,)
    return [np.asarray(getattr(part, "data", part)) for part in parts]
