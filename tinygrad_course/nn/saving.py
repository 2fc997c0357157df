"""A model in a file: its weights, how it is built, and what prepares raw rows for it.

    model.save("digits.safetensors")
    model = tg.load("digits.safetensors")

The weights stand in it under their paths, and nothing else, so that every library that reads safetensors
finds them. All else is JSON in one text of the file (`NOTES`): the version of this format and of the
package, the architecture, the preparation with the names of the classes. Reading a file executes nothing
that is in it.
"""

import json
import os
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, FileFormatError, SettingError, StateDictError
from ..files.atomic import write_whole
from ..files.tensors import DTYPES, decoded, encoded, without_repeats
from ..version import __version__
from .architecture import ArchitectureError, NotDescribed, built, described
from .module import Module
from .preparation import Preparation, checked

M = TypeVar("M", bound=Module)

SUFFIX = ".safetensors"

NOTES = "tinygrad_course"
"""The name of the text in the file that says all but the weights."""

_VERSION = 1


def save(model: Module, path: str | os.PathLike[str]) -> None:
    """Write weights, architecture and preparation of a model into a .safetensors file, whole or not at all.

    A model of classes of your own is saved as well. Its file does not say how it is built, and `load` needs
    a model to fill.

    Raises: SettingError for another suffix; DtypeError for weights that the format can't hold; DataError for
    a preparation that is not finite; OSError; MissingExtraError.
    """
    if not os.fspath(path).endswith(SUFFIX):
        raise SettingError(
            f"path={os.fspath(path)!r}: a model is written as {SUFFIX}: write "
            f"{os.path.splitext(path)[0] + SUFFIX!r}"
        )
    frozen = [name for name, p in model.named_parameters() if not p.requires_grad]
    notes: dict[str, Any] = {"version": _VERSION, "package": __version__, "frozen": frozen}
    try:
        notes["architecture"] = described(model)
    except NotDescribed as reason:
        notes["why_not_described"] = f"{type(model).__name__}: {reason}"
    if model.preparation is not None:
        notes["preparation"] = _as_json(model.preparation)
    # In ASCII, since the names of folders, which are classes, may be no Unicode.
    write_whole(path, encoded(model.state_dict(), {NOTES: json.dumps(notes, allow_nan=False)}))


@overload
def load(path: str | os.PathLike[str]) -> Module: ...
@overload
def load(path: str | os.PathLike[str], into: M) -> M: ...
def load(path: str | os.PathLike[str], into: Module | None = None) -> Module:
    """The model in a file that `save` wrote, with its preparation.

    `into` is a model that gets the weights, and the preparation if the file has one, and is returned: for
    models of classes of your own, and for files that other programs wrote.

    Raises: FileFormatError if the file is damaged, or holds no model; SettingError if it does not say how
    its model is built; StateDictError, and nothing is loaded, if the weights don't fit `into`; OSError;
    MissingExtraError.
    """
    name = os.fspath(path)
    with open(path, "rb") as file:
        weights, texts = decoded(file.read(), name)
    if into is None and NOTES not in texts:
        raise SettingError(
            f"{name} has weights, but does not say how their model is built: build it, and give it, "
            f"tg.load({name!r}, into=model)"
        )
    notes = _notes(texts[NOTES], name) if NOTES in texts else {}
    preparation = _preparation(notes["preparation"], name) if "preparation" in notes else None
    if into is None:
        model = _built(notes, weights, name)
    else:
        model = into
        model.load_state_dict(weights)
    if preparation is not None:
        model.preparation = preparation
    return model


def _built(notes: Mapping[str, Any], weights: Mapping[str, NDArray[Any]], name: str) -> Module:
    """The model that the notes describe, with these weights.

    Raises: SettingError if they describe none; FileFormatError if it can't be built.
    """
    if "architecture" not in notes:
        raise SettingError(
            f"{name} does not say how its model is built ({notes.get('why_not_described')}): build it, and "
            f"give it, tg.load({name!r}, into=model)"
        )
    try:
        model = built(notes["architecture"])
        model.load_state_dict(weights)
        parameters = dict(model.named_parameters())
        for frozen in notes["frozen"]:
            parameters[frozen].requires_grad = False
    except (ArchitectureError, StateDictError, KeyError, TypeError) as error:
        raise FileFormatError(f"{name} holds no model that can be built: {error}") from None
    return model


def _notes(text: str, name: str) -> dict[str, Any]:
    """What `save` noted beside the weights.

    Raises: FileFormatError if it is damaged, or of another version.
    """
    try:
        notes = json.loads(text, object_pairs_hook=without_repeats, parse_constant=_refuse_constant)
        version = notes["version"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileFormatError(f"{name}: its notes on the model are damaged: {error}") from None
    if version is True or version != _VERSION:
        raise FileFormatError(
            f"{name} was written in version {version!r:.20} of the format, by tinygrad_course "
            f"{notes.get('package')!r:.20}, and this one reads version {_VERSION}: install a newer "
            f"tinygrad_course"
        )
    found: dict[str, Any] = notes
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


# --- the preparation -------------------------------------------------------------------------------


def _as_json(preparation: Preparation) -> dict[str, Any]:
    """The state of a preparation, with its arrays as lists: Python writes a float so that it comes back."""
    data, arrays = preparation.to_state()
    for name, array in arrays.items():
        if array.dtype.name not in DTYPES.values() or not np.isfinite(array).all():
            raise DataError(
                f"{preparation!r} can't be written into a file: {name} must be finite numbers, and is {array}"
            )
    listed = {
        name: {"dtype": array.dtype.name, "values": array.tolist()}
        for name, array in arrays.items()
    }
    return {"state": data, "arrays": listed}


def _preparation(found: Any, name: str) -> Preparation:
    """The inverse of `_as_json`.

    Raises: FileFormatError.
    """
    try:
        arrays = {key: _array(**array) for key, array in found["arrays"].items()}
        return Preparation.from_state(found["state"], arrays)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        way_out = str(error) if isinstance(error, DataError) else f"{type(error).__name__}, {error}"
        raise FileFormatError(f"{name}: its preparation is damaged: {way_out:.400}") from None


def _array(dtype: Any, values: Any) -> NDArray[Any]:
    if dtype not in DTYPES.values():
        raise ValueError(f"there are no arrays of {dtype!r:.20}")
    array = np.array(checked(values, list))
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{values!r:.60} are no numbers")
    with np.errstate(all="ignore"):
        made = array.astype(dtype)
    if not np.array_equal(made, array):
        raise ValueError(f"{values!r:.60} are no {dtype}")
    return made
