"""Work for several processes, one piece at a time, with a limit: what hangs or crashes is ended."""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from multiprocessing.connection import Connection, wait
from typing import Any

from .examine import Result
from .mutation import Mutation
from .subjects import Target

Piece = tuple[Mutation, list[Target]]
"""A mutation, and the rules that it changes, each of which has a result of its own."""

STARTING = 300.0
"""So many seconds a process may take to begin."""


def results(
    pieces: Sequence[Piece],
    serve: Callable[[Connection], None],
    processes: int,
    limit: float,
) -> Iterator[tuple[Mutation, Result]]:
    """The result of every target, in the order in which they come.

    `serve` runs in each process: it sends a result for each target of the pieces that it is sent, and None as
    a sign of life: the first when it is ready. A target that ends the process, or after which there is no
    such sign for `limit` seconds, counts as caught.

    Raises: RuntimeError if a process does not begin.
    """
    shares = _Shares(len(pieces), processes)
    workers = [_Worker(serve, limit) for _ in range(processes)]
    try:
        while True:
            for i, worker in enumerate(workers):
                if worker.is_idle and (k := shares.next_of(i)) is not None:
                    worker.give(pieces[k])
            busy = [worker for worker in workers if not worker.is_idle or worker.is_starting]
            if all(worker.is_idle for worker in workers) and shares.is_empty:
                return
            wait([worker.connection for worker in busy], timeout=1.0)
            for worker in busy:
                yield from worker.answers()
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """A process, and what it is working on."""

    def __init__(self, serve: Callable[[Connection], None], limit: float) -> None:
        self.serve, self.limit = serve, limit
        self.mutation: Mutation | None = None
        self.targets: list[Target] = []
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=self.serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self.is_starting = True
        self.deadline = time.monotonic() + STARTING

    @property
    def is_idle(self) -> bool:
        return not self.targets

    def give(self, piece: Piece) -> None:
        self.mutation, self.targets = piece[0], list(piece[1])
        if not self.is_starting:
            self._send()

    def _send(self) -> None:
        self.connection.send((self.mutation, self.targets))
        self.deadline = time.monotonic() + self.limit

    def answers(self) -> Iterator[tuple[Mutation, Result]]:
        """What has come by now."""
        try:
            while self.connection.poll():
                yield from self._took(self.connection.recv())
        except (EOFError, OSError):
            yield from self._ended("crash")
        if time.monotonic() > self.deadline:
            yield from self._ended("time")

    def _took(self, answer: Any) -> Iterator[tuple[Mutation, Result]]:
        self.deadline = time.monotonic() + self.limit
        if self.is_starting:
            self.is_starting = False
            if self.targets:
                self._send()
        elif answer is not None:
            assert self.mutation is not None
            self.targets.remove(answer.target)
            yield self.mutation, answer

    def _ended(self, why: str) -> Iterator[tuple[Mutation, Result]]:
        """The process is lost; a new one goes on after the target that it was at."""
        if self.is_starting:
            raise RuntimeError(f"a process of the mutation run did not begin ({why})")
        self.end()
        if self.targets:
            assert self.mutation is not None
            yield self.mutation, Result(self.targets.pop(0), "caught", why, crashed=True)
        self._start()

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


class _Shares:
    """Each worker has its own run of pieces, since what it has prepared for one serves its neighbours.

    Who has none left takes half of the largest share.
    """

    def __init__(self, count: int, workers: int) -> None:
        cuts = [count * i // workers for i in range(workers + 1)]
        self.shares = [range(a, b) for a, b in pairwise(cuts)]

    @property
    def is_empty(self) -> bool:
        return not any(self.shares)

    def next_of(self, i: int) -> int | None:
        if not self.shares[i]:
            k = max(range(len(self.shares)), key=lambda k: len(self.shares[k]))
            share = self.shares[k]
            middle = (len(share)) // 2
            self.shares[k], self.shares[i] = share[:middle], share[middle:]
        if not self.shares[i]:
            return None
        first, self.shares[i] = self.shares[i][0], self.shares[i][1:]
        return first
