"""The Python in the pages: every block runs, and prints what the block after it says.

A page is one session, and its blocks share their names. Those of the README stand alone, so that
each can be copied. A comment on the line before a block says what is different about it:

    <!-- from tinygrad_course/ops/trigonometric.py -->    quoted: this file has these lines
    <!-- not run: it would define NumPy's arcsinh twice -->
"""

import contextlib
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tinygrad_course.primitive import of_numpy, registry

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = (
    README,
    ROOT / "CONTRIBUTING.md",
    ROOT / "examples" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
)
"""Every page with code that readers may copy."""


class Block(NamedTuple):
    """A block of Python in a page, and what the page says about it."""

    code: str
    claimed: str
    """What it prints."""
    quoted: str
    """The file that has these lines, from the root, where the block is not to be run."""
    not_run: str
    """Why it is not run."""


_BLOCK = re.compile(
    r"(?:<!-- (?:from (?P<quoted>\S+)|not run: (?P<not_run>[^\n]+)) -->\n)?"
    r"```python\n(?P<code>.*?)```(?:\n\n```text\n(?P<claimed>.*?)```)?",
    re.DOTALL,
)


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in order."""
    found = _BLOCK.finditer(page.read_text("utf-8"))
    return [Block(**match.groupdict(default="")) for match in found]


def sessions(page: Path) -> list[list[Block]]:
    """The blocks that run, those that share their names together."""
    run = [block for block in blocks(page) if not (block.quoted or block.not_run)]
    return [[block] for block in run] if page == README else [run] if run else []


def run(block: Block, names: dict[str, Any], file: str) -> str:
    """Run a block, and return what it printed; its errors name `file` as the place of the code."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block.code, file, "exec"), names)
    return printed.getvalue()


@contextlib.contextmanager
def away_in(folder: Path | str) -> Iterator[None]:
    """In this folder, and with primitives that are forgotten afterwards."""
    here, known, known_of_numpy = os.getcwd(), dict(registry), dict(of_numpy)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)
        for before, now in ((known, registry), (known_of_numpy, of_numpy)):
            now.clear()
            now.update(before)


def filled(page: Path) -> str:
    """The text of a page, with what its blocks print now in place of what it claims."""
    text = page.read_text("utf-8")
    for session in sessions(page):
        names: dict[str, Any] = {"__name__": "page"}
        with tempfile.TemporaryDirectory() as folder, away_in(folder):
            for block in session:
                fences = f"```python\n{block.code}```\n\n```text\n"
                printed = run(block, names, page.name)
                text = text.replace(f"{fences}{block.claimed}```", f"{fences}{printed}```")
    return text


if __name__ == "__main__":  # write into these pages what their code prints
    for argument in sys.argv[1:]:
        Path(argument).write_text(filled(Path(argument).resolve()), "utf-8")
