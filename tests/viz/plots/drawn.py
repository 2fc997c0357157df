"""What is found on axes: words, lines, and colours that can be read or not."""

import numpy as np
from matplotlib.text import Text


def words(ax):
    """All that is written on and around the axes."""
    return [text.get_text() for text in ax.findobj(Text) if text.get_visible() and text.get_text()]


def line(ax, label):
    """The points (x, y) of the one line with this label."""
    (found,) = [line for line in ax.lines if line.get_label() == label]
    return np.asarray(found.get_xdata()), np.asarray(found.get_ydata())


def contrast(one, other):
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""

    def luminance(colour):
        channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
