"""report.html: a training on one page, which loads no other file.

What the data is like, how the network learnt, how good it is beside what is had for nothing, and what it got
wrong.
"""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import __version__
from ..data.datasets import Dataset
from ..demo.charts import Series, line_chart
from ..demo.pictures import photo
from ..demo.tables import confusion_table
from ..errors import DrawingError
from ..files.atomic import write_whole
from ..markup import Markup, element, join
from ..nn import Module
from ..ops.activations import sigmoid, softmax
from ..training import History, confusion
from .figures import Figures, Task, shown, unit
from .run_folder import RunFolder

_HEAD = """\
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
"""

_MISTAKES = 24
"""How many are shown, the worst first."""

_MOST_CLASSES = 40
"""Of more classes the confusion matrix does not fit on a page."""


def write_report(
    run: RunFolder,
    table: Dataset,
    task: Task,
    model: Module,
    history: History,
    outputs: NDArray[Any],
    figures: Figures,
    baseline: Figures,
) -> None:
    """Write the page. `outputs` are those of the network for the test rows."""
    sections = [
        _section("data", "The data", _data(table)),
        _section("curves", "How it learnt", _curves(history)),
        _section("figures", "How good it is", _figures(task, table, outputs, figures, baseline)),
        _section("mistakes", "What it got wrong", _mistakes(task, table, outputs)),
        _section("network", "The network", _network(model)),
    ]
    verdict = _verdict(task, figures, baseline)
    write_whole(run.report, _page(f"{table.name}: a trained network", verdict, sections).encode())


def _page(title: str, verdict: Markup, sections: Sequence[Markup]) -> str:
    style = files("tinygrad_course.demo").joinpath("page.css").read_text("utf-8")
    head = join(Markup(_HEAD), element("title", title), element("style", Markup(style)))
    main = element(
        "main",
        element(
            "header",
            element("p", f"tinygrad_course {__version__}", class_="kicker"),
            element("h1", title),
            verdict,
        ),
        *sections,
    )
    return f"<!DOCTYPE html>\n{element('html', element('head', head), element('body', main), lang='en')}\n"


def _section(key: str, title: str, content: Markup) -> Markup:
    heading = element("h2", title, id=f"{key}-heading")
    return element("section", heading, content, id=key, aria_labelledby=f"{key}-heading")


def _verdict(task: Task, figures: Figures, baseline: Figures) -> Markup:
    name = task.goal
    better = figures[name] > baseline[name]
    words = (
        f"On rows that it has never seen, the network has an {name} of {shown(name, figures[name])}"
    )
    beside = (
        "always saying the most frequent class" if task.class_names else "always saying the mean"
    )
    end = f"; {beside} has {shown(name, baseline[name])}."
    if not better:
        end += " So it has learnt nothing that holds for new rows."
    return element("p", words + end, class_="verdict" if better else "verdict bad")


def _data(table: Dataset) -> Markup:
    features = table.feature_names
    facts = [
        ("Source", table.source),
        ("Rows", f"{len(table.y_train):,} for training, {len(table.y_test):,} for testing"),
        ("Inputs", _inputs(table)),
        ("Scaling", table.scaling),
    ]
    if table.class_names:
        counts = np.bincount(table.y_train, minlength=len(table.class_names))
        said = ", ".join(f"{name} ({count:,})" for name, count in zip(table.class_names, counts))
        facts.append(("Classes, with their training rows", said))
    if features is not None and len(features) <= 60:
        facts.append(("Columns of x", ", ".join(features)))
    listed = element("dl", *(join(element("dt", k), element("dd", v)) for k, v in facts))
    if not table.notes:
        return listed
    return join(listed, element("ul", *(element("li", note) for note in table.notes)))


def _inputs(table: Dataset) -> str:
    if table.image_shape is None:
        return f"{table.x_train.shape[1]:,} columns of numbers"
    return (
        f"pictures of {'×'.join(map(str, table.image_shape))}, {table.x_train.shape[1]:,} numbers"
    )


def _curves(history: History) -> Markup:
    charts = []
    for i, name in enumerate(history.train):
        series = [Series("training", history.train[name], "a")]
        if name in history.validation:
            series.append(Series("validation", history.validation[name], "b", True))
        if any(np.isfinite(line.values).any() for line in series) and len(history):
            chart = line_chart(
                f"curve-{i}", name, series, y_label=name, as_percent=name == "accuracy"
            )
            charts.append(element("figure", chart))
    seconds = element("p", f"{len(history)} epochs in {history.seconds:.1f} s.")
    return join(seconds, element("div", *charts, class_="figures"))


