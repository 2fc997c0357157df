"""HTML and SVG elements as nested calls, which close every tag and escape every text."""

from html import escape

_VOID = frozenset({"br", "img", "source"})


class Markup(str):
    """Text that is already markup, and is not escaped again."""

    __slots__ = ()


def element(name: str, *children: str | None, **attributes: object) -> Markup:
    """``<name attributes>children</name>``.

    A child that is plain text is escaped, None is left out. In attribute names a trailing
    underscore is dropped (``class_``) and the others become hyphens (``aria_label``);
    an attribute that is None or False is left out and one that is True has no value.
    """
    opening = name
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        opening += " " + key.rstrip("_").replace("_", "-")
        if value is not True:
            opening += f'="{escape(_text(value))}"'
    if name in _VOID:
        return Markup(f"<{opening}>")
    return Markup(f"<{opening}>{join(*children)}</{name}>")


def join(*children: str | None) -> Markup:
    """The children one after the other; plain text is escaped."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(child, quote=False)
            for child in children
            if child is not None
        )
    )


def _text(value: object) -> str:
    """The text of an attribute. Floats are coordinates, which need two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
