"""Text of the drawing against what is behind it, which axe does not look at in SVG."""

import pytest

from tests.viz.player.examples import xor_training

# Pairs of what text is painted with and what it stands on: the last outline of its box, and a tint on it.
PAIRS = """
[...document.querySelectorAll("#stage .box, #stage .heading, #stage .chip")].flatMap((box) => {
  const outlines = [...box.querySelectorAll(":scope > .outline, :scope > rect:first-child")];
  const ground = (text) => (text.matches(".symbol, .centred.small") && outlines.length > 1
    ? outlines[0] : outlines[outlines.length - 1]);
  const fill = (element) => getComputedStyle(element).fill;
  const pairs = [...box.querySelectorAll("text, tspan")].filter((text) => text.textContent)
    .map((text) => [fill(text), fill(ground(text)), "", 0, text.textContent]);
  const tinted = box.querySelector(".tinted");
  const tints = tinted ? [...box.querySelectorAll(".plus, .minus")].map((tint) => [fill(tinted),
    fill(outlines[outlines.length - 1]), fill(tint), Number(tint.getAttribute("fill-opacity")), "tint"]) : [];
  return [...pairs, ...tints];
})
"""

ENOUGH = 4.5
"""Source: Web Content Accessibility Guidelines 2.2, success criterion 1.4.3."""


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("moment", [2, 8, 12])
def test_all_text_of_the_drawing_has_enough_contrast(pages, dark, moment):
    step, _ = xor_training()
    page = pages.open(step, steps=2, dark=dark, reduced_motion=True)
    page.press("ArrowRight", moment)
    pairs = page.evaluate(PAIRS)
    assert len(pairs) > 50
    for text, ground, tint, share, words in pairs:
        behind = blended(channels(ground), channels(tint), share) if tint else channels(ground)
        assert contrast(channels(text), behind) >= ENOUGH, (words, text, behind)


def channels(colour):
    """rgb(26, 26, 26) as three numbers from 0 to 1."""
    return [int(x) / 255 for x in colour.removeprefix("rgb(").removesuffix(")").split(",")]


def blended(ground, tint, share):
    return [g + (t - g) * share for g, t in zip(ground, tint)]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear))
