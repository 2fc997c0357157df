"""The neurons-and-layers diagram beside the graph, in a browser: both ways, and over a run of training."""

from importlib.resources import files

import numpy as np
import pytest

from tests.viz.player.examples import deep_net, xor_training
from tests.viz.player.pages import all_words, focused, words
from tinygrad_course import nn
from viz.network.lines import THICKEST, THINNEST, kind
from viz.network.wording import number

STEPS = 6

LINES = """
[...document.querySelectorAll("#network .weight")].map((line) => [
  line.dataset.parameter, Number(line.dataset.unit) - 1, Number(line.dataset.from) - 1,
  [...line.classList].filter((name) => !["weight", "is-linked"].includes(name)).join(" "),
  Number(line.getAttribute("stroke-width")), line.querySelector("title").textContent])
"""
LINKED = '[...document.querySelectorAll("#stage .is-linked .name")].map((e) => e.textContent)'


@pytest.fixture
def page(pages):
    step, model = xor_training()
    return pages.open(step, steps=STEPS, network=model, notation="course", reduced_motion=True)


def unit(layer, number):
    return f'#network .unit[data-layer="{layer}"][data-unit="{number}"]'


def linked(page, kind):
    """The layer and number of the marked units; or the layer, number and start of marked lines."""
    return page.evaluate(
        f"[...document.querySelectorAll('#network .{kind}.is-linked')].map(({{ dataset: d }}) =>"
        " [d.layer, d.unit, d.from].filter(Boolean).map(Number))"
    )


def weights_of_run():
    """The parameters before each step and after the last, by training once more."""
    step, model = xor_training()
    run = [model.state_dict()]
    for _ in range(STEPS):
        step()
        run.append(model.state_dict())
    return run


def check_weights(page, run, at):
    """What lines and biases show is what the parameters were, on one scale for the whole run."""
    lines = page.evaluate(LINES)
    assert len(lines) == 12
    for parameter, here, source, classes, width, title in lines:
        weight = float(run[at][parameter][here, source])
        largest = max(float(np.abs(state[parameter]).max()) for state in run)
        assert classes == kind(weight)
        assert width == pytest.approx(max(THICKEST * abs(weight) / largest, THINNEST), rel=0.01)
        assert title.endswith(f" = {number(weight)}")
    biases = [*run[at]["layers.0.bias"], *run[at]["layers.1.bias"]]
    assert all_words(page, "#network .bias") == [number(float(b)) for b in biases]
    said = page.evaluate(f"document.querySelector('{unit(1, 2)}').getAttribute('aria-label')")
    assert said == f"a₂⁽¹⁾: b = {number(float(biases[1]))}, tanh"


def test_the_weights_change_before_ones_eyes(page):
    run = weights_of_run()
    check_weights(page, run, 0)
    page.press("PageDown", 3)
    check_weights(page, run, 3)
    page.press("End")  # the optimiser has made its step
    check_weights(page, run, 4)
    page.press("PageDown", STEPS)
    check_weights(page, run, STEPS)
    page.press("PageUp", STEPS)
    page.press("Home")
    check_weights(page, run, 0)


def test_a_unit_selects_what_its_layer_gives_and_says_what_it_is(page):
    page.click(f"{unit(1, 3)} circle")
    assert words(page, "#selected h3").startswith("a⁽¹⁾ = tanh(z⁽¹⁾)")
    assert page.evaluate(LINKED) == ["z⁽¹⁾", "a⁽¹⁾"]
    assert linked(page, "unit") == [[1, 3]]
    assert sorted(linked(page, "weight")) == [[1, 3, 1], [1, 3, 2]]
    assert words(page, "#network-said").startswith("a₃⁽¹⁾: b = ")
    before = words(page, "#network-said")
    page.press("PageDown")  # it stays selected, and its bias moves
    assert words(page, "#network-said") != before
    page.click(f"{unit(1, 4)} circle")  # another unit of the same layer
    assert words(page, "#selected h3").startswith("a⁽¹⁾ = tanh(z⁽¹⁾)")
    assert linked(page, "unit") == [[1, 4]]
    page.click(f"{unit(1, 4)} circle")
    assert page.evaluate("document.getElementById('selected').hidden")


def test_a_weight_and_a_bias_select_their_leaf(page):
    page.evaluate(  # at its middle it may lie under others
        "document.querySelector('#network .weight[data-layer=\"2\"]').dispatchEvent("
        "new MouseEvent('click', { bubbles: true }))"
    )
    assert words(page, "#selected h3").startswith("W⁽²⁾ leaf")
    assert page.evaluate(LINKED) == ["W⁽²⁾"]
    assert len(linked(page, "weight")) == 1
    page.click(f"{unit(1, 1)} .bias")
    assert words(page, "#selected h3").startswith("b⁽¹⁾ leaf")
    assert linked(page, "weight") == []


def test_beside_a_thin_line_it_is_still_pointed_at(page):
    found = page.evaluate("""
      [...document.querySelectorAll("#network .weight")].map((line) => {
        const { left, top, width, height } = line.getBoundingClientRect();
        const is_down = Number(line.getAttribute("y2")) > Number(line.getAttribute("y1"));
        const [x, y] = [left + 0.12 * width, is_down ? top + 0.12 * height : top + 0.88 * height];
        const at = document.elementFromPoint(x, y + 2.5);
        return at.matches(".weight, .broad");
      })""")
    assert found == [True] * 12


