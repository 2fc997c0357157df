"""Sphinx's settings."""

import inspect
from typing import Any

import tinygrad_course
from docs.site.docstrings import as_restructured_text
from tinygrad_course.primitive import registry

project = "tinygrad_course"
author = "The tinygrad_course authors"
release = version = tinygrad_course.__version__
root_doc = "index"
extensions = ["myst_parser", "sphinx.ext.autodoc"]

myst_heading_anchors = 3
smartquotes = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 90

html_theme = "furo"
html_title = "tinygrad_course"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_extra_path = ["extra"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
pygments_style = "default"
pygments_dark_style = "github-dark"

# A primitive is called like its function.
for primitive in registry.values():
    vars(primitive)["__signature__"] = inspect.signature(primitive.function)


def setup(app: Any) -> None:
    """Read docstrings as this project writes them."""
    app.connect("autodoc-process-docstring", _converted)


def _converted(
    app: Any, what: str, name: str, documented: Any, options: Any, lines: list[str]
) -> None:
    lines[:] = [*as_restructured_text("\n".join(lines)).splitlines(), ""]
