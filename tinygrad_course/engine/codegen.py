"""Compiles generated code so that tracebacks, debuggers and `inspect.getsource` show it."""

import linecache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def compiled(source: str, name: str, namespace: dict[str, Any]) -> dict[str, Any]:
    """Run `source` with the globals `namespace`; return the names that it defines.

    The source counts as a file of this package, <name>, so that `source_lines` skips it. Each source has
    a file name of its own: otherwise a traceback could show the lines of another one.
    """
    file = _file_for(source, name)
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    made: dict[str, Any] = {}
    exec(compile(source, file, "exec"), namespace, made)
    return made


def _file_for(source: str, name: str) -> str:
    """A file name of its own for each source; the same one for the same source, compiled again."""
    file, number = str(_FOLDER / f"<{name}>"), 1
    while file in linecache.cache and "".join(linecache.getlines(file)) != source:
        number += 1
        file = str(_FOLDER / f"<{name} {number}>")
    return file
