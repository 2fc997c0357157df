"""The page's charts, as inline SVG.

Colours are CSS variables, so that a chart follows the page's dark mode. Series differ in their dashes as well
as in colour, and the important figures are beside them as text.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..markup import Markup, element, join
from .wording import scientific

WIDTH = 460.0
_LEFT, _RIGHT, _BOTTOM = 46.0, 14.0, 44.0
_LEGEND_ROW = 20.0


class Series(NamedTuple):
    """One line of a chart. `colour` is "a" or "b"; validation is dashed."""

    label: str
    values: Sequence[float]
    colour: str
    dashed: bool = False


def line_chart(
    key: str, title: str, series: Sequence[Series], *, y_label: str, as_percent: bool = False
) -> Markup:
    """Values over the epochs 1, 2, 3, …; `as_percent` shows fractions as percentages, up to 100 %.

    Units: lengths are in SVG user units, close to CSS pixels on a wide screen.
    """
    top = 10.0 + _LEGEND_ROW * math.ceil(len(series) / 2) + 26.0
    height = top + 190.0 + _BOTTOM
    values = [value for line in series for value in line.values if math.isfinite(value)]
    epochs = max(len(line.values) for line in series)
    ticks = _ticks(min(values), 1.0) if as_percent else _ticks(0.0, max(values))
    low, high = (ticks[0], 1.0) if as_percent else (ticks[0], max(ticks[-1], max(values)))

    def x(epoch: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (epoch - 1) / max(epochs - 1, 1)

    def y(value: float) -> float:
        return height - _BOTTOM - (height - _BOTTOM - top) * (value - low) / ((high - low) or 1)

    parts = [_legend(series, as_percent)]
    for tick in ticks:
        parts.append(_line(_LEFT, y(tick), WIDTH - _RIGHT, y(tick), "grid"))
        label = f"{100 * tick:.0f}%" if as_percent else f"{tick:g}"
        parts.append(_words(label, _LEFT - 8, y(tick) + 4, "end"))
    for epoch in _epoch_ticks(epochs):
        parts.append(_words(str(epoch), x(epoch), height - _BOTTOM + 18, "middle"))
    parts.append(_words("epoch", (x(1) + x(epochs)) / 2, height - 8, "middle"))
    parts.append(_words(y_label, _LEFT, top - 12, "start"))
    for line in series:
        points = [(x(i), y(v)) for i, v in enumerate(line.values, 1) if math.isfinite(v)]
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
        parts.append(element("polyline", points=path, class_=_style(line)))
        parts.append(element("circle", cx=points[-1][0], cy=points[-1][1], r=3, class_=line.colour))
    spoken = "; ".join(
        f"{line.label}: from {_number(line.values[0], as_percent)} to {_number(line.values[-1], as_percent)}"
        for line in series
    )
    return _svg(key, title, f"{title}. Over {epochs} epochs, {spoken}.", height, parts)


def error_strip(key: str, errors: Sequence[tuple[str, float]], tolerance: float) -> Markup:
    """Relative errors on a logarithmic axis, with the tolerance to the left of which they must be."""
    row, top, left = 30.0, 34.0, 214.0
    height = top + row * len(errors) + 34.0
    low = min(-14, *(math.floor(math.log10(max(e, 1e-16))) for _, e in errors))
    high = math.ceil(math.log10(tolerance)) + 2

    def x(error: float) -> float:
        fraction = (math.log10(max(error, 10.0**low)) - low) / (high - low)
        return left + (WIDTH - left - 24) * min(fraction, 1.0)

    parts = []
    for exponent in range(low, high + 1, 2):
        at = x(10.0**exponent)
        parts.append(_line(at, top - 8, at, height - 30, "grid"))
        label = scientific(10.0**exponent).removeprefix("1×")
        parts.append(_words(label, at, height - 12, "middle"))
    limit = x(tolerance)
    parts.append(_line(limit, top - 14, limit, height - 30, "limit"))
    parts.append(_words("limit", limit, top - 20, "middle"))
    for i, (label, error) in enumerate(errors):
        at = top + row * (i + 0.5)
        parts.append(_words(label, left - 16, at + 4, "end", class_="strong"))
        parts.append(element("circle", cx=x(error), cy=at, r=5, class_="a"))
        parts.append(_words(scientific(error), x(error) + 10, at + 4, "start"))
    spoken = "; ".join(f"{label}: {scientific(error)}" for label, error in errors)
    description = (
        f"Relative errors of the gradients; the limit is {scientific(tolerance)}. {spoken}."
    )
    return _svg(key, "Relative errors of the gradients", description, height, parts)


def signed_bars(
    key: str, title: str, bars: Sequence[tuple[str, float]], ends: tuple[str, str]
) -> Markup:
    """Labelled bars to the left (negative) and to the right (positive) of a common axis.

    `ends` says what the two directions mean.
    """
    row, top, left = 24.0, 34.0, 172.0
    height = top + row * len(bars) + 8.0
    middle = (left + WIDTH) / 2
    unit = (WIDTH - left - 84) / 2 / (max((abs(value) for _, value in bars), default=1.0) or 1.0)
    parts = [
        _words(f"← {ends[0]}", middle - 12, 16, "end", class_="strong"),
        _words(f"{ends[1]} →", middle + 12, 16, "start", class_="strong"),
    ]
    for i, (label, value) in enumerate(bars):
        at = top + row * i
        length = abs(value) * unit
        start, colour = (middle, "a") if value > 0 else (middle - length, "b")
        parts.append(_words(label, left - 12, at + 14, "end"))
        parts.append(
            element("rect", x=start, y=at + 3, width=length, height=row - 8, class_=f"bar {colour}")
        )
        beside, anchor = (
            (middle + length + 6, "start") if value > 0 else (middle - length - 6, "end")
        )
        parts.append(_words(_signed(value), beside, at + 14, anchor))
    parts.append(_line(middle, top - 6, middle, height, "axis"))
    spoken = ", ".join(f"{label} {_signed(value)}" for label, value in bars)
    return _svg(key, title, f"{title}: {spoken}.", height, parts)


def _svg(key: str, title: str, description: str, height: float, parts: Sequence[Markup]) -> Markup:
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", description, id=f"{key}-desc"),
        join(*parts),
        class_="chart",
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
    )


def _legend(series: Sequence[Series], as_percent: bool) -> Markup:
    parts = []
    for i, line in enumerate(series):
        x, y = _LEFT + (i % 2) * 208.0, 12.0 + (i // 2) * _LEGEND_ROW
        parts.append(_line(x, y, x + 26, y, _style(line)))
        parts.append(
            element(
                "text",
                line.label,
                element("tspan", _number(line.values[-1], as_percent), dx=6, class_="strong"),
                x=x + 34,
                y=y + 4,
            )
        )
    return join(*parts)


def _style(line: Series) -> str:
    return f"line {line.colour}" + (" dashed" if line.dashed else "")


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> Markup:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=style)


def _words(text: str, x: float, y: float, anchor: str, class_: str | None = None) -> Markup:
    return element("text", text, x=x, y=y, text_anchor=anchor, class_=class_)


def _number(value: float, as_percent: bool) -> str:
    return f"{100 * value:.1f}%" if as_percent else f"{value:.3f}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers that cover [low, high]; the last may be less than a step below high."""
    span = (high - low) or 1.0
    magnitude = 10.0 ** math.floor(math.log10(span))
    step = next(s * magnitude for s in (0.1, 0.2, 0.5, 1.0, 2.0) if span / (s * magnitude) <= 5)
    first, last = math.floor(low / step + 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def _epoch_ticks(epochs: int) -> list[int]:
    """1, and round numbers after it."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**9) if epochs / s <= 6)
    return [1, *(e for e in range(step, epochs + 1, step) if e > 1)]
