"""`DataView`: the array that `Tensor.data` returns.

It is a view of the tensor's memory, and behaves as an ndarray. In addition it notes writes (see
writes.py), and refuses them if other tensors share the memory.

    w.data[0] = 1.0        w.data -= 0.1 * gradient        np.copyto(w.data, values)

To NumPy it is read-only. It makes the memory writable for each write that it intercepts. A write that
it can't intercept (through np.asarray(w.data), a memoryview, a random generator's shuffle) therefore
raises NumPy's own error, instead of silently making gradients wrong.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from ..engine.source_lines import user_location
from ..engine.writes import note_write
from ..errors import GraphError
from . import operands
from .numpy_arguments import written_arguments


class DataView(np.ndarray):
    """A view of a tensor's array that notes writes into it.

    Raises: GraphError for a write into a tensor that was computed, or that shares memory with another.
    """

    __slots__ = ("_tensor", "_writable")

    _tensor: "ref[Any] | None"
    """The tensor that has the memory; None for a copy."""
    _writable: bool

    @classmethod
    def of(cls, array: NDArray[Any], tensor: Any, writable: bool) -> "DataView":
        """A view of `array`, the data of `tensor`."""
        view = array.view(cls)
        flags = view.flags
        view._tensor = ref(tensor)
        view._writable = writable and flags.writeable
        flags.writeable = False
        return view

    def _shared_by(self, array: NDArray[Any]) -> "DataView":
        """`array`, which shares memory with this view, as a DataView too."""
        view = array.view(DataView)
        view._tensor = self._tensor
        view._writable = self._writable
        view.flags.writeable = False
        return view

    def __array_finalize__(self, source: Any) -> None:
        is_view = isinstance(source, DataView) and self.base is not None
        self._tensor = source._tensor if is_view else None
        self._writable = is_view and source._writable

    def _what(self) -> str:
        tensor = self._tensor() if self._tensor is not None else None
        return "a tensor that is gone" if tensor is None else str(tensor._label())

    def _opened(self) -> NDArray[Any]:
        """The same memory as a plain, writable array."""
        array = self.view(np.ndarray)
        if self._tensor is None:
            return array
        if not self._writable:
            raise GraphError(
                f"can't write into the data of {self._what()}: it was computed, is an argument of a "
                f"function that is being differentiated, or shares its numbers with another tensor, "
                f"whose gradients would be wrong. Write into a copy: .data.copy()"
            )
        array.flags.writeable = True
        return array

    def _note(self) -> None:
        if self._tensor is not None:
            note_write(self, self._what, user_location())

    # --- writes -------------------------------------------------------------------------------

    def __setitem__(self, index: Any, value: Any) -> None:
        _noted([self], (*_REFUSALS, IndexError), self._opened().__setitem__, index, value)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        run = getattr(ufunc, method)
        if "out" in kwargs or method == "at":
            return _Call(kwargs.get("out", inputs[:1])).run(run, inputs, kwargs)
        return run(
            *[x.view(np.ndarray) if isinstance(x, DataView) else x for x in inputs], **kwargs
        )

    def __array_function__(
        self, function: Any, types: Any, args: Iterable[Any], kwargs: Mapping[str, Any]
    ) -> Any:
        args = tuple(args)
        return _Call(written_arguments(function, args, kwargs)).run(function, args, kwargs)

    # --- copies and text: plain arrays --------------------------------------------------------

    def __reduce__(self) -> Any:
        return np.asarray(self).__reduce__()

    def __deepcopy__(self, memo: Any) -> Any:
        return np.array(self)

    def __repr__(self) -> str:
        return repr(np.asarray(self))

    def __str__(self) -> str:
        return str(np.asarray(self))


operands.COMPUTE_LIKE_NUMPY.add(DataView)


_REFUSALS = (TypeError, ValueError)
"""What NumPy raises before it writes anything. Other exceptions may come in the middle of a write, such as
that for a division by zero under np.errstate."""


def _noted(
    targets: Iterable[DataView],
    refusals: tuple[type[Exception], ...],
    write: Callable[..., Any],
    *args: Any,
    **kwargs: Any,
) -> Any:
    """Call `write` and note that it wrote into `targets`, unless it raises one of the `refusals`."""
    try:
        result = write(*args, **kwargs)
    except refusals:
        raise
    except BaseException:
        for target in targets:
            target._note()
        raise
    for target in targets:
        target._note()
    return result


def _writing(name: str) -> Any:
    """A method of ndarray that writes in place, and notes it."""

    def method(self: DataView, *args: Any, **kwargs: Any) -> Any:
        return _noted([self], _REFUSALS, getattr(self._opened(), name), *args, **kwargs)

    method.__name__ = name
    method.__doc__ = getattr(np.ndarray, name).__doc__
    return method


for _name in ("fill", "sort", "partition", "put", "setfield"):
    setattr(DataView, _name, _writing(_name))


class _Call:
    """A call of a NumPy function with plain arrays in place of DataViews, some of which it writes into."""

    def __init__(self, targets: Iterable[Any]) -> None:
        self.targets = [x for x in targets if isinstance(x, DataView)]
        self.plain = {id(x): (x, x._opened()) for x in self.targets}

    def run(
        self, function: Callable[..., Any], args: Iterable[Any], kwargs: Mapping[str, Any]
    ) -> Any:
        args = [self._plain(x) for x in args]
        kwargs = {name: self._plain(x) for name, x in kwargs.items()}
        return self._watched(_noted(self.targets, _REFUSALS, function, *args, **kwargs))

    def _plain(self, x: Any) -> Any:
        """x without DataViews, also inside lists and tuples."""
        if isinstance(x, DataView):
            pair = self.plain.get(id(x))
            if pair is None:
                self.plain[id(x)] = pair = x, x.view(np.ndarray)
            return pair[1]
        if x.__class__ in (list, tuple):
            return x.__class__(map(self._plain, x))
        return x

    def _watched(self, result: Any) -> Any:
        """The result, with each array that shares memory with a DataView as a DataView too."""
        if isinstance(result, np.ndarray):
            for view, array in self.plain.values():
                if result is array:
                    return view
                if view._tensor is not None and np.may_share_memory(result, array):
                    return view._shared_by(result)
        if result.__class__ in (list, tuple):
            return result.__class__(map(self._watched, result))
        return result
