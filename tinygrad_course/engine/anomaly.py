"""`detect_anomaly`: where does the NaN come from?

    with detect_anomaly():
        loss = cost(model(x), y)
        loss.backward()

The first operation that turns finite numbers into NaN or infinity, forward or backward, raises
AnomalyError, which names the operation and the line that ran it. Every number is checked and every
saved array is copied, which is slow: use it to debug, not to train.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..errors import AnomalyError, ChangedValueError
from .grad_mode import Observing
from .graph import Node, describe, values_of
from .source_lines import user_location

Array = Any


class detect_anomaly(Observing):
    """Checks the forward and backward passes inside for NaN, infinities and changed arrays.

    With `infinities=False` infinite numbers are allowed: some computations use them, such as a mask of
    −∞ before a softmax.

    Raises: AnomalyError, from the operation itself or from backward(); ChangedValueError, from
    backward(), for a saved array that was overwritten in any way.
    """

    def __init__(self, infinities: bool = True) -> None:
        super().__init__()
        self.infinities = infinities
        self._silences: list[Any] = []

    def __enter__(self) -> None:
        # Otherwise NumPy's own warnings would come first, and say less.
        self._silences.append(np.errstate(all="ignore"))
        self._silences[-1].__enter__()
        super().__enter__()

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self._silences.pop().__exit__(*error)

    def _recreate_cm(self) -> "detect_anomaly":
        return type(self)(self.infinities)

    def recorded(self, node: Node, operands: Sequence[Any], out: Array) -> None:
        """Check a result."""
        node._location = user_location()
        node._annotation = tuple(_copied(value) for value in node.saved)
        if not self._is_bad(out):
            return
        bad = [x for x in operands if self._is_bad(x)]
        if bad:
            reason = (
                f"an operand already holds {self._what(bad[0])}: look at the data and the weights"
            )
        else:
            reason = f"from operands that are finite: {'; '.join(_ranges(node, operands))}"
        raise AnomalyError(f"{describe(node)}, at {node.location}, gave {self._what(out)} {reason}")

    def before_backward(self, order: Sequence[Node]) -> None:
        """Compare the saved arrays with their copies."""
        for node in order:
            copies = node.annotation or ()
            if any(not _is_same(x, copy) for x, copy in zip(node.saved, copies)):
                raise ChangedValueError(
                    f"{describe(node)}, which ran at {node.location}, saved an array for the backward pass "
                    f"that was overwritten since. If it is an array of yours, give a copy"
                )
        self._order = order

    def propagated(
        self, node: Node, g: Array, parents: Sequence[Any], leaves: dict[Node, Array]
    ) -> None:
        """Check the cotangents of a node's parents, all of which were finite before."""
        if self._is_bad(g):
            raise AnomalyError(f"the gradient that backward() started from is {self._what(g)}")
        for i, parent in enumerate(parents):
            if parent is None:
                continue
            received = leaves.get(parent) if parent.primitive is None else parent._cotangent
            if received is not None and self._is_bad(received):
                raise AnomalyError(self._message(node, i, g, received))

    def _message(self, node: Node, i: int, g: Array, received: Array) -> str:
        primitive = node.primitive
        assert primitive is not None
        operand = primitive.operands[0 if primitive.variadic else i]
        ran = f", which ran at {node.location}," if node.location else ""
        message = (
            f"{describe(node)}{ran} passed {self._what(received)} back to its operand {operand!r}"
        )
        if _is_zero_times_infinity(g, received):
            through = "np.where" if self._is_behind_where(node) else "The operations after it"
            message += (
                f", where the gradient that came to it is 0: its slope is infinite there, and 0 · ∞ is "
                f"NaN. {through} did not use these elements, but they were computed all the same. Give "
                f"the operation a safe argument as well: "
                f"np.where(ok, {primitive.name}(np.where(ok, x, 1.0)), 0.0)"
            )
        return message

    def _is_behind_where(self, node: Node) -> bool:
        """Whether a `where` depends on the node."""
        reached = {node}
        for other in self._order:
            if not reached.isdisjoint(other.parents):
                reached.add(other)
        return any(x.primitive is not None and x.primitive.name == "where" for x in reached)

    def _is_bad(self, x: Any) -> bool:
        x = values_of(x)
        if not isinstance(x, (np.ndarray, np.generic, float)) or np.asarray(x).dtype.kind != "f":
            return False
        return bool(np.isnan(x).any() or (self.infinities and np.isinf(x).any()))

    def _what(self, x: Array) -> str:
        """2 NaN and 1 infinity among 6 numbers, the first at [0, 1]."""
        x = np.asarray(values_of(x))
        nan, infinite = np.isnan(x), np.isinf(x)
        counts = [f"{nan.sum()} NaN"] * bool(nan.any())
        counts += [f"{infinite.sum()} infinite"] * bool(infinite.any())
        if x.size == 1:
            return str(x.reshape(-1)[0])
        first = ", ".join(map(str, np.argwhere(nan | infinite)[0]))
        return f"{' and '.join(counts)} among {x.size} numbers (the first at [{first}])"


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def _is_same(value: Any, copy: Any) -> bool:
    return not isinstance(value, np.ndarray) or np.array_equal(value, copy, equal_nan=True)


def _is_zero_times_infinity(g: Array, received: Array) -> bool:
    """Whether the parent's cotangent is NaN where the node's own is 0."""
    g, received = (np.asarray(values_of(x)) for x in (g, received))
    return g.shape == received.shape and bool((np.isnan(received) & (g == 0)).any())


def _ranges(node: Node, operands: Sequence[Any]) -> Iterator[str]:
    primitive = node.primitive
    assert primitive is not None
    names = primitive.operands * (len(operands) if primitive.variadic else 1)
    for name, x in zip(names, operands):
        values = np.asarray(x) if x is not None else np.zeros(0)
        if values.size and values.dtype.kind in "fiub":
            yield f"{name} from {values.min():.4g} to {values.max():.4g}"
