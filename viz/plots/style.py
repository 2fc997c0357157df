"""How all plots look: colours, markers, letters, and what is left out.

The colours are those of Okabe and Ito ("Color universal design", 2008), which readers who confuse red and
green tell apart. What differs by colour differs by something else as well, so that plots survive a
black-and-white printer. Nothing is black or white by itself: whatever is neutral takes the colours
of the axes, and so a plot follows into a dark page.
"""

from __future__ import annotations  # naming what matplotlib has would import it

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, YELLOW = "#E69F00", "#56B4E9", "#F0E442"
PALETTE = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, YELLOW)

MARKERS = ("o", "^", "s", "D", "v", "P", "X", "<", ">")
"""As many markers as colours have no common divisor with: 63 classes before a pair comes again."""

SMALL = 8.5
NORMAL = 10
"""Sizes of letters, in points."""


def ink(ax: Axes) -> Any:
    """The colour that these axes are written in."""
    return ax.xaxis.label.get_color()


def paper(ax: Axes) -> Any:
    """The colour behind these axes, red, green and blue from 0 to 1."""
    from matplotlib.colors import to_rgb, to_rgba

    layers = (to_rgba(part.get_facecolor()) for part in (ax, ax.figure))
    # Where all is transparent, the page behind it is one that the ink can be read on.
    colour = next((layer for layer in layers if layer[3]), readable_on(np.array(to_rgb(ink(ax)))))
    return np.array(to_rgb(colour))


def mixed(one: Any, other: Any, share: Any) -> Any:
    """`share` of one colour and the rest of the other; arrays of shares give arrays of colours."""
    from matplotlib.colors import to_rgb

    weight = np.asarray(share)[..., None]
    return weight * np.array(to_rgb(one)) + (1 - weight) * np.array(to_rgb(other))


def legible(ax: Axes, colour: str) -> Any:
    """A colour of the palette nearer to the ink: letters need more contrast than lines."""
    return mixed(colour, ink(ax), 0.6)


def tidy(ax: Axes, title: str = "", *, x: str = "", y: str = "") -> None:
    """Leave out the half of the frame that says nothing, and write title and labels."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=SMALL, length=3)
    ax.set_xlabel(x, fontsize=NORMAL)
    ax.set_ylabel(y, fontsize=NORMAL)
    if title:
        ax.set_title(title, fontsize=NORMAL, loc="left")


def readable_on(background: NDArray[Any]) -> str:
    """Black or white, whichever stands out more from this colour.

    Source: WCAG 2.2, relative luminance and contrast ratio; both contrasts are equal at 0.179.
    """
    linear = np.where(
        background <= 0.04045, background / 12.92, ((background + 0.055) / 1.055) ** 2.4
    )
    return "black" if linear @ [0.2126, 0.7152, 0.0722] > 0.179 else "white"
