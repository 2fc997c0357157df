"""Schedules that rise again: the cosine with restarts, and one cycle of rate and momentum."""

import math

from ..errors import SettingError
from ..nn.settings import truth, whole
from .schedules import Cycle, Schedule, registered
from .settings import fraction, not_negative


@registered("cosine_restarts(3)")
def cosine_restarts(cycles: int, growth: float = 1.0, final: float = 0.0) -> Schedule:
    """s(t) = final + (1 − final) (1 + cos πu) / 2,  with u the share of the cycle that is done

    Training is cut into `cycles`, each `growth` times as long as the one before.

    Raises: SettingError unless cycles is a whole number above 0, growth ≥ 1 and 0 ≤ final ≤ 1.

    Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017, equation 5.
    """
    number, last = whole("cycles", cycles, least=1), fraction("final", final)
    ratio = not_negative("growth", growth)
    if ratio < 1:
        raise SettingError(f"growth={growth!r}: must be at least 1")
    lengths = [ratio**i for i in range(number)]
    starts = [sum(lengths[:i]) / sum(lengths) for i in range(number + 1)]

    def schedule(progress: float) -> float:
        # t = k / T is rounded: a step at the start of a cycle is in that cycle.
        slack = 4 * math.ulp(1.0)
        i = max((i for i in range(number) if starts[i] <= progress + slack), default=0)
        done = max(0.0, (progress - starts[i]) / (starts[i + 1] - starts[i]))
        return last + (1 - last) * (1 + math.cos(math.pi * min(done, 1.0))) / 2

    return schedule


@registered("one_cycle()")
def one_cycle(
    pct_start: float = 0.3,
    anneal_strategy: str = "cos",
    cycle_momentum: bool = True,
    base_momentum: float = 0.85,
    max_momentum: float = 0.95,
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
    three_phase: bool = False,
) -> Schedule:
    """s rises from 1 / div_factor to 1 at `pct_start`, and falls to 1 / (div_factor · final_div_factor)

    The optimizer's lr is the largest rate. With `cycle_momentum` the momentum does the opposite: it falls
    from max_momentum to base_momentum, and rises again. With `three_phase` s is back at 1 / div_factor after
    2 · pct_start, and falls from there. In each phase the way from a to b is
    b + (a − b) (1 + cos πu) / 2, or with anneal_strategy="linear" a + (b − a) u.

    Names and defaults are PyTorch's, in its order from pct_start on.

    Raises: SettingError for shares outside (0, 1), momenta outside [0, 1) and factors below 1.

    Source: Smith, Topin, "Super-convergence: very fast training of neural networks using large learning
    rates", 2018.
    """
    start = fraction("pct_start", pct_start)
    if not 0 < start < (0.5 if truth("three_phase", three_phase) else 1):
        most = "0.5 with three_phase=True" if three_phase else "1"
        raise SettingError(f"pct_start={pct_start!r}: must be above 0 and below {most}")
    if anneal_strategy not in ("cos", "linear"):
        raise SettingError(f"anneal_strategy={anneal_strategy!r}: must be 'cos' or 'linear'")
    low = 1 / _at_least_1("div_factor", div_factor)
    end = low / _at_least_1("final_div_factor", final_div_factor)
    base = not_negative("base_momentum", base_momentum, below=1)
    top = not_negative("max_momentum", max_momentum, below=1)
    way = _cosine if anneal_strategy == "cos" else _line
    points, rates, momenta = [0.0, start, 1.0], [low, 1.0, end], [top, base, top]
    if three_phase:
        points, rates, momenta = (
            [0.0, start, 2 * start, 1.0],
            [low, 1.0, low, end],
            [top, base, top, top],
        )

    def along(values: list[float]) -> Schedule:
        def value(progress: float) -> float:
            i = next(
                i for i in range(1, len(points)) if progress <= points[i] or i == len(points) - 1
            )
            share = (progress - points[i - 1]) / (points[i] - points[i - 1])
            return way(values[i - 1], values[i], min(share, 1.0))

        return value

    if not truth("cycle_momentum", cycle_momentum):
        return along(rates)
    return Cycle(along(rates), along(momenta))


def _cosine(a: float, b: float, share: float) -> float:
    return b + (a - b) * (1 + math.cos(math.pi * share)) / 2


def _line(a: float, b: float, share: float) -> float:
    return a + (b - a) * share


def _at_least_1(name: str, value: float) -> float:
    found = not_negative(name, value)
    if found < 1:
        raise SettingError(f"{name}={value!r}: must be at least 1")
    return found
