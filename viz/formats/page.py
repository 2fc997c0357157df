"""A drawing as a web page in one file."""

from html import escape

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: {scheme}; font-family: system-ui, sans-serif; }}
body {{ margin: 1.5rem; }}
h1 {{ font-size: 1.1rem; font-weight: 600; }}
.drawing {{ overflow: auto; }}
.drawing pre {{ font-size: 1rem; line-height: 1.4; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<div class="drawing" tabindex="0" role="region" aria-label="Drawing">{drawing}</div>
</main>
</body>
</html>
"""

_SCHEMES = {"auto": "light dark", "dark": "dark"}


def source(svg: str, title: str, theme: str) -> str:
    """The page."""
    return _page(svg, title, theme)


def source_of_text(tree: str, note: str, title: str, theme: str) -> str:
    """The page with the graph as a tree of text, and a note that says why."""
    return _page(f"<pre>{escape(tree)}</pre>\n<p>{escape(note)}</p>", title, theme)


def _page(drawing: str, title: str, theme: str) -> str:
    scheme = _SCHEMES.get(theme, "light")
    return _PAGE.format(title=escape(title), drawing=drawing, scheme=scheme)
