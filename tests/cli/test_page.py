"""The commands in the pages do what the pages say."""

import contextlib
import re
import shlex

import pytest

from docs.code_blocks import README, ROOT, blocks
from tinygrad_course import cli

PAGE = ROOT / "docs" / "command_line.md"


def commands(page):
    """Each command of a page with the lines that it prints."""
    for console in re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
            command, *printed = part.rstrip().split("\n")
            yield command, printed


def without_numbers(line):
    return re.sub(r"[-+]?\d[\d,.e+-]*", "#", line)


@pytest.mark.parametrize("page", [PAGE, README], ids=lambda page: page.name)
def test_commands_print_what_the_page_says(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    makes_files = [block.code for block in blocks(page) if "houses.csv" in block.code]
    exec("\n".join(makes_files[:1]), {})
    found = list(commands(page))
    assert len(found) >= 3
    for command, claimed in found:
        line, _, remark = command.partition("   # exit code ")
        program, *arguments = shlex.split(line)
        assert program == "tinygrad-course"
        capsys.readouterr()
        with contextlib.suppress(SystemExit):
            assert cli.main(arguments) == int(remark or 0), line
        printed = "".join(capsys.readouterr())
        shown = [without_numbers(x) for x in printed.splitlines()]
        assert [without_numbers(x) for x in claimed] == shown[: len(claimed)], command
