import re

import pytest

from tests.viz.network.parsed import SVG, network
from tinygrad_course import nn
from viz.network.style import css
from viz.themes import COLOURS, DARK, LIGHT


@pytest.mark.parametrize("theme", COLOURS)
def test_rules_reach_only_drawings_of_their_theme(theme):
    root = network(nn.Linear(2, 1), theme=theme)
    assert root.get("class") == f"viz-network {theme}"
    style = root.findtext(f"{SVG}style")
    assert style == css(theme)
    selectors = re.findall(r"^(\S.*) \{", style.replace("@media", "\n@media"), re.MULTILINE)
    assert all(s.startswith((f".viz-network.{theme} ", "@media screen")) for s in selectors)


def test_auto_is_light_and_dark_on_screens_that_ask_for_it():
    light, dark = css("auto").split("@media screen and (prefers-color-scheme: dark)")
    assert light.strip() == css("light").replace(".light", ".auto")
    assert dark.strip(" {}\n") == css("dark").replace(".dark", ".auto").strip(" {}\n")
    assert LIGHT["page"] in light
    assert DARK["page"] in dark


def test_in_print_there_are_no_colours_and_signs_differ_by_their_dashes():
    rules = css("print")
    assert set(re.findall(r"#\w+", rules)) == {"#000000", "#ffffff"}
    positive, negative = (
        re.search(rf"\.{sign} {{(.*)}}", rules).group(1) for sign in ("positive", "negative")
    )
    assert "dasharray" in negative
    assert "dasharray" not in positive


def contrast(one, other):
    """The ratio of WCAG 2."""

    def luminance(colour):
        channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_text_and_lines_stand_out_from_the_paper(theme):
    rules = dict(re.findall(r"(\.\w+|text)(?: circle)? \{ (.*) \}", css(theme)))
    page = re.search(r"#\w+", rules[".paper"]).group()
    for part, least in ((".quiet", 4.5), ("text", 4.5), (".positive", 3), (".negative", 3)):
        assert contrast(re.search(r"#\w+", rules[part]).group(), page) >= least, part
