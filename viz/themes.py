"""Colours: tints of the palette of Okabe and Ito, which people with any colour vision tell apart.

    light, dark     on a white or a black page
    print           black lines on white, without tints
    auto            light, and dark where the reader's system asks for it

Source: Okabe, Ito, "Color Universal Design", 2008.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from tinygrad_course.errors import DrawingError

Theme: TypeAlias = Literal["auto", "light", "dark", "print"]

LIGHT = {
    "ink": "#1a1a1a",
    "grey": "#5c5c5c",
    "line": "#808080",
    "gradient": "#a33b00",
    "stretched": "#00694b",
    "page": "#ffffff",
    "leaf": "#e69f00",
    "leaf fill": "#fdf4df",
    "constant": "#7f7f7f",
    "constant fill": "#f5f5f5",
    "result": "#0072b2",
    "result fill": "#eaf3f9",
    "operation": "#4d4d4d",
    "operation fill": "#fffffe",
    "fold": "#009e73",
    "fold fill": "#e8f6f1",
    "frame": "#9a9a9a",
    "frame fill": "#fafafa",
}
"""Each colour once, so that one stands for one thing and can be exchanged for another theme's."""

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


def checked(theme: str) -> None:
    """Raise DrawingError for a theme that does not exist."""
    if theme not in COLOURS:
        raise DrawingError(f"theme={theme!r} is none of {', '.join(get_args(Theme))}")


def diverging(level: int | None) -> str:
    """The colour of a number's level in a heat map: vermillion below 128, white at it, blue above."""
    if level is None:
        return "#000000"
    share = abs(level - 127.5) / 127.5
    full = (0, 114, 178) if level > 127 else (213, 94, 0)
    return "#" + "".join(f"{round(250 + (c - 250) * share):02x}" for c in full)


def dark_rules(selector: str) -> str:
    """CSS that gives everything drawn in light colours its dark ones, where dark is asked for."""
    rules = "".join(
        f"{selector} [{attribute}='{light}']{{{attribute}:{DARK[role]}}}"
        for role, light in LIGHT.items()
        for attribute in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme: dark){{{rules}}}"
