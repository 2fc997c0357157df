"""`player`: a web page that plays the backpropagation of a loss, or of a function that computes one."""

import os
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from tinygrad_course import Tensor, inspect
from tinygrad_course.errors import DrawingError
from tinygrad_course.inspect import Node
from tinygrad_course.nn import Module

from .. import text
from ..graph import describe
from ..graph.names import Notation, given_names
from ..render import write
from ..subject import outputs_of
from . import page, pass_data
from .graph_data import GraphData
from .network_data import NetworkData
from .observed import ObservedRun, run_backward
from .table import Table

MOST_NODES = 1000
"""A graph of more nodes than this is too long to be played."""


def player(
    x: Tensor | Module | Callable[..., Any],
    path: str | os.PathLike[str] | None = None,
    *,
    inputs: Any = None,
    steps: int | None = None,
    depth: int | None = None,
    names: Mapping[Any, str] | None = None,
    notation: Notation = "plain",
    network: Module | None = None,
) -> "Player":
    """Play backpropagation step by step in a web page: a single file.

        viz.player(loss, "player.html")               # before or after loss.backward()
        viz.player(step, "training.html", steps=20)   # a step of training, twenty times
        viz.player(model, inputs=x)

    x           a Tensor; a function that computes and returns one, and may also make a step of training;
                or a model or a function that takes `inputs`
    steps       how often to run and play a function without inputs
    depth       how many levels of modules and `tg.scope` blocks are open at first: 0 shows each model
                as one box
    names       new names for tensors, by tensor or by present name
    notation    "course" calls the arrays of a net z⁽¹⁾, a⁽¹⁾, ŷ as the course does
    network     a model in the graph, which is also shown as neurons and layers, as by `viz.network`: its
                weights change with the steps, and what is selected in one is marked in the other

    Arrays of at most 64 elements are shown with all their numbers, larger ones by shape and statistics.
    A function is observed while it runs, so that the page shows the lines of code as well. For a tensor a
    separate backward pass is run, which changes no gradient and releases nothing.

    Raises: DrawingError if x can't be played, for a suffix other than .html, for options that don't go
    together, and for a network that can't be drawn or is not in the graph; ChangedValueError if an array
    that the graph needs was overwritten.
    """
    if path is not None:
        _check_suffix(path)  # before the work, so that a wrong one fails at once
    function = x if callable(x) and inputs is None and not isinstance(x, Module) else None
    if steps is not None and (function is None or steps < 1):
        raise DrawingError(
            f"steps={steps}: expected a number of 1 or more, for a function that takes no arguments, "
            f"makes one step of training and returns its loss"
        )
    network_data = None if network is None else NetworkData(network, notation)
    page_data = _PageData(depth, names, notation, network_data)
    if function is not None:
        for i in range(steps or 1):
            page_data.observe(function, i)
    else:
        page_data.add(_single(outputs_of(x, inputs)), page_data.new_run())
    result = Player(page_data.title, page_data.data())
    if path is not None:
        result.save(path)
    return result