def test_a_heading_selects_its_layer(page):
    page.click('#network .heading[data-layer="2"]')
    assert words(page, "#selected h3").startswith("z⁽²⁾ = squeeze")
    assert len(linked(page, "weight")) == 4
    page.click(f"{unit(0, 1)} circle")
    assert words(page, "#selected h3").startswith("x constant")
    assert len(linked(page, "weight")) == 4  # those that lead from x₁


def test_a_node_of_the_graph_marks_its_layer_and_a_leaf_its_weights(page):
    def click(name):
        key = page.evaluate(
            f"[...document.querySelectorAll('#stage .box')].find((box) => box.querySelector('.name')"
            f".textContent === {name!r}).dataset.key"
        )
        page.click(f'#stage [data-key="{key}"] > .name')

    click("a⁽¹⁾")
    assert linked(page, "unit") == [[1, i] for i in (1, 2, 3, 4)]
    assert len(linked(page, "weight")) == 8
    click("W⁽²⁾")
    assert linked(page, "unit") == []
    assert sorted(linked(page, "weight")) == [[2, 1, i] for i in (1, 2, 3, 4)]
    click("b⁽¹⁾")
    assert page.evaluate("document.querySelectorAll('#network .bias.is-linked').length") == 4
    assert page.evaluate("document.querySelectorAll('#network .has-linked').length") == 0
    page.press("Escape")
    assert page.evaluate("document.querySelectorAll('#network .is-linked').length") == 0


def test_pointing_marks_as_long_as_it_lasts_and_selects_nothing(page):
    def move(selector):
        x, y = page.evaluate(
            f"(() => {{ const r = document.querySelector({selector!r}).getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + 5] })()"
        )
        page.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    move(f"{unit(1, 2)} circle")
    assert page.evaluate(LINKED) == ["z⁽¹⁾", "a⁽¹⁾"]
    assert page.evaluate("document.getElementById('selected').hidden")
    move("#stage .box.leaf .outline")
    assert page.evaluate(LINKED) == []
    assert linked(page, "bias") or linked(page, "weight")
    move("#heading")
    assert page.evaluate("document.querySelectorAll('.is-linked').length") == 0
    assert words(page, "#network-said").startswith("Point at a unit")


def test_the_keyboard_walks_the_units(page):
    page.evaluate(f"document.querySelector('{unit(0, 1)}').focus()")
    page.press("ArrowDown", 3)
    assert words(page, "#network-said").startswith("a₂⁽¹⁾")
    assert page.evaluate(LINKED) == ["z⁽¹⁾", "a⁽¹⁾"]
    page.press("Enter")
    assert words(page, "#selected h3").startswith("a⁽¹⁾")
    assert focused(page) == "u3"
    selected = f"document.querySelector('{unit(1, 2)}').getAttribute('aria-selected')"
    assert page.evaluate(selected) == "true"
    reachable = page.evaluate("document.querySelectorAll('#network .unit[tabindex=\"0\"]').length")
    assert reachable == 1


def test_what_is_folded_is_marked_by_its_fold(pages):
    step, model = xor_training()
    page = pages.open(step, network=model, depth=0)
    page.click(f"{unit(1, 1)} circle")
    assert page.evaluate(LINKED) == ["MLP"]


def test_the_diagram_folds_and_needs_no_more_room_than_a_narrow_page_has(pages):
    step, model = xor_training()
    page = pages.open(step, steps=2, network=model, width=400)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    drawing = page.evaluate("document.querySelector('#network svg').getBoundingClientRect().width")
    assert 280 < drawing < 400
    page.click("#network summary")
    assert not page.evaluate("document.getElementById('network').open")


def test_without_a_network_there_is_no_diagram(pages):
    page = pages.open(deep_net())
    assert page.evaluate("document.getElementById('network').hidden")
    assert page.evaluate("document.getElementById('network').getClientRects().length") == 0


def test_colours_follow_the_choice(page):
    stroke = "getComputedStyle(document.querySelector('#network .positive')).stroke"
    assert page.evaluate(stroke) == "rgb(0, 114, 178)"
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate(stroke) == "rgb(86, 180, 233)"


def test_a_layer_that_is_shortened_shows_the_weights_that_it_shows(pages):
    model = nn.Sequential(nn.Linear(30, 2, rng=0))
    x = np.ones((2, 30), np.float32)
    page = pages.open(lambda: model(x).sum(), network=model)
    page.click(f"{unit(0, 30)} circle")
    assert sorted(linked(page, "weight")) == [[1, 1, 30], [1, 2, 30]]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_no_violation(pages, width, dark):
    axe_core_python = pytest.importorskip("axe_core_python")
    axe = files(axe_core_python).joinpath("axe.min.js").read_text("utf-8")
    step, model = xor_training()
    page = pages.open(step, steps=3, network=model, width=width, dark=dark)
    page.evaluate(axe)
    page.press("ArrowRight", 7)
    page.click(f"{unit(1, 2)} circle")
    found = page.evaluate("axe.run(document).then((result) => result.violations)")
    assert [(f["id"], [node["html"] for node in f["nodes"]]) for f in found] == []
