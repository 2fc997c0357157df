"""Every number that the page shows, in every step, is the engine's and the chain rule's."""

import re

import numpy as np
import pytest

from tests.viz.player.examples import expression, leaves, named, xor_training
from tests.viz.player.pages import all_words, boxes, words
from tinygrad_course.inspect import nodes
from viz import text

NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"


class ByHand:
    """J = 3 a (a + b c) by the chain rule, in the order of the graph; as the page writes numbers."""

    def __init__(self, a, b, c):
        u, v = b * c, a + b * c
        w = a * v
        self.values = {"a": a, "b": b, "c": c, "u": u, "v": v, "w": w, "J": 3 * w}
        self.contributions = {  # by operation: gradient, local derivative, for each operand
            "J": {"w": (1.0, 3.0)},
            "w": {"a": (3.0, v), "v": (3.0, a)},
            "v": {"a": (3 * a, 1.0), "u": (3 * a, 1.0)},
            "u": {"b": (3 * a, c), "c": (3 * a, b)},
        }

    def received(self, operations):
        """The contributions that each value has received once these operations have run backward."""
        contributions = {name: [] for name in self.values} | {"J": [1.0]}
        for operation in operations:
            for to, (g, local) in self.contributions[operation].items():
                contributions[to].append(g * local)
        return contributions


@pytest.mark.parametrize(("a", "b", "c"), [(0.7, -1.3, 2.4), (-0.7, 1.3, 2.4)])
def test_every_number_of_a_known_graph_is_right_in_every_step(pages, a, b, c):
    loss = expression(*leaves(a=a, b=b, c=c))
    by_hand = ByHand(a, b, c)
    page = pages.open(loss)
    order = [node.name for node in nodes(loss) if node.primitive is not None]
    assert order == ["u", "v", "w", "J"]
    steps = [("Given", None)]
    steps += [(f"Forward {i + 1} of 4", name) for i, name in enumerate(order)]
    steps += [("Start of the backward pass", "J")]
    steps += [(f"Backward {i + 1} of 4", name) for i, name in enumerate(reversed(order))]
    steps += [("All gradients", None)]
    for i, (heading, active) in enumerate(steps):
        assert words(page, "#heading") == heading
        computed = ["a", "b", "c", *order[: min(i, 4)]]
        received = by_hand.received(order[::-1][: max(0, i - 5)])
        if i < 5:
            received["J"] = []
        shown = boxes(page)
        assert shown.keys() == {"3", *by_hand.values}
        for name, value in by_hand.values.items():
            assert shown[name]["value"] == ([text.number(value)] if name in computed else [])
            assert shown[name]["gradient"] == as_sum(received[name])
            assert shown[name]["isActive"] == (name == active)
        if heading.startswith("BackwardPass"):
            check_backward_step(page, active, by_hand.contributions[active])
        assert set(shown_numbers(page)) <= known_numbers(by_hand, computed, received, active)
        page.press("ArrowRight")
    assert words(page, "#heading") == "All gradients"  # it stays at the end


def as_sum(contributions):
    """1.7, or 0.5 + 1.2 = 1.7 where ways have met."""
    if len(contributions) < 2:
        return [text.number(x) for x in contributions]
    terms = " + ".join(map(text.number, contributions)).replace("+ -", "− ")
    return [f"{terms} = {text.number(sum(contributions))}"]


def check_backward_step(page, operation, contributions):
    """What is written on the edges, in the sentence and in the panel."""
    written = {to: factors(g, local) for to, (g, local) in contributions.items()}
    assert sorted(all_words(page, ".chip")) == sorted(written.values())
    sentence = words(page, "#sentence")
    for to, product in written.items():
        assert f"{product} to {to}" in sentence
    cards = page.evaluate(
        """[...document.querySelectorAll("#step .card")].map((card) =>
        [card.querySelector("h3").textContent, [...card.querySelector(".equation")
          .querySelectorAll(".numbers svg")].map((e) => e.textContent)])"""
    )
    assert {title.removeprefix("to "): numbers for title, numbers in cards if title != "to 3"} == {
        to: [text.number(x) for x in (g, local, g * local)]
        for to, (g, local) in contributions.items()
    }


def factors(g, local):
    shown = (f"({x})" if x.startswith("-") else x for x in map(text.number, (g, local)))
    return f"{' × '.join(shown)} = {text.number(g * local)}"


def shown_numbers(page):
    """All that looks like a number in the drawing, the sentence and the panel, but for formulas."""
    return re.findall(NUMBER, " ".join(all_words(page, "#stage text, #sentence, #step .number")))


