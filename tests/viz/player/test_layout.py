"""Where things stand in the drawing: nothing on anything else, and nothing out of its place."""

import pytest

from tests.viz.player.examples import deep_net, expression, leaves, xor_training
from tests.viz.player.pages import rectangles


@pytest.mark.parametrize("width", [1280, 400])
def test_no_box_lies_on_another_however_much_is_unfolded(pages, width):
    page = pages.open(deep_net(), width=width)
    for button in ("#fold", "#unfold"):
        page.click(button)
        # The last outline of a box is that of its array, which has the operation in front of it.
        found = rectangles(page, "#stage .box > .outline")
        assert len(found) >= 4
        for i, one in enumerate(found):
            for other in found[i + 1 :]:
                assert not overlap(one, other)


@pytest.mark.parametrize("width", [1280, 400])
def test_a_box_lies_within_the_frames_of_its_modules_and_outside_of_all_others(pages, width):
    page = pages.open(deep_net(), width=width)
    page.click("#unfold")
    frames = rectangles(page, ".frame")
    assert len(frames) == 24  # the net, twelve layers, eleven activations
    found = rectangles(page, "#stage .box > .outline")
    depths = [sum(is_within(box, frame) for frame in frames) for box in found]
    for box in found:
        assert all(is_within(box, frame) or not overlap(box, frame) for frame in frames)
    assert sorted(set(depths)) == [0, 1, 2]  # x, y and the loss; squeeze; what is in a layer


def is_within(one, other):
    return (
        one["left"] > other["left"]
        and one["right"] < other["right"]
        and one["top"] > other["top"]
        and one["bottom"] < other["bottom"]
    )


def overlap(one, other):
    return (
        one["left"] < other["right"]
        and other["left"] < one["right"]
        and one["top"] < other["bottom"]
        and other["top"] < one["bottom"]
    )


@pytest.mark.parametrize("width", [1280, 400])
def test_all_text_of_a_box_is_within_it(pages, width):
    step, _ = xor_training()
    page = pages.open(step, steps=2, width=width)
    page.press("End")
    outside = page.evaluate("""
      [...document.querySelectorAll(".box")].flatMap((box) => {
        const outline = [...box.querySelectorAll(":scope > .outline")].pop().getBoundingClientRect();
        return [...box.querySelectorAll(".value text, .gradient text, .name, .shape")]
          .filter((text) => {
            const { left, right, top, bottom } = text.getBoundingClientRect();
            return left < outline.left - 1 || right > outline.right + 1
              || top < outline.top - 2 || bottom > outline.bottom + 2;
          }).map((text) => text.textContent);
      })""")
    assert outside == []


def test_on_a_narrow_page_data_flows_from_top_to_bottom_and_nothing_sticks_out(pages):
    a, b = leaves(a=0.7, b=-1.3)
    wide = pages.open(a * b)
    narrow = pages.open(expression(*leaves(a=0.7, b=-1.3, c=2.4)), width=400)
    assert direction(wide) == "right"
    assert direction(narrow) == "down"
    page_width = narrow.evaluate("document.documentElement.scrollWidth")
    assert page_width <= 400
    narrow.press("End")
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 400


def direction(page):
    first, last = rectangles(page, ".leaf .outline")[0], rectangles(page, ".result .outline")[-1]
    return (
        "right"
        if last["left"] > first["right"]
        else "down"
        if last["top"] > first["bottom"]
        else ""
    )