def _figures(
    task: Task,
    table: Dataset,
    outputs: NDArray[Any],
    figures: Figures,
    baseline: Mapping[str, float],
) -> Markup:
    rows = [
        element(
            "tr",
            element("th", name, scope="row"),
            element("td", shown(name, value), class_="number"),
            element("td", shown(name, baseline[name]) if name in baseline else "", class_="number"),
        )
        for name, value in figures.items()
    ]
    heads = ("Test rows", "the network", "without one")
    result = element(
        "table",
        element("caption", "Figures of the test rows"),
        element("thead", element("tr", *(element("th", h, scope="col") for h in heads))),
        element("tbody", *rows),
    )
    if not 0 < len(table.class_names) <= _MOST_CLASSES:
        return result
    counts = confusion(outputs, table.y_test).astype(int)
    matrix = confusion_table("Test rows", table.class_names, counts)
    scrolled = element(
        "div", matrix, style="overflow-x: auto", tabindex="0", role="region", aria_label="Confusion"
    )
    return element("div", element("div", result), scrolled, class_="figures")


def _mistakes(task: Task, table: Dataset, outputs: NDArray[Any]) -> Markup:
    if not task.class_names:
        return _worst_numbers(table, outputs)
    shares = sigmoid(outputs) if outputs.ndim == 1 else softmax(outputs)
    if shares.ndim == 1:
        shares = np.stack([1 - shares, shares], axis=1)
    said = shares.argmax(axis=1)
    (wrong,) = np.nonzero(said != table.y_test)
    worst = wrong[np.argsort(-shares[wrong, said[wrong]], kind="stable")]
    if not len(worst):
        return element("p", "No test row.")
    names = table.class_names
    lead = element(
        "p",
        f"{len(wrong):,} of {len(said):,} test rows, the surest first" + _first(len(wrong)) + ".",
    )
    if table.image_shape is not None:
        tiles = [
            element(
                "li",
                element(
                    "img",
                    src=photo(table.x_test[i].reshape(table.image_shape)),
                    alt=f"Test row {i}: is {names[table.y_test[i]]}, said {names[said[i]]}",
                    width=84,
                    height=84,
                ),
                element("small", names[table.y_test[i]], ", said ", element("b", names[said[i]])),
            )
            for i in worst[:_MISTAKES]
        ]
        return join(lead, element("ul", *tiles, class_="gallery"))
    cells = [
        (str(i), names[table.y_test[i]], names[said[i]], f"{100 * shares[i, said[i]]:.1f} %")
        for i in worst[:_MISTAKES]
    ]
    return join(lead, _listed(("Test row", "is", "said", "sure to"), cells))


def _worst_numbers(table: Dataset, outputs: NDArray[Any]) -> Markup:
    preparation = table.preparation
    is_, said = table.y_test, outputs
    if preparation is not None:
        is_, said = preparation.in_units(is_), preparation.in_units(said)
    worst = np.argsort(-np.abs(said - is_), kind="stable")[:_MISTAKES]
    cells = [(str(i), f"{is_[i]:.6g}", f"{said[i]:.6g}", f"{said[i] - is_[i]:+.3g}") for i in worst]
    spread = np.std(table.y_train.astype(np.float64)) * unit(preparation)
    lead = element("p", f"The largest errors; the target has a standard deviation of {spread:.3g}.")
    return join(lead, _listed(("Test row", "is", "said", "off by"), cells))


def _first(count: int) -> str:
    return f"; the first {_MISTAKES} are shown" if count > _MISTAKES else ""


def _listed(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    body = [
        element(
            "tr",
            element("th", first, scope="row"),
            *(element("td", cell) for cell in cells),
        )
        for first, *cells in rows
    ]
    return element(
        "table",
        element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
        element("tbody", *body),
        class_="mistakes",
    )


def _network(model: Module) -> Markup:
    import viz  # it stands above this package, and is needed for drawings alone

    words = element("p", f"{model.num_parameters():,} parameters.")
    try:
        svg = Markup(viz.network(model).svg())
    except DrawingError:
        return join(words, element("pre", repr(model)))
    drawing = element(
        "div", svg, style="overflow-x: auto", tabindex="0", role="region", aria_label="The network"
    )
    return join(words, element("figure", drawing, class_="graph"))
