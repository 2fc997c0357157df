"""Find the `dot` program: Graphviz's own, or the one in the wheel graphviz-pure."""

import os
import shutil
import sysconfig

from tinygrad_course.errors import DrawingError

VARIABLE = "GRAPHVIZ_DOT"
WHEEL = "graphviz-pure"


def installed() -> str | None:
    """The path of the `dot` that `find` gives, if there is one."""
    return (
        shutil.which(os.environ.get(VARIABLE, ""))
        or shutil.which("dot")
        or shutil.which(WHEEL, path=sysconfig.get_path("scripts"))
    )


def find() -> str:
    """The path of a `dot`: $GRAPHVIZ_DOT, else `dot` on PATH, else that of graphviz-pure.

    Raises: DrawingError if there is none, with the ways to get one.
    """
    found = installed()
    if found:
        return found
    named = os.environ.get(VARIABLE, "")
    stale = f" (it is set to {named!r}, which is not a program)" if named else ""
    raise DrawingError(
        "this format needs Graphviz's `dot`, and none was found. Saved as .html, .txt, .mmd or .dot, the "
        "graph needs none. One of these provides it:\n"
        f"  - pip install {WHEEL}, a wheel with a `dot` for most platforms\n"
        "  - install Graphviz (https://graphviz.org/download), so that `dot` is on the PATH\n"
        f"  - set the environment variable {VARIABLE} to the path of a `dot`{stale}"
    )
