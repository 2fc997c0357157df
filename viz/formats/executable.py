"""Where the `dot` program is: Graphviz's own, or the one that the graphviz-pure wheel carries."""

import os
import shutil
import sysconfig

from tinygrad_course.errors import DrawingError

VARIABLE = "GRAPHVIZ_DOT"
WHEEL = "graphviz-pure"


def find() -> str:
    """The path of a `dot`: $GRAPHVIZ_DOT, else `dot` on PATH, else that of graphviz-pure.

    Raises: DrawingError if there is none; it says how to get one.
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
        "drawing to anything but .dot needs Graphviz's `dot`, and none was found. One of these "
        "brings it:\n"
        f"  - pip install {WHEEL}, a wheel that carries a `dot` for most platforms\n"
        "  - install Graphviz (https://graphviz.org/download), so that `dot` is on the PATH\n"
        f"  - set the environment variable {VARIABLE} to the path of a `dot`{stale}"
    )
