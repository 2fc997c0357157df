"""Every block of Python in the documentation prints what the page says."""

import re

import pytest

from docs.code_blocks import PAGES, ROOT, Block, away_in, blocks, run, sessions

SESSIONS = [
    pytest.param(page, session, id=f"{page.relative_to(ROOT).as_posix()}-{i}")
    for page in PAGES
    for i, session in enumerate(sessions(page))
]
QUOTED = [(page, block) for page in PAGES for block in blocks(page) if block.quoted]


@pytest.mark.parametrize(("page", "session"), SESSIONS)
def test_the_blocks_print_what_the_page_says(page, session, tmp_path):
    names = {"__name__": "page"}
    with away_in(tmp_path):
        for block in session:
            assert run(block, names, page.name) == block.claimed


@pytest.mark.parametrize(("page", "block"), QUOTED)
def test_what_is_quoted_stands_there(page, block):
    source = (ROOT / block.quoted).read_text("utf-8")
    assert block.code.strip("\n") in source
    assert not block.claimed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_block_is_overlooked(page):
    text = page.read_text("utf-8")
    assert len(blocks(page)) == len(re.findall(r"^```py", text, re.MULTILINE))
    assert ">>> " not in text  # those of doctest would not be run


def test_what_is_read_from_a_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "```python\nx = 1\n```\n\n```text\nnothing\n```\n\n```python\nprint(x)\n```\n\nWords.\n\n"
        "```text\n2\n```\n<!-- not run: it fails -->\n```python\nfail\n```\n"
        "<!-- from here.py -->\n```python\nhere\n```\n"
    )
    assert blocks(page) == [
        Block("x = 1\n", "nothing\n", "", ""),
        Block("print(x)\n", "", "", ""),
        Block("fail\n", "", "", "it fails"),
        Block("here\n", "", "here.py", ""),
    ]
    assert sessions(page) == [blocks(page)[:2]]
