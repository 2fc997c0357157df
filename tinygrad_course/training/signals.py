"""Signals that wait for the end of a step, so that a training can be saved before it ends."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

EXIT_OF_SIGTERM = 128 + signal.SIGTERM
"""What a shell reports of a program that SIGTERM ended: 143."""


class Requests:
    """Whether the training was asked to end."""

    def __init__(self) -> None:
        self.signal: int | None = None

    def take(self, number: int, frame: FrameType | None) -> None:
        """A handler. A second Ctrl-C does not wait."""
        if number == signal.SIGINT and self.signal == signal.SIGINT:
            raise KeyboardInterrupt
        self.signal = number

    def obey(self) -> NoReturn:
        """End: with KeyboardInterrupt after Ctrl-C, and with the exit code 143 after SIGTERM."""
        if self.signal == signal.SIGINT:
            raise KeyboardInterrupt
        sys.exit(EXIT_OF_SIGTERM)


@contextmanager
def until_the_step_ends(wanted: bool) -> Iterator[Requests]:
    """Note SIGTERM and Ctrl-C inside, if wanted. Only the main thread gets signals; others change nothing."""
    requests = Requests()
    if not wanted or threading.current_thread() is not threading.main_thread():
        yield requests
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, requests.take)
    try:
        yield requests
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
