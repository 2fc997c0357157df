"""What is on the site, and where: the pages of the repository, and those that are made from code."""

import re
from pathlib import Path

from docs.code_blocks import ROOT

_ORDERED = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}
_OTHERS = sorted(path.name for path in ROOT.glob("*.md") if path.name not in _ORDERED)

CONTENTS: dict[str, tuple[str, ...]] = {
    "Learn": (
        "examples/README.md",
        "examples/see_it_think.ipynb",
        "examples/gallery/",
        "docs/from_the_course.md",
        "docs/from_pytorch.md",
        "docs/how_it_works.md",
    ),
    "Use": (
        "docs/layers.md",
        "docs/data.md",
        "docs/training.md",
        "docs/command_line.md",
        "docs/deploy.md",
        "docs/derivatives.md",
        "docs/drawing.md",
        "docs/checking.md",
        "docs/operations.md",
        "docs/speed.md",
        "tinygrad_course/",
    ),
    "The project": (
        "docs/architecture.md",
        "docs/testing.md",
        "CONTRIBUTING.md",
        "docs/policy.md",
        "CHANGELOG.md",
        *_OTHERS,
        "tinygrad_course/data/files/LICENSES.md",
    ),
}
"""The captions in the sidebar, with the pages below each: files of the repository, or folders that pages
are made from. The README is the first page; the examples are below their list."""

_LIST = (ROOT / "examples" / "README.md").read_text("utf-8")
EXAMPLES = tuple(f"examples/{name}" for name in re.findall(r"\]\((\w+\.py)\)", _LIST))
"""The examples in the order of their list."""

NAMES = {
    "README.md": "index",
    "examples/README.md": "examples/index",
    "examples/see_it_think.ipynb": "examples/see_it_think",
    "examples/gallery/": "gallery/index",
    "tinygrad_course/": "reference/index",
    "tinygrad_course/data/files/LICENSES.md": "data_licences",
    **{example: example.removesuffix(".py") for example in EXAMPLES},
}
"""What pages are called on the site, where that is not their file's name in small letters."""


def name_of(file: str) -> str:
    """The name of a page on the site, without a suffix."""
    return NAMES.get(file) or Path(file).stem.lower()


def page_names() -> dict[str, str]:
    """The name on the site of every file of the repository that has a page there."""
    listed = [page for pages in CONTENTS.values() for page in pages]
    return {file: name_of(file) for file in ("README.md", *listed, *EXAMPLES)}
