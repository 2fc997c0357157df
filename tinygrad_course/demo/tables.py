"""The page's tables: the models, a confusion matrix, a list of mistakes."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from ..markup import Markup, element
from .outcome import Outcome
from .wording import percent, scientific, seconds, thousands


def models_table(outcomes: Sequence[Outcome]) -> Markup:
    """One row per model. On a narrow screen each row becomes a card, hence the explicit roles."""
    heads = ("Model", "Architecture", "Parameters", "Gradients off by", "Train", "Test", "Time")
    rows = [
        element(
            "tr",
            element("th", o.title, _rows_used(o), scope="row", role="rowheader"),
            _cell(heads[1], o.architecture),
            _cell(heads[2], thousands(o.parameters), class_="number"),
            _cell(heads[3], scientific(o.gradient_check.error), class_="number"),
            _cell(heads[4], percent(o.train_accuracy), class_="number"),
            _cell(
                heads[5], element("strong", percent(o.test_accuracy)), _target(o), class_="number"
            ),
            _cell(heads[6], seconds(o.seconds), class_="number"),
            role="row",
        )
        for o in outcomes
    ]
    head = element(
        "tr", *(element("th", h, scope="col", role="columnheader") for h in heads), role="row"
    )
    return element(
        "table",
        element("caption", "The models, in the order of training"),
        element("thead", head, role="rowgroup"),
        element("tbody", *rows, role="rowgroup"),
        class_="models",
        role="table",
    )


def confusion_table(title: str, names: Sequence[str], counts: NDArray[Any]) -> Markup:
    """Rows are the true classes, columns the predicted ones; a zero is shown as a dot."""
    largest_error = max(
        (int(counts[i, j]) for i in range(len(names)) for j in range(len(names)) if i != j),
        default=0,
    )

    def cell(i: int, j: int) -> Markup:
        count = int(counts[i, j])
        fraction = count / max(int(counts[i].sum()), 1) if i == j else count / max(largest_error, 1)
        return element(
            "td",
            str(count) if count else "·",
            class_=("right" if i == j else "wrong") if count else "none",
            style=f"--fraction: {0.1 + 0.4 * fraction:.2f}" if count else None,
        )

    rows = [
        element("tr", element("th", name, scope="row"), *(cell(i, j) for j in range(len(names))))
        for i, name in enumerate(names)
    ]
    head = element(
        "tr", element("td", "is ↓  said →"), *(element("th", n, scope="col") for n in names)
    )
    return element(
        "table",
        element("caption", f"{title}: confusion matrix"),
        element("thead", head),
        element("tbody", *rows),
        class_="confusion pair" if len(names) == 2 else "confusion",
    )


def mistakes_table(outcome: Outcome) -> Markup:
    """The wrongly classified test rows of a data set without pictures."""
    names = outcome.dataset.class_names
    rows = [
        element(
            "tr",
            element("th", str(row), scope="row"),
            element("td", names[outcome.dataset.y_test[row]]),
            element("td", names[outcome.predicted[row]]),
            element("td", percent(outcome.confidence[row]), class_="number"),
        )
        for row in outcome.mistakes
    ]
    head = element(
        "tr", *(element("th", h, scope="col") for h in ("Test row", "is", "said", "sure to"))
    )
    return element(
        "table",
        element("caption", "What it got wrong, the surest first"),
        element("thead", head),
        element("tbody", *rows),
        class_="mistakes",
    )


def _cell(label: str, *children: str, class_: str | None = None) -> Markup:
    return element("td", *children, class_=class_, role="cell", data_label=label)


def _rows_used(outcome: Outcome) -> Markup:
    test_rows = len(outcome.dataset.y_test)
    words = f"{thousands(outcome.train_rows)} rows to learn from, {thousands(test_rows)} to test"
    return element("small", words)


def _target(outcome: Outcome) -> Markup:
    mark = "✓" if outcome.reached_target else "✗ missed"
    return element("small", f"goal {percent(outcome.target, 0)} {mark}")
