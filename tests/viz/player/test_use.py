"""The page in use: by mouse, by keyboard alone, by a screen reader, on a narrow screen, in the dark."""

import time

import pytest

from tests.viz.player.examples import deep_net, expression, leaves, xor_training
from tests.viz.player.pages import all_words, boxes, focused, words

HOSTILE = '</script><b>&"'


@pytest.fixture
def loss():
    return expression(*leaves(a=0.7, b=-1.3, c=2.4))


def test_the_keyboard_alone_is_enough(pages, loss):
    page = pages.open(loss)
    page.press("End")
    assert words(page, "#heading") == "All gradients"
    page.press("Home")
    assert words(page, "#heading") == "Given"
    page.press("ArrowRight", 2)
    page.press("ArrowLeft")
    assert words(page, "#heading") == "Forward 1 of 4"
    while not focused(page).startswith("i"):
        page.press("Tab")
    first = focused(page)
    page.press("ArrowDown")
    assert focused(page) != first
    page.press("Enter")
    assert words(page, "#selected h3").startswith(words(page, ".is-selected .name"))
    page.press("ArrowRight")  # time goes on, and the focus stays in the drawing
    assert words(page, "#heading") == "Forward 2 of 4"
    assert focused(page).startswith("i")
    page.press("Escape")
    assert page.evaluate("document.getElementById('selected').hidden")


def test_the_slider_goes_where_it_is_set_and_says_where_that_is(pages, loss):
    page = pages.open(loss)
    page.evaluate("document.getElementById('pass-slider').focus()")
    page.press("ArrowRight", 6)
    assert words(page, "#heading") == "Backward 1 of 4"
    said = page.evaluate("document.getElementById('pass-slider').getAttribute('aria-valuetext')")
    assert said == f"Backward 1 of 4: {words(page, '#sentence')}"


def test_it_plays_to_the_end_and_stops_when_it_is_told_to(pages, loss):
    page = pages.open(loss)
    page.evaluate("document.getElementById('speed').value = 4")
    page.press(" ")
    assert words(page, "#pass-play") == "Pause"
    until(page, "Forward 2 of 4")
    page.press(" ")
    assert words(page, "#pass-play") == "Play"
    stopped = words(page, "#heading")
    time.sleep(0.5)
    assert words(page, "#heading") == stopped
    page.click("#pass-play")
    until(page, "All gradients")
    until(page, "Play", "#pass-play")


def until(page, expected, selector="#heading"):
    for _ in range(200):
        if words(page, selector) == expected:
            return
        time.sleep(0.05)
    raise AssertionError(f"{selector} is {words(page, selector)!r}, and not {expected!r}")


def test_a_selected_node_tells_all_about_itself(pages):
    a, b, c = leaves(a=0.7, b=-1.3, c=2.4)
    page = pages.open(lambda: expression(a, b, c))
    page.press("End")
    page.click(".box.result")
    told = dict(zip(all_words(page, "#selected dt"), all_words(page, "#selected dd")))
    assert words(page, "#selected h3").startswith("u = b × c")
    assert told["Formula"] == "z = x ⊙ y"
    assert told["VJP"] == "x̄ = z̄ ⊙ y, ȳ = z̄ ⊙ x"
    assert told["where"] == "z is u, x is b, y is c"
    assert told["Value"] == boxes(page)["u"]["value"][0] == "-3.12"
    assert told["Gradient ∂J/∂u"] == boxes(page)["u"]["gradient"][0]
    assert told["Code"].startswith('u = named("u", b * c)examples.py:')
    assert sorted(all_words(page, ".upstream button")) == ["b", "c"]
    aside = page.evaluate(
        "[...document.querySelectorAll('.box.is-aside .name')].map(e => e.textContent)"
    )
    assert sorted(aside) == ["3", "J", "a", "v", "w"]
    page.click(".upstream button")
    assert words(page, "#selected h3").startswith(("b leaf", "c leaf"))


def test_modules_fold_and_unfold_by_mouse_and_by_keyboard(pages):
    page = pages.open(deep_net())
    assert all_words(page, ".heading .name") == ["MLP"]
    folded = page.evaluate("document.querySelectorAll('.fold').length")
    assert folded == 23  # twelve layers, eleven activations
    page.click(".fold")
    assert all_words(page, ".heading .name") == ["MLP", "layers.0"]
    assert focused(page) == page.evaluate("document.querySelectorAll('.heading')[1].dataset.key")
    page.press("Enter")
    assert all_words(page, ".heading .name") == ["MLP"]
    page.click("#fold")
    assert page.evaluate("document.querySelectorAll('.box').length") == 4  # x, MLP, y, loss
    assert page.evaluate("document.querySelectorAll('.edge').length") == 3
    page.click("#unfold")
    assert page.evaluate("document.querySelectorAll('.fold').length") == 0
    assert (
        page.evaluate("document.querySelectorAll('.box').length") == 51
    )  # 25 results, 24 leaves, x, y


def test_a_folded_module_takes_one_step_and_no_moment_is_lost(pages):
    page = pages.open(deep_net(), depth=0)
    page.press("ArrowRight")
    assert words(page, "#sentence") == "MLP computes v₂₄, of shape (8,)."
    page.press("End")
    page.press("ArrowLeft")
    assert words(page, "#heading") == "Backward 2 of 2"
    page.click("#unfold")
    assert words(page, "#heading") == "Backward 25 of 25"  # the same moment
    page.press("ArrowLeft")
    page.click("#fold")
    assert words(page, "#heading") == "Backward 2 of 2"


def test_colours_follow_the_system_and_the_choice(pages, loss):
    page = pages.open(loss, dark=True)
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(18, 18, 18)"
    page.evaluate(
        "(() => { const s = document.getElementById('theme'); s.value = 'light';"
        " s.dispatchEvent(new Event('change')) })()"
    )
    assert page.evaluate(background) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("reduced", [False, True])
def test_nothing_moves_for_people_who_asked_for_that(pages, loss, reduced):
    page = pages.open(loss, reduced_motion=reduced)
    page.press("ArrowRight")
    moving = page.evaluate("document.getAnimations().length")
    assert (moving == 0) == reduced


def test_names_are_shown_as_they_are(pages):
    a, b, c = leaves(a=0.7, b=-1.3, c=2.4)
    a.name = HOSTILE
    page = pages.open(expression(a, b, c))
    assert HOSTILE in boxes(page)
    assert page.evaluate("document.querySelectorAll('b').length") == page.evaluate(
        "document.querySelectorAll('.rule b').length"
    )


def test_a_screen_reader_hears_the_steps_and_walks_the_graph(pages, loss):
    page = pages.open(loss)
    assert (
        page.evaluate("document.getElementById('sentence').getAttribute('aria-live')") == "polite"
    )
    page.press("ArrowRight")
    assert words(page, "#sentence") == "u = b × c = (-1.3) × 2.4 = -3.12"
    assert boxes(page)["u"]["label"] == "u, result of multiply, value -3.12"
    assert boxes(page)["J"]["label"] == "J, result of multiply, not computed yet"
    tree = page.ask("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in tree if not node["ignored"]]
    assert roles.count("treeitem") == 8
    assert roles.count("slider") == 1


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_no_violation(pages, width, dark):
    step, _ = xor_training()
    page = pages.open(step, steps=3, width=width, dark=dark)
    page.press("ArrowRight", 7)
    page.click(".box.leaf")
    assert page.violations() == []
