"""The gallery's drawings as pages of the site."""

from collections.abc import Mapping

from examples.gallery.exhibit import Exhibit, Section
from examples.gallery.models import Models
from examples.gallery.pictures import Picture, picture
from examples.gallery.sections import SECTIONS
from tinygrad_course.training import blas_threads

_INTRODUCTION = """\
# Gallery

Everything that viz draws: real computations, and models that were trained when this page was made,
each with the code that draws it. All code in the gallery begins with:

```python
import numpy as np
import tinygrad_course as tg
import viz
from tinygrad_course import nn, optim
from tinygrad_course.testing import gradcheck
```

The names `flower`, `spirals`, `tumours`, `cats` and `digits` are trained models, with their data and
their histories.
"""


def gallery() -> tuple[dict[str, str], dict[str, str]]:
    """The pages by their names, in Markdown, and the files that they refer to."""
    models = Models()
    pages, files = {"gallery/index": _index()}, {}
    with blas_threads(1):
        for section in SECTIONS:
            pictures = {exhibit.key: picture(exhibit, models) for exhibit in section.exhibits}
            pages[f"gallery/{section.key}"] = _page(section, pictures)
            for made in pictures.values():
                files |= {f"gallery/{name}": text for name, text in made.files.items()}
    return pages, files


def _index() -> str:
    keys = "\n".join(section.key for section in SECTIONS)
    rows = "\n".join(
        f"- [{section.heading}]({section.key}.md): {_exhibits_of(section)}" for section in SECTIONS
    )
    return f"{_INTRODUCTION}\n{rows}\n\n```{{toctree}}\n:hidden:\n\n{keys}\n```\n"


def _exhibits_of(section: Section) -> str:
    return ", ".join(exhibit.heading for exhibit in section.exhibits)


def _page(section: Section, pictures: Mapping[str, Picture]) -> str:
    parts = [f"# {section.heading}", *section.words]
    parts += [_exhibit(exhibit, pictures[exhibit.key]) for exhibit in section.exhibits]
    return "\n\n".join(parts) + "\n"


def _exhibit(exhibit: Exhibit, made: Picture) -> str:
    markup = f'```{{raw}} html\n<div class="exhibit">{made.markup}</div>\n```'
    return "\n\n".join(
        [f"## {exhibit.heading}", *exhibit.words, markup, f"```python\n{exhibit.code}\n```"]
    )
