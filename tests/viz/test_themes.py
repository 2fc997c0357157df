import re
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest

import viz
from tests.viz.graphs import GRAPHS, Block, parameter
from viz import themes
from viz.themes import COLOURS, DARK, DARK_TINTS, LIGHT, LIGHT_TINTS, STEPS, TINTS

WORDS = ("ink", "grey", "gradient", "stretched")
LINES = ("leaf", "constant", "result", "operation", "fold", "frame", "line")


def luminance(colour):
    """Relative luminance of sRGB; source: WCAG 2.2."""
    channels = [c / 255 for c in bytes.fromhex(colour[1:])]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def colours_in(svg):
    """All that is filled or stroked, but for nothing."""
    elements = ElementTree.fromstring(svg).iter()
    values = {e.get(attribute) for e in elements for attribute in ("fill", "stroke")}
    return values - {None, "none", "transparent"}


@pytest.mark.parametrize("theme", COLOURS)
@pytest.mark.parametrize("word", WORDS)
def test_text_stands_out_on_everything_that_it_may_stand_on(theme, word):
    colours = COLOURS[theme]
    grounds = [role for role in colours if role == "page" or role.endswith("fill")]
    for role in grounds:
        assert contrast(colours[word], colours[role]) >= 4.5, role


@pytest.mark.parametrize("theme", COLOURS)
@pytest.mark.parametrize("line", LINES)
def test_lines_stand_out_on_the_page_and_on_what_they_surround(theme, line):
    colours = COLOURS[theme]
    assert contrast(colours[line], colours["page"]) >= 3
    assert contrast(colours[line], colours.get(f"{line} fill", colours["page"])) >= 3


def test_a_colour_stands_for_one_thing_so_that_it_can_be_exchanged():
    everything = [*LIGHT.values(), *LIGHT_TINTS]
    assert len(set(everything)) == len(everything)
    assert set(LIGHT) == set(DARK) == set(COLOURS["print"])
    assert all(
        re.fullmatch("#[0-9a-f]{6}", c) for theme in COLOURS.values() for c in theme.values()
    )


def test_dark_rules_exchange_all_colours_of_a_drawing_that_follows_the_reader():
    rules = themes.dark_rules(".viz-graph")
    block = Block(20)
    with viz.watch():
        watched = np.exp(block(np.ones((20, 20), np.float32)))
    for y in (watched, *(make() for make in GRAPHS.values())):
        for fold in (None, 0):
            for colour in colours_in(viz.draw(y, detail="everything", depth=fold).svg()):
                assert f"[fill='{colour}']" in rules
                assert f"[stroke='{colour}']" in rules


def test_dark_drawings_have_dark_colours_only_and_printed_ones_grey_only():
    y = parameter(np.linspace(-1, 1, 200), "w") * 2.0
    assert colours_in(viz.draw(y, theme="dark").svg()) <= {*DARK.values(), *DARK_TINTS}
    printed = colours_in(viz.draw(y, theme="print").svg())
    assert all(len(set(bytes.fromhex(c[1:]))) == 1 for c in printed - {"white", "black"})


@pytest.mark.parametrize("theme", TINTS)
def test_the_tints_of_a_heat_map_tell_the_sign_and_the_size(theme):
    tints = TINTS[theme]
    assert len(tints) == 2 * STEPS + 1
    assert themes.tint(0, theme) == tints[0]
    assert themes.tint(127, theme) == themes.tint(128, theme) == tints[STEPS]
    assert themes.tint(255, theme) == tints[-1]
    from_zero = [contrast(tints[STEPS], tint) for tint in tints]
    assert from_zero[: STEPS + 1] == sorted(from_zero[: STEPS + 1], reverse=True)
    assert from_zero[STEPS:] == sorted(from_zero[STEPS:])
    assert all(one != other for one, other in combinations(tints, 2))


def test_signs_differ_for_those_who_see_no_red_or_no_green():
    # Blue has more blue than its opposite in each step, which both kinds of dichromats see.
    for tints in (LIGHT_TINTS, DARK_TINTS):
        for n in range(1, STEPS + 1):
            assert int(tints[STEPS + n][5:], 16) > int(tints[STEPS - n][5:], 16)
