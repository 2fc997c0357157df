"""Colours: tints of the palette of Okabe and Ito, which can be told apart with any colour vision.

    light, dark     on a white or a black page
    print           black lines on white, without tints
    auto            light, or dark if the reader's system prefers that

Source: Okabe, Ito, "Color Universal Design", 2008.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

Theme: TypeAlias = Literal["auto", "light", "dark", "print"]

LIGHT = {
    "ink": "#1a1a1a",
    "grey": "#5c5c5c",
    "line": "#808080",
    "gradient": "#a33b00",
    "stretched": "#00694b",
    "page": "#ffffff",
    "leaf": "#b87a00",
    "leaf fill": "#fdf4df",
    "constant": "#7f7f7f",
    "constant fill": "#f5f5f5",
    "result": "#0072b2",
    "result fill": "#eaf3f9",
    "operation": "#4d4d4d",
    "operation fill": "#fffffe",
    "fold": "#009e73",
    "fold fill": "#e8f6f1",
    "frame": "#8c8c8c",
    "frame fill": "#fafafa",
}
"""Each colour occurs once, so that it has one meaning and can be replaced by another theme's."""

DARK = {
    "ink": "#f0f0f0",
    "grey": "#b4b4b4",
    "line": "#8c8c8c",
    "gradient": "#ff9b6a",
    "stretched": "#5fd3ac",
    "page": "#121212",
    "leaf": "#e69f01",
    "leaf fill": "#3a2d0c",
    "constant": "#8f8f8f",
    "constant fill": "#2b2b2b",
    "result": "#56b4e9",
    "result fill": "#122c3d",
    "operation": "#bdbdbd",
    "operation fill": "#1d1d1d",
    "fold": "#33c19a",
    "fold fill": "#0f3329",
    "frame": "#6b6b6b",
    "frame fill": "#1a1a1a",
}

PRINT = {
    role: "#ffffff" if role == "page" or role.endswith("fill") else "#000000" for role in LIGHT
}

COLOURS: Mapping[str, Mapping[str, str]] = {
    "auto": LIGHT,
    "light": LIGHT,
    "dark": DARK,
    "print": PRINT,
}


STEPS = 8
"""How many tints a heat map has on each side of zero."""


def _mixed(one: str, other: str, share: float) -> str:
    """A mixture of two colours, with this share of the second."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]))
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()


def _tints(negative: str, zero: str, positive: str) -> tuple[str, ...]:
    """From the most negative number to the most positive one."""
    below = (_mixed(zero, negative, n / STEPS) for n in range(STEPS, 0, -1))
    above = (_mixed(zero, positive, n / STEPS) for n in range(1, STEPS + 1))
    return (*below, zero, *above)


# A shade next to the palette's blue, which is the colour of results.
LIGHT_TINTS = _tints("#d55e00", "#fbfbfb", "#006fae")
DARK_TINTS = _tints("#ff8f3f", "#262626", "#6cc5f5")

TINTS: Mapping[str, tuple[str, ...]] = {
    "auto": LIGHT_TINTS,
    "light": LIGHT_TINTS,
    "dark": DARK_TINTS,
    "print": _tints("#ffffff", "#b4b4b4", "#202020"),
}

IN_COLOUR = "blue is positive, orange negative, stronger further from 0"
MEANING: Mapping[str, str] = {
    "auto": IN_COLOUR,
    "light": IN_COLOUR,
    "dark": IN_COLOUR,
    "print": "dark is positive, light negative",
}
"""What the tints of a heat map mean, for the note below a drawing."""


def tint(level: int, theme: Theme) -> str:
    """The colour of a level of a heat map, from 0 to 255."""
    return TINTS[theme][round(level / 255 * 2 * STEPS)]


def variable(role: str) -> str:
    """The CSS variable of a colour: "leaf fill" is --leaf-fill."""
    return f"--{role.replace(' ', '-')}"


def dark_rules(selector: str) -> str:
    """CSS that replaces the light colours by the dark ones where the reader prefers dark."""
    pairs = [(LIGHT[role], DARK[role]) for role in LIGHT]
    rules = "".join(
        f"{selector} [{attribute}='{light}']{{{attribute}:{dark}}}"
        for light, dark in (*pairs, *zip(LIGHT_TINTS, DARK_TINTS, strict=True))
        for attribute in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme: dark){{{rules}}}"
