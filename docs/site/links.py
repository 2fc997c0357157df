"""Links between files of the repository, as links between pages of the site."""

import posixpath
import re
from collections.abc import Mapping

from docs.code_blocks import ROOT

FILES = ("docs/images/", "LICENSE")
"""What pages link to, or show, that is copied as it is: folders and files, from the root."""

_CODE = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)#\s]+)(#[^)\s]*)?(?=\))")


class BrokenLinkError(Exception):
    """A link to something that is not on the site."""


def on_the_site(text: str, file: str, names: Mapping[str, str]) -> str:
    """The Markdown of `file` with its links as they have to be on the site.

    Raises: BrokenLinkError.
    """
    here = posixpath.dirname(names[file])

    def replaced(match: re.Match[str]) -> str:
        target, anchor = match[1], match[2] or ""
        found = posixpath.normpath(posixpath.join(posixpath.dirname(file), target))
        if (ROOT / found).is_dir():
            found += "/"
        if found in names:
            name = names[found]
            suffix = ".rst" if found == "tinygrad_course/" else ".md"
            return posixpath.relpath(name + suffix, here or ".") + anchor
        if found.startswith(FILES) and (ROOT / found).is_file():
            return posixpath.relpath(copied(found), here or ".")
        raise BrokenLinkError(f"{file} links to {target}, which is not on the site")

    parts = _CODE.split(text)
    return "".join(part if i % 2 else _LINK.sub(replaced, part) for i, part in enumerate(parts))


def copied(file: str) -> str:
    """Where a file that is copied lies on the site."""
    return file.removeprefix("docs/")
