"""Loss and accuracy over the epochs: whether a model learns, how fast, and whether it overfits."""

from __future__ import annotations  # naming what matplotlib has would import it

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tinygrad_course.errors import DrawingError
from tinygrad_course.training import History

from . import style
from .canvas import figure_of, panels
from .line_labels import LineEnd, label_ends

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .canvas import GivenAxes

FEW = 25
"""With at most this many epochs each one is a dot on its line."""


def learning_curve(
    history: History | Mapping[str, History],
    *,
    metrics: Sequence[str] | None = None,
    ax: GivenAxes = None,
) -> Figure:
    """Draw what `fit` returned, a panel for each metric: solid in training, dashed in validation.

    Several runs are compared by name: viz.learning_curve({"SGD": one, "Adam": other}). `metrics` selects
    some of the histories' metrics, such as ["loss"]; `ax` are as many axes.

    Raises: DrawingError if a history has no epoch, or if there is no such metric.

    Source: Deep Learning Specialization, course 2, week 1: bias and variance, from both curves.
    """
    histories = _checked(history)
    parts = (part for one in histories.values() for part in (one.train, one.validation))
    known = list(dict.fromkeys(name for part in parts for name in part))
    chosen = known if metrics is None else list(metrics)
    if not chosen:
        raise DrawingError(f"metrics={metrics}: choose at least one of {', '.join(known)}")
    for metric in chosen:
        if metric not in known:
            raise DrawingError(f"no history has a metric {metric!r}: there are {', '.join(known)}")
    axes = panels(ax, 1, len(chosen), size=(0.6 + 4.0 * len(chosen), 3.2))
    for panel, metric in zip(axes, chosen):
        _draw_metric(panel, metric, histories)
    return figure_of(axes[0])


def _checked(history: History | Mapping[str, History]) -> dict[str, History]:
    """Histories by name; a single one has the name ""."""
    histories = dict(history) if isinstance(history, Mapping) else {"": history}
    if not histories:
        raise DrawingError("give at least one history: what fit(…) returned")
    for name, one in histories.items():
        which = f"history {name!r}" if name else "the history"
        if not isinstance(one, History):
            raise DrawingError(
                f"{which} is a {type(one).__name__}: give the History that fit(…) returned, or several "
                f"by name, {{'SGD': one, 'Adam': other}}"
            )
        if not len(one):
            raise DrawingError(f"{which} has no finished epoch: there is nothing to draw yet")
    return histories


def _draw_metric(ax: Axes, metric: str, histories: Mapping[str, History]) -> None:
    several = len(histories) > 1
    ends = []
    epochs = 1
    for number, (name, history) in enumerate(histories.items()):
        for part, dashed in (("train", False), ("validation", True)):
            values = getattr(history, part).get(metric, [])
            if not values:
                continue
            colour = style.PALETTE[(number if several else int(dashed)) % len(style.PALETTE)]
            steps = range(1, len(values) + 1)
            epochs = max(epochs, len(values))
            ax.plot(
                steps,
                values,
                color=colour,
                linestyle="--" if dashed else "-",
                linewidth=1.8,
                marker="o" if len(values) <= FEW else "",
                markersize=3.5,
                clip_on=False,
                label=" ".join(filter(None, (name, part))),
            )
            ends.append(LineEnd(len(values), values[-1], name or part, colour))
    style.tidy(ax, x="epoch", y=metric)
    _scale(ax, metric, epochs)
    label_ends(ax, ends)
    if several and any(metric in history.validation for history in histories.values()):
        ax.set_title("solid: train, dashed: validation", fontsize=style.SMALL, loc="right")


def _scale(ax: Axes, metric: str, epochs: int) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    round_numbers = MaxNLocator(5, steps=[1, 2, 5, 10], integer=True).tick_values(1, epochs)
    ax.set_xticks(sorted({max(1, int(t)) for t in round_numbers if t <= epochs}))
    ax.set_xlim(1 if epochs > 1 else 0.5, max(epochs, 1.5))
    if metric == "accuracy":
        ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_ylim(ax.get_ylim())  # final from here on
