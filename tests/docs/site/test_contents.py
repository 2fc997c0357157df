"""Every page is on the site, once, and every link of a page leads to another."""

import pytest

from docs.code_blocks import ROOT
from docs.site.contents import CONTENTS, EXAMPLES, page_names
from docs.site.links import BrokenLinkError, on_the_site


def test_every_page_is_in_the_contents():
    listed = [page for pages in CONTENTS.values() for page in pages]
    assert len(listed) == len(set(listed))
    written = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "examples").glob("*.md"),
        *(ROOT / "examples").glob("*.ipynb"),
    ]
    files = {path.relative_to(ROOT).as_posix() for path in written}
    assert files - {"README.md"} <= set(listed)
    assert set(EXAMPLES) == {f"examples/{path.name}" for path in (ROOT / "examples").glob("*.py")}


def test_what_is_listed_exists_and_names_differ():
    names = page_names()
    assert all((ROOT / file).exists() for file in names)
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("file", [file for file in page_names() if file.endswith(".md")])
def test_every_link_leads_to_a_page(file):
    assert on_the_site((ROOT / file).read_text("utf-8"), file, page_names())  # or it raises


def test_links_are_those_of_the_site():
    names = {"README.md": "index", "docs/a.md": "a", "examples/README.md": "examples/index"}
    assert on_the_site("[x](docs/a.md#part)", "README.md", names) == "[x](a.md#part)"
    assert on_the_site("[x](../README.md)", "examples/README.md", names) == "[x](../index.md)"
    assert on_the_site("![x](docs/images/player.png)", "README.md", names) == (
        "![x](images/player.png)"
    )
    for untouched in ("[x](https://numpy.org/)", "[x](#part)", "`[x](gone)`", "```\n[x](y)\n```"):
        assert on_the_site(untouched, "README.md", names) == untouched
    with pytest.raises(BrokenLinkError, match=r"README\.md links to docs/b\.md"):
        on_the_site("[x](docs/b.md)", "README.md", names)
