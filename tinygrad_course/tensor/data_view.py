"""`DataView`: the array of a Tensor as `.data` hands it out.

It is a view of the tensor's own numbers, and an ndarray in all that it does. What it adds: it notes
when it is written into (see writes.py), whichever way, and refuses where the numbers belong to others
as well.

    w.data[0] = 1.0        w.data -= 0.1 * gradient        np.copyto(w.data, values)
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from ..engine import operands
from ..engine.graph import user_place
from ..engine.writes import note
from ..errors import GraphError

_WRITERS: frozenset[Callable[..., Any]] = frozenset(
    (np.copyto, np.put, np.place, np.putmask, np.put_along_axis, np.fill_diagonal)
)
"""Functions that write into their first argument."""


class DataView(np.ndarray):
    """A view of a tensor's array that notes what is written into it.

    Raises: GraphError for a write into a tensor that was computed, or that shares another's numbers.
    """

    _tensor: "ref[Any] | None"

    @classmethod
    def of(cls, array: NDArray[Any], tensor: Any, writable: bool) -> "DataView":
        """The view of `array`, the numbers of `tensor`."""
        view = array.view(cls)
        view._tensor = ref(tensor)
        if not writable:
            view.flags.writeable = False
        return view

    def __array_finalize__(self, source: Any) -> None:
        # A slice of it writes into the same numbers; a copy notes its writes for nothing.
        self._tensor = getattr(source, "_tensor", None)

    def _what(self) -> str:
        tensor = self._tensor() if self._tensor is not None else None
        return "a tensor that is gone" if tensor is None else str(tensor._label())

    def _check_writable(self) -> None:
        if not self.flags.writeable:
            raise GraphError(
                f"can't write into the data of {self._what()}: it was computed, or shares its numbers "
                f"with another tensor, whose gradients would be wrong. Write into a copy: .data.copy()"
            )

    def _note(self) -> None:
        note(self, self._what, user_place())

    # --- the ways to write --------------------------------------------------------------------

    def __setitem__(self, index: Any, value: Any) -> None:
        self._check_writable()
        super().__setitem__(index, value)
        self._note()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        outputs = [x for x in kwargs.get("out", ()) if isinstance(x, DataView)]
        if method == "at":
            outputs.append(inputs[0])
        for output in outputs:
            output._check_writable()
        if "out" in kwargs:
            kwargs["out"] = tuple(map(_plain, kwargs["out"]))
        result = getattr(ufunc, method)(*map(_plain, inputs), **kwargs)
        for output in outputs:
            output._note()
        # An augmented assignment goes on with the array that it wrote into.
        return outputs[0] if len(outputs) == 1 and method != "at" else result

    def __array_function__(
        self, function: Any, types: Any, args: Iterable[Any], kwargs: Mapping[str, Any]
    ) -> Any:
        targets = [x for x in (kwargs.get("out"),) if isinstance(x, DataView)]
        first = next(iter(args), None)
        if isinstance(first, DataView) and _writes_into_first(function, kwargs):
            targets.append(first)
        for target in targets:
            target._check_writable()
        result = function(*map(_plain, args), **{name: _plain(x) for name, x in kwargs.items()})
        for target in targets:
            target._note()
        return targets[0] if "out" in kwargs and targets else result

    @property
    def flat(self) -> Any:
        """An iterator over the elements, for reading: it could not note what is written through it."""
        plain = self.view(np.ndarray)
        plain.flags.writeable = False
        return plain.flat

    # --- what is not a view of the tensor's numbers any more ------------------------------------

    def __reduce__(self) -> Any:
        return np.asarray(self).__reduce__()

    def __deepcopy__(self, memo: Any) -> Any:
        return np.array(self)

    def __repr__(self) -> str:
        return repr(np.asarray(self))

    def __str__(self) -> str:
        return str(np.asarray(self))


operands.ALSO_PLAIN.add(DataView)


def _writing(name: str) -> Any:
    """The method of ndarray that writes in place, noted."""

    def method(self: DataView, *args: Any, **kwargs: Any) -> Any:
        self._check_writable()
        result = getattr(np.ndarray, name)(self, *args, **kwargs)
        self._note()
        return result

    method.__name__ = name
    method.__doc__ = getattr(np.ndarray, name).__doc__
    return method


for _name in ("fill", "sort", "partition", "put", "setfield"):
    setattr(DataView, _name, _writing(_name))


def _writes_into_first(function: Callable[..., Any], kwargs: Mapping[str, Any]) -> bool:
    return (
        function in _WRITERS
        or kwargs.get("copy") is False  # nan_to_num
        or bool(kwargs.get("overwrite_input"))  # median and its kin
    )


def _plain(x: Any) -> Any:
    """The same without DataViews, also inside lists and tuples."""
    if isinstance(x, DataView):
        return x.view(np.ndarray)
    if type(x) in (list, tuple):
        return type(x)(map(_plain, x))
    return x
