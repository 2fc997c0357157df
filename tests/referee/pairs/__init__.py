"""Which operation of ours is which of PyTorch's, one file a topic as in `tinygrad_course.ops`.

Each has PAIRS. Where PyTorch has no function of its own but can say the same in a line, the line is
the pair: its gradient is PyTorch's all the same.
"""

import pkgutil
from importlib import import_module

from tests.referee.pairs.pair import Function, Pair, Pairs, primitive_pair

PAIRS: Pairs = {}
for _module in pkgutil.iter_modules(__path__):
    PAIRS |= getattr(import_module(f"{__name__}.{_module.name}"), "PAIRS", {})


def pairs_of(function: Function) -> list[Pair]:
    """All pairs of a function."""
    found = PAIRS[function]
    return [
        x if isinstance(x, Pair) else primitive_pair(function, x)
        for x in (found if isinstance(found, list) else [found])
    ]
