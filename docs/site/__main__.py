"""The command:  python3 run.py docs

It makes the source of the site in a folder of its own, then has Sphinx build it into out/docs. Every
warning is an error. Nothing is read from the network: links to other sites are not followed.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import main as sphinx

from docs.code_blocks import ROOT
from docs.site.contents import CONTENTS, EXAMPLES, page_names
from docs.site.gallery import gallery
from docs.site.links import FILES, copied, on_the_site
from docs.site.notebook import notebook
from docs.site.program import program
from docs.site.reference import reference

OUT = ROOT / "out" / "docs"


def write_source(folder: Path) -> None:
    """Write everything that Sphinx reads."""
    pages, files = gallery()
    for name, text in files.items():
        _write(folder / "extra" / name, text)
    names = page_names()
    for file, name in names.items():
        if file.endswith(".md"):
            pages[name] = on_the_site((ROOT / file).read_text("utf-8"), file, names)
        elif file.endswith(".ipynb"):
            pages[name] = notebook(file)
        elif file.endswith(".py"):
            pages[name] = program(ROOT / file)
    pages["index"] += _contents()
    pages["examples/index"] += _toctree([Path(name).stem for name in EXAMPLES])
    for name, text in pages.items():
        _write(folder / f"{name}.md", text)
    for name, text in reference().items():
        _write(folder / f"{name}.rst", text)
    for file in FILES:
        paths = (ROOT / file).iterdir() if file.endswith("/") else [ROOT / file]
        for path in paths:
            target = folder / copied(path.relative_to(ROOT).as_posix())
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    here = Path(__file__).parent
    shutil.copy(here / "conf.py", folder)
    shutil.copytree(here / "static", folder / "static")


def _contents() -> str:
    """The sidebar."""
    return "".join(
        _toctree([f"/{page_names()[page]}" for page in pages], caption)
        for caption, pages in CONTENTS.items()
    )


def _toctree(pages: list[str], caption: str = "") -> str:
    options = f":caption: {caption}\n" if caption else ""
    return "\n```{toctree}\n:hidden:\n" + options + "\n" + "\n".join(pages) + "\n```\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def main() -> int:
    """Build the site, and return Sphinx's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        source, cache = Path(folder, "source"), Path(folder, "cache")
        write_source(source)
        shutil.rmtree(OUT, ignore_errors=True)
        options = ["-q", "-W", "--keep-going", "-b", "html", "-d", str(cache)]
        code = sphinx([*options, str(source), str(OUT)])
    if code == 0:
        print(f"\nLook at  {OUT / 'index.html'}")
    return code


if __name__ == "__main__":
    sys.exit(main())