def known_numbers(by_hand, computed, received, active):
    """Every number that may be shown in a step."""
    known = [by_hand.values[name] for name in computed]
    for contributions in received.values():
        known += contributions + [sum(contributions[: i + 1]) for i in range(len(contributions))]
    for g, local in by_hand.contributions.get(active, {}).values():
        known += [g, local, g * local]
    return {"3", *map(text.number, known)} | {text.number(abs(x)) for x in known}


def test_every_number_of_a_run_of_training_is_right(pages):
    step, _ = xor_training()
    again, twin = xor_training()
    page = pages.open(step, steps=4)
    page.press("End")
    for i in range(4):
        if i:
            page.press("PageDown")
        loss = again()
        shown = boxes(page)
        assert (
            words(page, "#training-said")
            == f"Training step {i + 1} of 4, loss {text.number(loss.item())}"
        )
        assert words(page, "#heading") == "Update"
        for path, parameter in twin.named_parameters():
            assert shown[path]["value"] == lines(parameter)  # what the optimiser made of them
            assert shown[path]["gradient"] == lines(parameter.grad)
        for node in nodes(loss):
            if node.name and node.primitive is not None:
                assert shown[node.name]["value"] == lines(node.value)
    page.press("Home")  # of the same step: the weights before the optimiser moved them
    assert words(page, "#heading") == "Given"
    twin_before = xor_training()
    for _ in range(3):
        twin_before[0]()
    for path, parameter in twin_before[1].named_parameters():
        assert boxes(page)[path]["value"] == lines(parameter)


def lines(array):
    return list(text.array(np.asarray(getattr(array, "_data", array))))


def test_a_stretched_operand_gets_the_sum_of_what_flows(pages):
    x, b = leaves(x=[[1.0, 2.0], [3.0, 4.0]], b=[0.5, -0.5])
    loss = named("L", (x * b).sum())
    page = pages.open(loss)
    page.press("ArrowRight", 5)
    assert words(page, "#heading") == "Backward 2 of 2"
    assert boxes(page)["b"]["gradient"] == lines(np.array([4.0, 6.0]))
    remarks = all_words(page, "#step .remark")
    assert "Summed over axis 0, along which b was repeated." in remarks
    assert "Σ = [4.0 6.0]" in all_words(page, ".chip")


def test_large_arrays_have_shapes_and_pictures_instead_of_numbers(pages):
    (w,) = leaves(w=np.linspace(-1, 1, 100).reshape(10, 10))
    page = pages.open(named("L", (np.tanh(w) * w).sum()))
    page.press("End")
    assert boxes(page)["w"]["value"] == []
    assert len(page.evaluate("[...document.querySelectorAll('[data-key=i0] .value rect')]")) == 80
    page.press("ArrowLeft")
    assert all_words(page, ".chip") == ["(10, 10)"]
    assert "1 − z²" in words(page, ".rule")


def test_after_a_hook_the_gradient_is_what_the_hook_made_of_it(pages):
    (w,) = leaves(w=2.0)
    w.register_hook(lambda g: g * 10)
    page = pages.open(named("L", w * 3.0))
    page.press("End")
    assert boxes(page)["w"]["gradient"] == ["30.0"]


def test_a_gradient_that_is_not_known_is_not_shown(pages):
    (w,) = leaves(w=np.ones(100))
    loss = named("L", (w * w).sum())
    loss.backward()
    page = pages.open(loss)
    page.press("End")
    shown = page.evaluate("document.querySelectorAll('[data-key=i0] .gradient text').length")
    assert shown == 0
    assert "before loss.backward()" in words(page, "#notes")


def test_numbers_that_are_none_are_shown_as_well(pages):
    (w,) = leaves(w=[0.0, -1.0, np.inf])
    (nothing,) = leaves(nothing=np.zeros((0, 3)))
    (large,) = leaves(large=np.full((10, 10), np.nan))
    with np.errstate(all="ignore"):
        page = pages.open(named("L", np.log(w).sum() + nothing.sum() + large.sum()))
    for _ in range(20):
        page.press("ArrowRight")
    shown = boxes(page)
    assert shown["w"] | {"label": ""} == {
        "value": ["[0.0  -1.0  inf]"],
        "gradient": ["[inf  -1.0  0.0]"],
        "isActive": False,
        "label": "",
    }
    assert shown["nothing"]["value"] == ["[]"]
    assert page.evaluate("document.querySelectorAll('.box .value .nan').length") == 80
