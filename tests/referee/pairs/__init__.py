"""Which operation of ours is which of PyTorch's, one file a topic as in `tinygrad_course.ops`.

Each has PAIRS: a function of PyTorch's stands there for its `primitive_pair`. Where PyTorch has no
function of its own but can say the same in a line, the line is the pair: its gradient is PyTorch's all
the same.
"""

import pkgutil
from importlib import import_module

from tests.referee.pairs.pair import Pair, primitive_pair

PAIRS = {}
for _module in pkgutil.iter_modules(__path__):
    PAIRS |= getattr(import_module(f"{__name__}.{_module.name}"), "PAIRS", {})


def pairs_of(function):
    """All pairs of a function."""
    found = PAIRS[function]
    return [
        x if isinstance(x, Pair) else primitive_pair(function, x)
        for x in (found if isinstance(found, list) else [found])
    ]
