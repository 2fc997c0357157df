import json
from dataclasses import replace

import pytest

from tests.demo.outcomes import ENVIRONMENT, four_outcomes, without_dot
from tests.pages import Page
from tinygrad_course.demo.report import PICTURES, report
from tinygrad_course.demo.results import results
from tinygrad_course.demo.wording import percent, scientific, thousands


@pytest.fixture(scope="module")
def outcomes():
    return four_outcomes()


@pytest.fixture(scope="module")
def page(outcomes):
    return Page(report(outcomes, ENVIRONMENT))


def test_every_gap_of_the_page_is_filled(outcomes):
    assert "$" not in report(outcomes, ENVIRONMENT)


def test_ids_are_unique_and_references_lead_somewhere(page):
    page.check_anchors()


def test_nothing_is_loaded(page, outcomes):
    assert all(src.startswith("data:image/png;base64,") for src in page.values("src"))
    files = {outcome.graph_file for outcome in outcomes} | {"results.json"}
    assert {href for href in page.values("href") if not href.startswith("#")} == files
    assert not page.all("script") + page.all("link") + page.all("iframe")
    html = report(outcomes, ENVIRONMENT)
    assert "@import" not in html
    assert "url(" not in html


def test_pictures_charts_and_tables_have_text_alternatives(page):
    assert all(image.get("alt") for image in page.all("img"))
    assert all(svg.get("role") == "img" for svg in page.all("svg") if svg.get("class") == "chart")
    assert all(head.get("scope") for head in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))


def test_figures_are_those_of_the_json(page, outcomes):
    for model in json.loads(results(outcomes, ENVIRONMENT))["models"]:
        for figure in (
            percent(model["accuracy"]["test"]),
            percent(model["accuracy"]["train"]),
            scientific(model["gradient_check"]["relative_error"]),
            thousands(model["parameters"]),
            f"{model['curves']['train_cost'][-1]:.3f}",
            f"{model['curves']['validation_cost'][-1]:.3f}",
            model["title"],
            model["data"]["source"],
        ):
            assert figure in page.text


def test_confusion_matrices_hold_the_counts(page, outcomes):
    counts = [c for outcome in outcomes for c in outcome.confusion.ravel().tolist()]
    assert sum(a.get("class") == "none" for a in page.all("td")) == counts.count(0)
    coloured = sum(a.get("class") in ("right", "wrong") for a in page.all("td"))
    assert coloured == len(counts) - counts.count(0)


def test_the_number_of_pictures_of_mistakes_is_limited(page):
    shown = [image for image in page.all("img") if image.get("class") == "ink"]
    assert 0 < len(shown) <= 3 * PICTURES


def test_a_missed_goal_is_at_the_top(outcomes):
    missed = [replace(outcomes[0], target=1.0), *outcomes[1:]]
    verdict = f"a goal was missed. {missed[0].title}: {percent(missed[0].test_accuracy)}."
    assert verdict in Page(report(missed, ENVIRONMENT)).text
    assert "every model reaches its goal" in Page(report(outcomes, ENVIRONMENT)).text


def test_without_drawings_the_page_shows_their_source_and_says_why(outcomes):
    text = Page(report([without_dot(o) for o in outcomes], ENVIRONMENT)).text
    assert text.count("digraph { a -> b }") == 4
    assert "no dot; get <one>" in text


def test_a_perfect_model_has_nothing_to_show(outcomes):
    perfect = []
    for outcome in outcomes:
        sure = 0.0 * outcome.probabilities
        sure[range(len(sure)), outcome.dataset.y_test] = 1
        perfect.append(replace(outcome, probabilities=sure, test_accuracy=1.0))
    assert Page(report(perfect, ENVIRONMENT)).text.count("There is none.") == 3


def test_the_page_says_which_settings_were_chosen_on_the_test_rows(page):
    words = " ".join(page.text.split())
    assert "chosen by comparing test accuracies" in words
    assert "a fresh test set would come out slightly lower" in words
