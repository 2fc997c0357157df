"""Arrays in containers: nested dictionaries, lists, tuples and named tuples, as models keep parameters.

    parameters = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    leaves(parameters)                      [("['W1']", W1), ("['b1']", b1), …]
    rebuilt(parameters, [dW1, db1, …])      {"W1": dW1, "b1": db1, …}

A list or tuple of numbers is an array, as it is to NumPy. It is a container if there is an array, a
tensor or another container than that somewhere in it.
"""

from collections.abc import Iterator, Sequence
from typing import Any


def is_container(x: Any) -> bool:
    """Whether x holds arrays, and is none itself."""
    if isinstance(x, dict):
        return True
    return type_of_sequence(x) is not None and any(map(_is_no_number, x))


def type_of_sequence(x: Any) -> type | None:
    """list, tuple or the class of a named tuple; None for anything else."""
    kind: type = x.__class__
    return (
        kind if kind in (list, tuple) or (isinstance(x, tuple) and hasattr(x, "_fields")) else None
    )


def _is_no_number(x: Any) -> bool:
    if type_of_sequence(x) is not None:
        return is_container(x)
    return (
        (hasattr(x, "shape") and x.shape != ())
        or isinstance(x, dict)
        or hasattr(x, "requires_grad")
    )


def leaves(x: Any, path: str = "") -> list[tuple[str, Any]]:
    """All that the container holds, each with its path; of anything else, itself."""
    return list(_leaves(x, path))


def _leaves(x: Any, path: str) -> Iterator[tuple[str, Any]]:
    if not is_container(x):
        yield path, x
        return
    for key, value in _items(x):
        yield from _leaves(value, path + key)


def _items(x: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(x, dict):
        return ((f"[{key!r}]", value) for key, value in x.items())
    if hasattr(x, "_fields"):
        return ((f".{name}", value) for name, value in zip(x._fields, x))
    return ((f"[{i}]", value) for i, value in enumerate(x))


def rebuilt(x: Any, values: Sequence[Any]) -> Any:
    """The container with other leaves, in the order of `leaves`."""
    left = iter(values)
    made = _rebuilt(x, left)
    assert next(left, None) is None, "as many values as leaves"
    return made


def _rebuilt(x: Any, values: Iterator[Any]) -> Any:
    if not is_container(x):
        return next(values)
    if isinstance(x, dict):
        return x.__class__((key, _rebuilt(value, values)) for key, value in x.items())
    parts = [_rebuilt(value, values) for value in x]
    return x.__class__(*parts) if hasattr(x, "_fields") else x.__class__(parts)
