import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from tests.viz.plots.drawn import contrast
from viz.plots import style

colours = st.tuples(*[st.floats(0, 1)] * 3)


@given(colours)
def test_letters_are_black_or_white_whichever_can_be_read_better(background):
    chosen = style.readable_on(np.array(background))
    other = {"black": "white", "white": "black"}[chosen]
    ours = contrast(to_rgb(chosen), background)
    assert ours >= contrast(to_rgb(other), background) - 0.02
    assert ours > 4.5


@given(colours, colours, st.floats(0, 1))
def test_colours_mix_in_shares(one, other, share):
    expected = [share * a + (1 - share) * b for a, b in zip(one, other)]
    np.testing.assert_allclose(style.mixed(one, other, share), expected, atol=1e-12)
    many = style.mixed(one, other, np.full((2, 3), share))
    assert many.shape == (2, 3, 3)
    np.testing.assert_allclose(many[1, 2], expected, atol=1e-12)


@pytest.mark.parametrize("page", ["white", "black"])
@pytest.mark.parametrize("colour", style.PALETTE)
def test_every_colour_has_contrast_as_letters(page, colour):
    ax = Figure(facecolor=page).subplots()
    ax.xaxis.label.set_color({"white": "black", "black": "white"}[page])
    assert contrast(style.legible(ax, colour), to_rgb(page)) > 3


def test_colours_and_markers_pair_up_63_times():
    n = len(style.PALETTE) * len(style.MARKERS)
    pairs = {(style.PALETTE[k % 7], style.MARKERS[k % 9]) for k in range(n)}
    assert len(pairs) == n == 63


def test_the_paper_is_what_lies_behind_the_axes():
    figure = Figure(facecolor="#112233")
    ax = figure.subplots()
    ax.set_facecolor("#445566")
    assert tuple(style.paper(ax)) == to_rgb("#445566")
    ax.set_facecolor("none")
    assert tuple(style.paper(ax)) == to_rgb("#112233")
    figure.set_facecolor("none")
    ax.xaxis.label.set_color("#eeeeee")
    assert tuple(style.paper(ax)) == to_rgb("black")
    ax.xaxis.label.set_color("#222222")
    assert tuple(style.paper(ax)) == to_rgb("white")
