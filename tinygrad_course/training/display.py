"""The display of a History in a notebook: its main epochs in a table, and the loss as a line."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..markup import Markup, element

if TYPE_CHECKING:
    from .history import History

WIDTH, HEIGHT, MARGIN = 240.0, 40.0, 3.0
"""The size of the drawing of the loss, in pixels."""


def html(history: "History") -> Markup:
    """The line, the table and the drawing."""
    return element("div", element("p", _about(history)), _table(history), _loss(history))


def best(history: "History") -> int | None:
    """The epoch, from 0, with the lowest loss in validation if there was one, else in training."""
    losses = history.validation.get("loss") or history.train.get("loss") or ()
    finite = [i for i, loss in enumerate(losses) if math.isfinite(loss)]
    return min(finite, key=lambda i: losses[i], default=None)


def _about(history: "History") -> str:
    epochs = f"{len(history)} epoch{'s' * (len(history) != 1)}"
    end = ", interrupted" if history.interrupted else ""
    return f"{epochs} in {history.seconds:.1f} s{end}"


def _table(history: "History") -> Markup | None:
    if not len(history):
        return None
    validation = {f"validation {name}": values for name, values in history.validation.items()}
    figures = {**history.train, **validation, "lr": history.lr}
    # A column that was added by hand may not have a value for each epoch.
    columns = {name: values for name, values in figures.items() if len(values) == len(history)}
    shown = {"first": 0, "best": best(history), "last": len(history) - 1}
    rows = (
        element(
            "tr",
            element("th", f"{epoch + 1}, {_names(shown, epoch)}", scope="row"),
            *(element("td", f"{values[epoch]:.4g}") for values in columns.values()),
        )
        for epoch in sorted({i for i in shown.values() if i is not None})
    )
    heads = (element("th", head, scope="col") for head in ("epoch", *columns))
    return element("table", element("tr", *heads), *rows)


def _names(shown: Mapping[str, int | None], epoch: int) -> str:
    return " and ".join(name for name, i in shown.items() if i == epoch)


def _loss(history: "History") -> Markup | None:
    """The loss over the epochs: a line for training and a dashed one for validation."""
    parts = {"": history.train, "validation ": history.validation}
    lines = {f"{part}loss": columns["loss"] for part, columns in parts.items() if "loss" in columns}
    finite = [value for line in lines.values() for value in line if math.isfinite(value)]
    if len(history) < 2 or not finite:
        return None
    low, high = min(finite), max(finite)
    ranges = "; ".join(f"{name} from {v[0]:.4g} to {v[-1]:.4g}" for name, v in lines.items())
    return element(
        "svg",
        element("title", f"Over the epochs: {ranges}"),
        *(
            element(
                "polyline",
                points=_points(line, low, high),
                fill="none",
                stroke="currentColor",
                stroke_width=1.5,
                stroke_dasharray="2 3" if name != "loss" else None,
            )
            for name, line in lines.items()
        ),
        role="img",
        width=WIDTH,
        height=HEIGHT,
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
    )


def _points(line: Sequence[float], low: float, high: float) -> str:
    across = (WIDTH - 2 * MARGIN) / (len(line) - 1)
    up = (HEIGHT - 2 * MARGIN) / ((high - low) or 1.0)
    return " ".join(
        f"{MARGIN + across * i:.1f},{HEIGHT - MARGIN - up * (value - low):.1f}"
        for i, value in enumerate(line)
        if math.isfinite(value)
    )
