"""From nodes to boxes, edges and frames."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from tinygrad_course import inspect
from tinygrad_course.inspect import Node

from .. import text
from . import describe, names
from .boxes import ArrayBox, Box, Edge, FoldBox, Frame, OperationBox
from .costs import costs
from .folding import Folding
from .regions import Region, outside_of_modules
from .summary import NOTHING

MOST_CONSTANTS = 12
"""How many constants of one operation are drawn."""

MOST_GIVEN = 3
"""How many constants are drawn at a fold."""


class Builder:
    """Boxes, edges and frames in the making. Nodes are added in topological order.

    names_by_id     names that replace those of nodes and constants, by their ids
    overwritten     leaves that do not hold what the graph used, which are marked
    course          whether operations are written in the course's notation
    values          whether numbers are shown
    costs           whether kept bytes and FLOPs are shown
    """

    def __init__(
        self,
        outputs: Collection[Node],
        folding: Folding,
        names_by_id: Mapping[int, str],
        *,
        overwritten: Collection[Node] = (),
        course: bool = False,
        values: bool = True,
        costs: bool = False,
    ) -> None:
        self.outputs = set(outputs)
        self.folding = folding
        self.names_by_id = names_by_id
        self.overwritten = overwritten
        self.course = course
        self.values = values
        self.costs = costs
        self.boxes: list[Box] = []
        self.edges: list[Edge] = []
        self.frames: dict[Region, Frame] = {}
        self.keys: dict[object, str] = {}  # of the box of a node's array, a constant or a fold
        self.into_folds: set[tuple[str, str]] = set()  # edges, each drawn once
        self.given: defaultdict[str, set[object]] = defaultdict(set)  # the constants of each fold

    def add(self, node: Node) -> None:
        """Add a node: its operation, constants and array; or the fold that it is in."""
        region = self.folding.region_of[node]
        fold = self.folding.fold_around(region)
        if fold is not None:
            self._add_to_fold(node, fold)
            return
        operation = "" if node.primitive is None else self._operation(node, region)
        self.keys[node] = key = self._new_key()
        self.boxes.append(
            ArrayBox(
                key,
                "result" if operation else "leaf",
                text.name(self.names_by_id.get(id(node), node.name)),
                text.spec(node.shape, node.dtype),
                describe.value(node) if self.values else NOTHING,
                describe.gradient(node) if self.values else NOTHING,
                is_output=node in self.outputs and bool(operation),
                is_changed=node in self.overwritten,
                frame=self._frame(region),
            )
        )
        if operation:
            self.edges.append(Edge(operation, key))

    def _operation(self, node: Node, region: Region) -> str:
        """Add an operation and the edges to it; return its key."""
        primitive = node.primitive
        assert primitive is not None
        constants = describe.constants(node)
        drawn = dict(islice(constants.items(), MOST_CONSTANTS))
        tails = {
            i: self.keys[parent] for i, parent in enumerate(node.parents) if parent is not None
        }
        tails |= {i: self.constant(c, _of_constant(c, region)) for i, c in drawn.items()}
        written = names.course_formula(node, self.names_by_id) if self.course else ()
        symbol, *words = written or (describe.symbol(node),)
        words += describe.parameters(node)
        if len(drawn) < len(constants):
            words.append(f"and {text.count(len(constants) - len(drawn), 'constant')} more")
        key = self._new_key()
        self.boxes.append(
            OperationBox(
                key,
                primitive.name,
                symbol,
                tuple(words),
                inspect.formula(node),
                inspect.rules(node),
                tuple(costs(node)) if self.costs else (),
                node.location or "",
                self._frame(region),
            )
        )
        # In the course's notation the formula contains the operands' names.
        labels = [""] * len(node.parents) if written else describe.operand_labels(node)
        for i, operand in enumerate(inspect.operands(node)):
            if i in tails:
                self.edges.append(Edge(tails[i], key, labels[i], describe.stretched(node, operand)))
        return key

    def constant(self, constant: describe.ConstantInfo, region: Region) -> str:
        """Add a constant, once even if it is used several times; return its key."""
        key = self.keys.get(constant.identity)
        if key is None:
            self.keys[constant.identity] = key = self._new_key()
            name = text.name(self.names_by_id.get(constant.id_of_data, constant.name))
            is_number = not constant.spec  # a scalar shows nothing but its value
            value = constant.value if self.values or is_number else NOTHING
            frame = self._frame(region)
            self.boxes.append(ArrayBox(key, "constant", name, constant.spec, value, frame=frame))
        return key

    def _new_key(self) -> str:
        return f"box{len(self.boxes) + 1}"

    def finished(self) -> tuple[tuple[Box, ...], tuple[Edge, ...], tuple[Frame, ...]]:
        """All boxes, edges and frames; outer frames first."""
        return (
            tuple(map(self._complete, self.boxes)),
            tuple(self.edges),
            tuple(self.frames.values()),
        )

    # --- folds and frames ---------------------------------------------------------------------

    def _add_to_fold(self, node: Node, fold: Region) -> None:
        self.keys[node] = key = self._fold_box(fold)
        tails = [self.keys[parent] for parent in node.parents if parent is not None]
        for tail in (*tails, *self._given_to(node, key)):
            if tail != key and (tail, key) not in self.into_folds:
                self.into_folds.add((tail, key))
                self.edges.append(Edge(tail, key))

    def _fold_box(self, region: Region) -> str:
        key = self.keys.get(region)
        if key is None:
            self.keys[region] = key = self._new_key()
            assert region.outer is not None
            assert region.kind != "program"
            kinds = tuple(describe.frequent_operations(region.all_nodes()))
            frame = self._frame(region.outer)
            self.boxes.append(
                FoldBox(key, region.kind, describe.fold_lines(region), region.times, kinds, frame)
            )
        return key

    def _given_to(self, node: Node, fold: str) -> Iterator[str]:
        """The constants that a folded model was given from outside: those with names, and its input."""
        if not node.constants:
            return
        region = outside_of_modules(self.folding.region_of[node])
        if self.folding.fold_around(region) is not None:
            return
        is_first = all(parent is None or parent.primitive is None for parent in node.parents)
        for constant in describe.constants(node).values():
            if constant.spec and (constant.name or is_first):
                self.given[fold].add(constant.identity)
                if len(self.given[fold]) <= MOST_GIVEN:
                    yield self.constant(constant, region)

    def _complete(self, box: Box) -> Box:
        """A finished box: a fold says how many of its constants are not drawn."""
        left_out = len(self.given[box.key]) - MOST_GIVEN if box.key in self.given else 0
        if not isinstance(box, FoldBox) or left_out <= 0:
            return box
        return replace(box, lines=(*box.lines, f"given {text.count(left_out, 'constant')} more"))

    def _frame(self, region: Region) -> str:
        """The key of the frame of an open region; "" for the program."""
        if region.kind not in ("module", "block"):
            return ""
        if region not in self.frames:
            assert region.outer is not None
            outer = self._frame(region.outer)
            label, *lines = describe.heading(region)
            key = f"frame{len(self.frames) + 1}"
            self.frames[region] = Frame(key, region.kind, label, tuple(lines), outer)
        return self.frames[region].key


def _of_constant(constant: describe.ConstantInfo, region: Region) -> Region:
    """A number belongs where it is used, an array to the inputs of the outermost model."""
    return outside_of_modules(region) if constant.spec else region
