"""Find the `dot` program: Graphviz's own, or the one in the wheel graphviz-pure."""

import os
import shutil
import sysconfig

from tinygrad_course.errors import DrawingError

VARIABLE = "GRAPHVIZ_DOT"
WHEEL = "graphviz-pure"


def find() -> str:
    """The path of a `dot`: $GRAPHVIZ_DOT, else `dot` on PATH, else that of graphviz-pure.

    Raises: DrawingError if there is none, with the ways to get one.
    """
    named = os.environ.get(VARIABLE, "")
    found = (
        shutil.which(named)
        or shutil.which("dot")
        or shutil.which(WHEEL, path=sysconfig.get_path("scripts"))
    )
    if found:
        return found
    stale = f" (it is set to {named!r}, which is not a program)" if named else ""
    raise DrawingError(
        "this format needs Graphviz's `dot`, and none was found. One of these "
        "provides it:\n"
        f"  - pip install {WHEEL}, a wheel with a `dot` for most platforms\n"
        "  - install Graphviz (https://graphviz.org/download), so that `dot` is on the PATH\n"
        f"  - set the environment variable {VARIABLE} to the path of a `dot`{stale}"
    )
