"""Options that accept one of a few words."""

from typing import Any, get_args

from tinygrad_course.errors import DrawingError


def check(option: str, given: object, allowed: Any) -> None:
    """Raise DrawingError unless `given` is one of the words of the Literal `allowed`."""
    choices = get_args(allowed)
    if given not in choices:
        raise DrawingError(f"{option}={given!r}: expected one of {', '.join(choices)}")