class Player:
    """A page that plays backpropagation. It displays itself in a notebook; `save(path)` writes a file."""

    def __init__(self, title: str, data: Mapping[str, Any]) -> None:
        self.title = title
        self.data = data

    def __repr__(self) -> str:
        return f"<Player: {self.title}; see .html(), .save(path)>"

    def html(self) -> str:
        """The page as HTML."""
        return page.source(self.title, self.data)

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html())}" title="{escape(self.title)}" '
            f'style="width: 100%; height: 720px; border: 0"></iframe>'
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file.

        Raises: DrawingError, without changing the file.
        """
        _check_suffix(path)
        write(Path(path), self.html().encode())


class _PageData:
    """Collects the data of a page."""

    def __init__(
        self,
        depth: int | None,
        names: Mapping[Any, str] | None,
        notation: Notation,
        network_data: NetworkData | None,
    ) -> None:
        self.depth, self.names, self.notation = depth, names, notation
        self.network = network_data
        self.title = ""
        self.table = Table()
        self.graphs: list[dict[str, Any]] = []
        self.passes: list[dict[str, Any]] = []
        self.notes: list[str] = []

    def new_run(self) -> ObservedRun:
        """A new observer."""
        return ObservedRun(self.table, self.network.parameters if self.network else ())

    def observe(self, function: Callable[..., Any], i: int) -> None:
        """Observe a function while it runs, and add its graph."""
        run = self.new_run()
        with run:
            loss = function()
        if not isinstance(loss, Tensor) or loss.node is None:
            name = getattr(function, "__name__", "the function")
            what = "a Tensor without a graph" if isinstance(loss, Tensor) else type(loss).__name__
            raise DrawingError(
                f"{name} returned {what} in step {i + 1}: it must return a Tensor that it computed, "
                f"such as its loss, not under no_grad() and without .item() or .detach()"
            )
        self.add(loss, run)

    def add(self, loss: Tensor, run: ObservedRun) -> None:
        """Add the graph of a tensor. If no backward pass went through it, one is run."""
        if loss.node is None:
            raise DrawingError(
                "this tensor has no graph to play: it was computed under no_grad(), or from nothing with "
                "requires_grad=True"
            )
        if loss.is_leaf:
            raise DrawingError(
                "this tensor is a leaf: nothing was computed from it yet, so there is no backward pass to "
                "play; give the player a result, such as a loss"
            )
        order = inspect.nodes(loss)
        if len(order) > MOST_NODES:
            raise DrawingError(
                f"a graph of {text.count(len(order), 'node')} is too long to be played (the limit is "
                f"{MOST_NODES:,}): play a part of it, or draw it: viz.draw(loss) folds large graphs"
            )
        backward = run.last_pass_through(loss.node)
        if backward is None:
            self._add_notes(loss, order)
            backward = run_backward(loss, run)
        elif backward is run.passes[-1]:  # the graph keeps no gradients of earlier ones
            backward.note_hooked_gradients()
        graph = GraphData(
            order, given_names(order, [loss], self.names, self.notation), run.locations
        )
        data = graph.data(self.depth)
        shown = pass_data.collect(loss, graph, run, backward, self.table)
        if self.network:
            data["network"] = self.network.parts(graph)
            shown["network"] = self.network.note(run.leaves(order))
        if data not in self.graphs:
            self.graphs.append(data)
        self.passes.append({"graph": self.graphs.index(data), **shown})
        self.title = self.title or describe.title("Backpropagation", [loss], order)

    def _add_notes(self, loss: Tensor, order: Sequence[Node]) -> None:
        """Add notes to the page on what it can't show, and how to see it."""
        if loss.size != 1 and loss.node is not None:
            self.notes.append(
                f"The result has shape {loss.shape}. The backward pass starts with ones, as if from its sum."
            )
        released = inspect.is_released(*order)
        if released and not all(node.spec.small for node in order):
            self.notes.append(
                "An earlier backward pass has released the arrays of more than 64 elements. To see all "
                "gradients, call viz.player(loss) before loss.backward(), or give it a function that "
                "computes the loss."
            )
        if inspect.overwritten_since_used(order):
            self.notes.append(
                "Some leaves have changed since the forward pass, for example by an optimizer. They are "
                "shown with their new values. To see both, play a function that makes the step."
            )

    def data(self) -> dict[str, Any]:
        """The data for the page."""
        return {
            "title": self.title,
            "notes": self.notes,
            "table": self.table.rows,
            "graphs": self.graphs,
            "passes": self.passes,
            "network": self.network and self.network.data(),
        }


def _single(tensors: Any) -> Tensor:
    """The only tensor."""
    given = list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]
    if len(given) != 1 or not isinstance(given[0], Tensor):
        kinds = ", ".join(type(x).__name__ for x in given) or "nothing"
        raise DrawingError(
            f"can't play {kinds}: give one Tensor, such as a loss; or a function that computes it"
        )
    return given[0]


def _check_suffix(path: str | os.PathLike[str]) -> None:
    if not isinstance(path, (str, os.PathLike)) or Path(path).suffix.lower() != ".html":
        raise DrawingError(
            f"can't save a player as {path!r}: it is a web page, so the name must end in .html"
        )
