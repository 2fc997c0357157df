"""What a run was made with: enough to make it again."""

import platform
from dataclasses import dataclass

import numpy as np

from .. import __version__


@dataclass(frozen=True)
class Environment:
    """Versions and the seed."""

    version: str
    seed: int
    python: str
    numpy: str
    platform: str


def this_environment(seed: int) -> Environment:
    """The one that this process runs in."""
    return Environment(
        version=__version__,
        seed=seed,
        python=platform.python_version(),
        numpy=np.__version__,
        platform=f"{platform.system()} {platform.machine()}",
    )
