"""``report.html``: the outcomes, put into the page.

The text is in ``page.html``, the style in ``page.css``; this file fills the gaps.
"""

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template

import numpy as np

from ..markup import Markup, element, join
from .charts import Series, error_strip, line_chart, signed_bars
from .outcome import Environment, Outcome
from .pictures import detectors, gallery, template
from .tables import confusion_table, mistakes_table, models_table
from .wording import percent

PICTURES = 24
"""The number of mistakes that are shown at most, per model."""

SHOWN_WEIGHTS = 5
"""The number of weights of each sign that are shown."""

DRAWING_SCALE = 0.75
"""The size of graphs, relative to their own: their text is then as large as the page's small print."""


def report(outcomes: Sequence[Outcome], environment: Environment) -> str:
    """The page, as one HTML document that loads no other file."""
    by_key = {outcome.key: outcome for outcome in outcomes}
    gaps: dict[str, str] = {
        "style": _resource("page.css").strip(),
        **_overview(outcomes),
        **_tumours(by_key["breast_cancer"]),
        **_cats(by_key["cats_logistic"], by_key["cats_deep"]),
        **_digits(by_key["digits"]),
        **_files(outcomes, environment),
    }
    return Template(_resource("page.html")).substitute(gaps)


def _resource(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _overview(outcomes: Sequence[Outcome]) -> Mapping[str, Markup]:
    missed = [outcome for outcome in outcomes if not outcome.reached_target]
    agree = "Every gradient agrees with its numerical counterpart"
    if missed:
        names = "; ".join(f"{o.title}: {percent(o.test_accuracy)}" for o in missed)
        verdict = element("p", f"{agree}, but a goal was missed. {names}.", class_="verdict bad")
    else:
        verdict = element("p", f"{agree}, and every model reaches its goal.", class_="verdict")
    whole = [o for o in outcomes if o.gradient_check.every_parameter]
    sampled = [o for o in outcomes if not o.gradient_check.every_parameter]
    details = [_slopes(o, "one for each parameter") for o in whole]
    details += [_slopes(o, "a random sample") for o in sampled]
    tolerance = max(o.gradient_check.tolerance for o in outcomes)
    return {
        "verdict": verdict,
        "models_table": models_table(outcomes),
        "error_strip": error_strip(
            "gradient-errors", [(o.title, o.gradient_check.error) for o in outcomes], tolerance
        ),
        "gradient_details": element("ul", *details),
    }


def _slopes(outcome: Outcome, directions: str) -> Markup:
    words = f": {outcome.gradient_check.slopes} slopes, {directions}"
    return element("li", element("b", outcome.title), words)


def _tumours(outcome: Outcome) -> Mapping[str, Markup]:
    names = outcome.dataset.feature_names or ()
    weights = outcome.first_weights[0]
    ascending = np.argsort(weights, kind="stable")
    strongest = [*ascending[:SHOWN_WEIGHTS], *ascending[-SHOWN_WEIGHTS:]]
    classes = outcome.dataset.class_names
    return {
        "tumour_costs": _costs("tumour-costs", "Cost", [(outcome, "", "a")]),
        "tumour_weights": signed_bars(
            "tumour-weights",
            "The largest weights on either side",
            [(names[i], float(weights[i])) for i in strongest],
            (classes[0], classes[1]),
        ),
        "tumour_confusion": _confusion(outcome),
        "tumour_mistakes": mistakes_table(outcome),
        "tumour_graph": _graph(outcome),
    }


def _cats(logistic: Outcome, deep: Outcome) -> Mapping[str, Markup]:
    pair = [(logistic, "logistic, ", "b"), (deep, "deep, ", "a")]
    is_ = logistic.dataset.y_test
    (rescued,) = np.nonzero((logistic.predicted != is_) & (deep.predicted == is_))
    (spoilt,) = np.nonzero((logistic.predicted == is_) & (deep.predicted != is_))
    return {
        "depth_pays": join(
            "On pictures never seen, one template is right in ",
            element("strong", percent(logistic.test_accuracy)),
            " of cases, the deep net in ",
            element("strong", percent(deep.test_accuracy)),
            f": {len(logistic.mistakes)} mistakes against {len(deep.mistakes)}, "
            f"in {len(is_)} pictures.",
        ),
        "cat_costs": _costs("cat-costs", "Cost", pair),
        "cat_accuracies": _accuracies("cat-accuracies", "Accuracy", pair),
        "cat_template": template(
            logistic, "The weights of logistic regression as a picture: blurred outlines of cats"
        ),
        "cat_detectors": detectors(deep, 24),
        "rescued_words": _shown(
            len(rescued),
            f"that logistic regression got wrong and the deep net right. "
            f"The other way round there are {len(spoilt)}",
        ),
        "rescued": gallery(deep, rescued[:PICTURES]),
        "cat_mistakes_words": _shown(len(deep.mistakes), "that it got wrong, the surest first"),
        "cat_mistakes": gallery(deep, deep.mistakes[:PICTURES]),
        "cat_logistic_confusion": _confusion(logistic),
        "cat_deep_confusion": _confusion(deep),
        "cat_logistic_graph": _graph(logistic),
        "cat_deep_graph": _graph(deep),
    }


def _digits(outcome: Outcome) -> Mapping[str, Markup]:
    counts = outcome.confusion.copy()
    np.fill_diagonal(counts, 0)
    i, j = np.unravel_index(counts.argmax(), counts.shape)
    names = outcome.dataset.class_names
    most = f". Most often, {counts[i, j]} times, it took a {names[i]} for a {names[j]}"
    words = "that it got wrong, the surest first"
    return {
        "digit_costs": _costs("digit-costs", "Cost", [(outcome, "", "a")]),
        "digit_confusion": _confusion(outcome),
        "digit_mistakes_words": _shown(
            len(outcome.mistakes), words + (most if counts.any() else "")
        ),
        "digit_mistakes": gallery(outcome, outcome.mistakes[:PICTURES]),
        "digit_graph": _graph(outcome),
    }


def _files(outcomes: Sequence[Outcome], environment: Environment) -> Mapping[str, Markup]:
    problem = next((o.graph.problem for o in outcomes if o.graph.svg is None), None)
    links = [element("a", o.graph_file, href=o.graph_file) for o in outcomes]
    sources = list(dict.fromkeys(o.dataset.source for o in outcomes))
    made_with = (
        f"tinygrad_course {environment.version}, Python {environment.python}, "
        f"NumPy {environment.numpy}, {environment.platform}"
    )
    facts = [("Made with", made_with), ("Seed", str(environment.seed))]
    facts += [(o.title, o.training) for o in outcomes]
    facts += [("Data", source) for source in sources]
    return {
        "graph_notice": _missing_dot(problem) if problem else Markup(),
        "graph_links": join(*(join(", " if n else "", link) for n, link in enumerate(links))),
        "command": Markup(f"python -m tinygrad_course demo --seed {environment.seed}"),
        "facts": join(*(join(element("dt", k), element("dd", v)) for k, v in facts)),
    }


def _costs(key: str, title: str, models: Sequence[tuple[Outcome, str, str]]) -> Markup:
    series = []
    for outcome, name, colour in models:
        series.append(Series(f"{name}training", outcome.curves.train_cost, colour))
        series.append(Series(f"{name}validation", outcome.curves.validation_cost, colour, True))
    return line_chart(key, title, series, y_label="cost")


def _accuracies(key: str, title: str, models: Sequence[tuple[Outcome, str, str]]) -> Markup:
    series = []
    for outcome, name, colour in models:
        series.append(Series(f"{name}training", outcome.curves.train_accuracy, colour))
        series.append(Series(f"{name}validation", outcome.curves.validation_accuracy, colour, True))
    return line_chart(key, title, series, y_label="accuracy", as_percent=True)


def _confusion(outcome: Outcome) -> Markup:
    return confusion_table(outcome.title, outcome.dataset.class_names, outcome.confusion)


def _shown(count: int, which: str) -> Markup:
    if not count:
        return Markup("There is none.")
    some = (
        f"{min(count, PICTURES)} of the {count} pictures"
        if count > PICTURES
        else f"The {count} pictures"
    )
    return join(f"{some} {which}.")


def _graph(outcome: Outcome) -> Markup:
    if outcome.graph.svg is None:
        inside = element("pre", outcome.graph.dot)
    else:
        inside = Markup(_scaled(outcome.graph.svg))  # viz has escaped its text
    label = f"Computational graph: {outcome.title}"
    return element("div", inside, class_="drawing", tabindex=0, role="region", aria_label=label)


def _scaled(svg: str) -> str:
    """The drawing with a smaller width and height of its root element, the first two in it."""

    def smaller(found: re.Match[str]) -> str:
        return f'{found[1]}="{DRAWING_SCALE * float(found[2]):.0f}pt"'

    return re.sub(r'\b(width|height)="([\d.]+)pt"', smaller, svg, count=2)


def _missing_dot(problem: str) -> Markup:
    return element(
        "div",
        element("p", "The graphs are shown as their DOT source, because they could not be drawn:"),
        element("pre", problem),
        class_="notice",
    )
