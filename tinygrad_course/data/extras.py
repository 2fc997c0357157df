"""Libraries that only some sources need: imported where they are used, each with the name of its extra."""

import importlib
from typing import Any

from ..errors import MissingExtraError


def needed(module: str, extra: str, purpose: str) -> Any:
    """The module, imported.

    Raises: MissingExtraError that says what to install.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        if error.name is not None and error.name.partition(".")[0] != module.partition(".")[0]:
            raise  # it is installed, and broken
        raise MissingExtraError(
            f"{purpose} needs {module.partition('.')[0]}: pip install 'tinygrad_course[{extra}]'"
        ) from None
