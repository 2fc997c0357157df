"""A worker: a session of pytest that collects the tests once and runs them whenever a mutant needs it.

A primitive's own tests are those of its topic (tests/ops/test_<topic>.py), the calls of the topic's
NumPy functions (tests/laws/test_calls.py), and of the tests that topics share (in tests/ops as well)
those whose parameters name the primitive or one of its functions.
"""

import os
import re
from collections.abc import Callable, Iterable
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path

import hypothesis
import pytest

from tinygrad_course import ops
from tinygrad_course.composition import composed
from tinygrad_course.tensor.numpy_surface import full_name

from .build import AnyPrimitive
from .examine import Examiner
from .laws import Verdict
from .subjects import Broken, subjects

ROOT = Path(__file__).resolve().parents[2]
OF_TOPICS = ROOT / "tests" / "ops"
CALLS = ROOT / "tests" / "laws" / "test_calls.py"
OF_THE_ENGINE = ROOT / "tests" / "test_graph.py"
"""Here unbroadcast is tested."""


def serve(connection: Connection) -> None:
    """Examine what the connection asks for, as long as it lasts: what a worker process runs."""
    for channel in (1, 2):  # LAPACK writes there, too, where it is given NaN
        os.dup2(os.open(os.devnull, os.O_WRONLY), channel)
    # What mutants fail on is no example to remember, and needs not be made small.
    hypothesis.settings.register_profile(
        "mutants",
        database=None,
        derandomize=True,
        deadline=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    hypothesis.settings.load_profile("mutants")
    files = map(str, (OF_TOPICS, CALLS, OF_THE_ENGINE))
    options = ["-q", "--tb=no", "-p", "no:cacheprovider", f"--rootdir={ROOT}"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # Hypothesis is imported already
    pytest.main([*options, *files], plugins=[Session(connection)])


class Session:
    """The plugin that takes the place of pytest's own loop over tests."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.items: list[pytest.Item] = []
        self.failed = False
        self.own = cache(self._own)
        self.is_sound = cache(self._passes)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Answer for one mutation after the other, target by target."""
        self.items = session.items
        examiner = Examiner(self, self._alive)
        by_topic = {subject.topic: subject for subject in subjects()}
        self._alive()
        while True:
            mutation, targets = self.connection.recv()
            for target in targets:
                self.connection.send(examiner.examined(by_topic[mutation.topic], mutation, target))

    def _alive(self) -> None:
        self.connection.send(None)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Of each phase of a test."""
        self.failed |= report.failed

    def first_failure(self, topic: str, primitive: AnyPrimitive, broken: Broken) -> Verdict | None:
        """The first test that fails in a `broken` block, though it passes outside."""
        items = self.own(topic, primitive)
        for item in items:
            self._alive()
            with broken():
                passed = self._passes(item)
            if not passed and self.is_sound(item):
                # It may well see through the next mutant, too.
                items.remove(item)
                items.insert(0, item)
                return Verdict(item.nodeid, False)
        return None

    def _passes(self, item: pytest.Item) -> bool:
        self.failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return not self.failed

    def _own(self, topic: str, primitive: AnyPrimitive) -> list[pytest.Item]:
        """A primitive's tests, those of its topic first."""
        belongs = _belonging(topic, primitive)
        return sorted(filter(belongs, self.items), key=lambda item: item.path == CALLS)


def _belonging(topic: str, primitive: AnyPrimitive) -> Callable[[pytest.Item], bool]:
    """Whether a test has to do with a primitive of a topic."""
    composed_there = [f for f, by in composed.items() if by.__module__ == primitive.__module__]
    functions = {*primitive.numpy_functions, *composed_there}
    called = _one_of(rf"\b{re.escape(full_name(f))}-\d" for f in functions)
    named = _one_of(
        rf"[\[-]{re.escape(name)}[]-]"
        for name in {primitive.name, *(f.__name__ for f in primitive.numpy_functions)}
    )
    of_a_topic = {f"test_{name}" for name in ops.__all__}

    def belongs(item: pytest.Item) -> bool:
        if item.path == CALLS:
            return bool(called.search(item.name))
        if item.path == OF_THE_ENGINE:
            return topic == "pullbacks" and "unbroadcast" in item.name
        own = item.path.stem == f"test_{topic}"
        return own or (item.path.stem not in of_a_topic and bool(named.search(item.name)))

    return belongs


def _one_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(patterns)) or "(?!)")
