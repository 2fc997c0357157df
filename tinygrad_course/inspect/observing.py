"""Observers: told of operations and backward passes as they happen."""

import sys
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any

from ..engine.grad_mode import Observing
from ..engine.source_lines import is_ours, user_file_and_line
from ..primitive import Array
from .graph import Node, as_engine


class Observer(Observing):
    """A context that is told what happens in graphs while it is open. Subclasses say what they do.

        class Count(inspect.Observer):
            operations = 0

            def recorded(self, node, operands, out):
                self.operations += 1

        with Count() as ...

    The observer of the innermost open context is told, and no other. One with `opens_checkpoints = True` is
    told of the operations inside of checkpoints, which are not recorded as one operation then.
    """

    def recorded(self, node: Node, operands: Sequence[Array], out: Array) -> None:
        """An operation ran: `node` was made for it, with the values of its operands and its output."""

    def before_backward(self, order: Sequence[Node]) -> None:
        """A backward pass over these nodes is about to begin, from the last one; nothing has changed."""

    def propagated(
        self,
        node: Node,
        cotangent: Array,
        parents: Sequence[Node | None],
        leaves: Mapping[Node, Array],
    ) -> None:
        """An operation got its cotangent, and has propagated it to its parents.

        `parents` are those that get something in this pass, and None; `leaves` has the cotangents that
        have reached leaves so far.
        """

    def annotate(self, node: Node, annotation: Any) -> None:
        """Leave something on a node, to find it there again as `node.annotation`."""
        as_engine(node)._annotation = annotation

    def note_location(self, node: Node) -> None:
        """Note the line of the user's code that runs now as `node.location`."""
        file, line = _user_line(sys._getframe(1))
        as_engine(node)._location = f"{file}:{line}"


def user_line() -> tuple[str, int]:
    """File and line of the user's code that runs the operation which an observer is told of."""
    return _user_line(sys._getframe(1))


def _user_line(frame: FrameType) -> tuple[str, int]:
    """Beyond the frames of the observer, and those of the package which told it."""
    while frame.f_back is not None and not is_ours(frame):
        frame = frame.f_back
    return user_file_and_line(frame)
