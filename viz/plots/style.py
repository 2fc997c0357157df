"""The style of all plots: colours, markers, font sizes.

The colours are those of Okabe and Ito ("Color universal design", 2008), which can be told apart with any
colour vision. What differs in colour also differs in another way, so that plots can be printed in black
and white. Neutral parts take the colours of the axes, so that plots fit dark pages.
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
"""Nine markers and seven colours, without a common divisor: 63 classes before a pair repeats."""

SMALL = 8.5
NORMAL = 10
"""Font sizes, in points."""


def ink(ax: Axes) -> Any:
    """The colour of the text of these axes."""
    return ax.xaxis.label.get_color()


def paper(ax: Axes) -> Any:
    """The colour behind these axes, red, green and blue from 0 to 1."""
    from matplotlib.colors import to_rgb, to_rgba

    layers = (to_rgba(part.get_facecolor()) for part in (ax, ax.figure))
    # If everything is transparent, the page behind it contrasts with the ink.
    colour = next((layer for layer in layers if layer[3]), readable_on(np.array(to_rgb(ink(ax)))))
    return np.array(to_rgb(colour))


def mixed(one: Any, other: Any, share: Any) -> Any:
    """`share` of one colour and the rest of the other; arrays of shares give arrays of colours."""
    from matplotlib.colors import to_rgb

    weight = np.asarray(share)[..., None]
    return weight * np.array(to_rgb(one)) + (1 - weight) * np.array(to_rgb(other))


def legible(ax: Axes, colour: str) -> Any:
    """A colour of the palette, mixed with the ink: text needs more contrast than lines."""
    return mixed(colour, ink(ax), 0.6)


def tidy(ax: Axes, title: str = "", *, x: str = "", y: str = "") -> None:
    """Remove the upper and the right border, and set title and labels."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(labelsize=SMALL, length=3)
    ax.set_xlabel(x, fontsize=NORMAL)
    ax.set_ylabel(y, fontsize=NORMAL)
    if title:
        ax.set_title(title, fontsize=NORMAL, loc="left")


def readable_on(background: NDArray[Any]) -> str:
    """Black or white, whichever contrasts more with this colour.

    Source: WCAG 2.2, relative luminance and contrast ratio; both contrasts are equal at 0.179.
    """
    linear = np.where(
        background <= 0.04045, background / 12.92, ((background + 0.055) / 1.055) ** 2.4
    )
    return "black" if linear @ [0.2126, 0.7152, 0.0722] > 0.179 else "white"
