"""How many examples Hypothesis draws, and which: the same few each time, or many that are new.

`python3 run.py thorough` takes the profile that draws more: see tests/conftest.py.
"""

from hypothesis import settings

FACTOR = settings.default.max_examples // settings.get_profile("default").max_examples
"""How many times as many examples as usual."""


def same(count=100, **others):
    """So many examples, the same ones each time; a thorough run draws new ones, and more."""
    return settings(max_examples=count * FACTOR, derandomize=FACTOR == 1, database=None, **others)


def few(count):
    """So many examples, new ones each time: fewer than usual, because each of them takes long."""
    return settings(max_examples=count * FACTOR)
