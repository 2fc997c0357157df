"""The line of the user's code that is running, for messages and drawings."""

import contextlib
import os
import sys
from pathlib import Path
from types import FrameType

import numpy as np

_OURS_AND_NUMPYS = (
    *(str(folder) + os.sep for folder in (Path(__file__).parent.parent, Path(np.__file__).parent)),
    contextlib.__file__,  # it calls the functions that a context manager decorates, such as fit
)


def user_location() -> str:
    """file:line of the innermost frame outside this package and NumPy."""
    file, line = user_file_and_line()
    return f"{file}:{line}"


def user_file_and_line(frame: FrameType | None = None) -> tuple[str, int]:
    """The same as file and line. With a frame, the search begins there instead of at the caller."""
    frame = frame or sys._getframe(1)
    while frame.f_back is not None and is_ours(frame):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def is_ours(frame: FrameType) -> bool:
    """Whether the frame runs code of this package or of NumPy."""
    return frame.f_code.co_filename.startswith(_OURS_AND_NUMPYS)
