"""Code that is written by code: one place compiles it, and lets tracebacks and debuggers show it."""

import linecache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def compiled(source: str, name: str, namespace: dict[str, Any]) -> dict[str, Any]:
    """Run `source` with the globals `namespace`; returns the names that it defined.

    It counts as a file of this package called <name>: so the place of the user's code is found
    beyond it, and a traceback shows its lines.
    """
    file = str(_FOLDER / f"<{name}>")
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    made: dict[str, Any] = {}
    exec(compile(source, file, "exec"), namespace, made)
    return made
