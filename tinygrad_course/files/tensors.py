"""Named arrays and texts in the format of safetensors, which holds nothing that could be executed.

The package safetensors (the extra `safetensors`) reads and writes it. This module adds what it lets pass:
a name that stands twice in the header, and bytes that are neither true nor false.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DtypeError, FileFormatError, MissingExtraError

DTYPES = {
    "BOOL": "bool",
    "I8": "int8",
    "U8": "uint8",
    "I16": "int16",
    "U16": "uint16",
    "I32": "int32",
    "U32": "uint32",
    "I64": "int64",
    "U64": "uint64",
    "F16": "float16",
    "F32": "float32",
    "F64": "float64",
}
"""NumPy's names of the dtypes that the format knows. It also knows some that NumPy has not, such as BF16."""

TEXTS = "__metadata__"


def encoded(tensors: Mapping[str, NDArray[Any]], texts: Mapping[str, str]) -> bytes:
    """The file with these arrays and texts.

    Raises: DtypeError for a dtype that the format does not have; MissingExtraError.
    """
    library = _library()
    for name, array in tensors.items():
        if array.dtype.name not in DTYPES.values():
            raise DtypeError(
                f"{name!r} is {array.dtype}, which safetensors can't hold: convert it with "
                f".astype(np.float64), or to another of {', '.join(DTYPES.values())}"
            )
    ordered = {name: np.array(array, order="C") for name, array in tensors.items()}
    made: bytes = library.numpy.save(
        ordered, dict(texts) or None
    )  # it writes no whole file for {} and {}
    return made


def decoded(data: bytes, source: str) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """The arrays and texts in a file. `source` is what errors call it.

    Raises: FileFormatError for anything but a whole file of this format; MissingExtraError.
    """
    library = _library()
    try:
        entries = library.deserialize(data)
        texts = _texts(data)
        return {name: _array(name, **entry) for name, entry in entries}, texts
    except (library.SafetensorError, _Damaged) as error:
        raise FileFormatError(f"{source} is no whole safetensors file: {error}") from None


class _Damaged(ValueError):
    """What the library lets pass."""


def _texts(data: bytes) -> dict[str, str]:
    """The texts, from a header that the library has accepted."""
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length], object_pairs_hook=without_repeats)
    texts: dict[str, str] = header.get(TEXTS) or {}
    return texts


def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, for json.loads.

    Raises: ValueError for a name that stands twice.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise _Damaged(f"it has {twice!r} twice")
    return found


def _array(name: str, dtype: str, shape: list[int], data: bytearray) -> NDArray[Any]:
    if dtype not in DTYPES:
        raise _Damaged(
            f"{name!r} is {dtype}, which NumPy does not have: convert it to float32 in the program that "
            f"wrote the file"
        )
    if dtype == "BOOL" and any(data.translate(None, b"\0\1")):
        raise _Damaged(f"{name!r} has bytes that are neither true nor false")
    native = np.dtype(DTYPES[dtype])
    return np.frombuffer(data, native.newbyteorder("<")).reshape(shape).astype(native, copy=False)


def _library() -> Any:
    try:
        import safetensors.numpy
    except ImportError:
        raise MissingExtraError(
            "model files need the package safetensors: pip install 'tinygrad_course[safetensors]'"
        ) from None
    return safetensors
