"""A model in a file: its weights, and how it is built.

    model.save("digits.safetensors")
    model = tg.load("digits.safetensors")

The weights stand in it under their paths, so that every library that reads safetensors finds them. Reading
a file executes nothing that is in it.
"""

import json
import os
from collections.abc import Mapping
from typing import Any, TypeVar, overload

from ..errors import FileFormatError, SettingError, StateDictError
from ..files.atomic import write_whole
from ..files.tensors import decoded, encoded
from .architecture import ArchitectureError, NotDescribed, built, described
from .module import Module

M = TypeVar("M", bound=Module)

SUFFIX = ".safetensors"

NOTES = "tinygrad_course"
"""The text in the file that says how the model is built."""

_VERSION = 1


def save(model: Module, path: str | os.PathLike[str]) -> None:
    """Write the weights of a model and its architecture into a .safetensors file, whole or not at all.

    A model of classes of your own is saved as well. Its file does not say how it is built, and `load` needs
    a model to fill.

    Raises: SettingError for another suffix; DtypeError for weights that the format can't hold; OSError;
    MissingExtraError.
    """
    if not os.fspath(path).endswith(SUFFIX):
        raise SettingError(
            f"path={os.fspath(path)!r}: a model is written as {SUFFIX}: write "
            f"{os.path.splitext(path)[0] + SUFFIX!r}"
        )
    frozen = [name for name, p in model.named_parameters() if not p.requires_grad]
    notes: dict[str, Any] = {"version": _VERSION, "frozen": frozen}
    try:
        notes["architecture"] = described(model)
    except NotDescribed as reason:
        notes["why_not_described"] = f"{type(model).__name__}: {reason}"
    write_whole(path, encoded(model.state_dict(), {NOTES: json.dumps(notes, ensure_ascii=False)}))


@overload
def load(path: str | os.PathLike[str]) -> Module: ...
@overload
def load(path: str | os.PathLike[str], into: M) -> M: ...
def load(path: str | os.PathLike[str], into: Module | None = None) -> Module:
    """The model in a file that `save` wrote.

    `into` is a model that gets the weights, and is returned: for models of classes of your own, and for
    files that other programs wrote.

    Raises: FileFormatError if the file is damaged, or holds no model; SettingError if it does not say how
    its model is built; StateDictError, and nothing is loaded, if the weights don't fit `into`; OSError;
    MissingExtraError.
    """
    name = os.fspath(path)
    with open(path, "rb") as file:
        weights, texts = decoded(file.read(), name)
    if into is not None:
        into.load_state_dict(weights)
        return into
    notes = _notes(texts, name)
    try:
        model = built(notes["architecture"])
        model.load_state_dict(weights)
        parameters = dict(model.named_parameters())
        for frozen in notes["frozen"]:
            parameters[frozen].requires_grad = False
    except (ArchitectureError, StateDictError, KeyError, TypeError) as error:
        raise FileFormatError(f"{name} holds no model that can be built: {error}") from None
    return model


def _notes(texts: Mapping[str, str], name: str) -> dict[str, Any]:
    """What `save` noted beside the weights, with an architecture in it.

    Raises: FileFormatError, SettingError.
    """
    if NOTES not in texts:
        raise SettingError(
            f"{name} has weights, but does not say how their model is built: build it, and give it, "
            f"tg.load({name!r}, into=model)"
        )
    try:
        notes = json.loads(texts[NOTES])
        version = notes["version"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileFormatError(f"{name}: its notes on the model are damaged: {error}") from None
    if version != _VERSION:
        raise FileFormatError(
            f"{name} was written in version {version!r:.20} of the format, and this one reads version "
            f"{_VERSION}: install a newer tinygrad_course"
        )
    if "architecture" not in notes:
        raise SettingError(
            f"{name} does not say how its model is built ({notes.get('why_not_described')}): build it, and "
            f"give it, tg.load({name!r}, into=model)"
        )
    found: dict[str, Any] = notes
    return found
