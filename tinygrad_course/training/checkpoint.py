"""Checkpoints: files from which `fit` goes on where it was, to the bit.

A checkpoint has all that a training is made of besides the data and the code: weights and buffers, the
optimizer's state with the position in its schedule, the state of callbacks, the history, and of the epoch
that runs the order of its rows, the number of its batches so far and what they add up to. What layers draw
needs no place in it: it is a function of seed and step.

The file has the format of safetensors: arrays, and one text of JSON. Reading it executes nothing.
"""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import CheckpointError, FileFormatError, SettingError
from ..files.atomic import remove_parts, write_whole
from ..files.tensors import decoded, encoded, without_repeats
from ..nn import Module
from ..optim import Optimizer
from ..version import __version__
from .history import History

Arrays = dict[str, NDArray[Any]]

NOTES = "tinygrad_course training"
"""The name of the text in the file."""

_VERSION = 1

_SECONDS = {"s": 1, "sec": 1, "min": 60, "h": 3600}
_EVERY = re.compile(r"(\d+(?:\.\d+)?)\s*(s|sec|min|h|steps?|epochs?)")


class Pace:
    """When a checkpoint is due: after so many seconds, steps or epochs since the last one."""

    def __init__(self, every: Any) -> None:
        self._unit, self._count = _parsed(every)
        self._left = self._count
        self._last = time.monotonic()

    def step(self) -> bool:
        """Whether one is due after another step."""
        if self._unit == "step":
            return self._counted()
        return self._unit == "second" and time.monotonic() - self._last >= self._count

    def epoch(self) -> bool:
        """Whether one is due after another epoch."""
        return self._counted() if self._unit == "epoch" else False

    def written(self) -> None:
        """One was written."""
        self._left, self._last = self._count, time.monotonic()

    def _counted(self) -> bool:
        self._left -= 1
        return self._left <= 0


def _parsed(every: Any) -> tuple[str, float]:
    """Raises: SettingError."""
    if isinstance(every, (int, np.integer)) and not isinstance(every, bool) and every > 0:
        return "step", int(every)
    match = _EVERY.fullmatch(every.strip().lower()) if isinstance(every, str) else None
    count = float(match[1]) if match else 0.0
    if match is None or not count:
        raise SettingError(
            f"every={every!r}: say how often, such as '60s', '5min', '2h', '100 steps' or '1 epoch'"
        )
    if match[2] in _SECONDS:
        return "second", count * _SECONDS[match[2]]
    if count % 1:
        raise SettingError(f"every={every!r}: must be a whole number of {match[2]}")
    return match[2].rstrip("s"), count


@dataclass(frozen=True)
class Checkpoint:
    """What a file of `fit(checkpoint=…)` has: for a look at a training while it runs, or after it."""

    weights: Arrays
    """Weights and buffers after the last step that was saved, for `model.load_state_dict`."""
    best_weights: Arrays
    """Those of the best epoch, if a callback such as `EarlyStopping` keeps them; else none."""
    history: History
    """The figures of the finished epochs."""
    steps: int
    """How many steps the optimizer had taken."""
    finished: bool
    """Whether the training has ended."""


def read_checkpoint(path: str | os.PathLike[str]) -> Checkpoint:
    """A checkpoint, which may be that of a training which is running.

    Raises: FileFormatError if it is none, or damaged; OSError; MissingExtraError.
    """
    arrays, notes = read(path)
    parts = by_part(arrays)
    kept = [parts[name] for name in sorted(parts) if name.startswith("callback.")]
    best = next((state for state in kept if any(n.startswith("weights.") for n in state)), {})
    return Checkpoint(
        weights=parts.get("model", {}),
        best_weights={
            name.removeprefix("weights."): array
            for name, array in best.items()
            if name.startswith("weights.")
        },
        history=History(**notes["history"]),
        steps=int(parts["optimizer"]["steps"]),
        finished=notes["finished"],
    )


def write(path: Path, arrays: Mapping[str, NDArray[Any]], notes: Mapping[str, Any]) -> None:
    """Write a checkpoint, whole or not at all.

    Raises: OSError; DtypeError for an array that the format can't hold; MissingExtraError.
    """
    said = {"version": _VERSION, "package": __version__, **notes}
    write_whole(path, encoded(arrays, {NOTES: json.dumps(said)}))


def read(path: str | os.PathLike[str]) -> tuple[Arrays, dict[str, Any]]:
    """The arrays and the notes of a checkpoint.

    Raises: FileFormatError; OSError; MissingExtraError.
    """
    arrays, texts = decoded(Path(path).read_bytes(), os.fspath(path))
    if NOTES not in texts:
        raise FileFormatError(
            f"{os.fspath(path)} is no checkpoint of fit: it says nothing of a training"
        )
    try:
        notes = json.loads(texts[NOTES], object_pairs_hook=without_repeats)
        version = notes["version"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileFormatError(f"{os.fspath(path)}: its notes are damaged: {error}") from None
    if version is True or version != _VERSION:
        raise FileFormatError(
            f"{os.fspath(path)} was written in version {version!r:.20} of the format, by tinygrad_course "
            f"{notes.get('package')!r:.20}, and this one reads version {_VERSION}"
        )
    return arrays, notes


def by_part(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Arrays]:
    """The arrays by what stands before the first slash in their names."""
    parts: dict[str, Arrays] = {}
    for name, array in arrays.items():
        part, _, own = name.partition("/")
        parts.setdefault(part, {})[own] = array
    return parts


def prepared_path(path: Any, resume: Any) -> tuple[Path, bool]:
    """The path of a checkpoint, and whether there is one to go on from.

    What a writer that was killed has left beside it is removed.

    Raises: SettingError; CheckpointError if there has to be one and there is none.
    """
    if resume not in ("auto", True, False):
        raise SettingError(f"resume={resume!r}: must be 'auto', True or False")
    if not isinstance(path, (str, os.PathLike)):
        raise SettingError(f"checkpoint={path!r}: give the path of a file, such as 'run.ckpt'")
    found = Path(path)
    if found.is_dir() or not found.parent.is_dir():
        what = "is a folder" if found.is_dir() else f"is in {found.parent}, which is no folder"
        raise SettingError(
            f"checkpoint={os.fspath(path)!r} {what}: give a file in a folder that exists"
        )
    remove_parts(found)
    if resume is True and not found.exists():
        raise CheckpointError(
            f"resume=True, and there is no {found}: give resume='auto', which begins anew then"
        )
    return found, resume is not False and found.exists()


def check_same(path: Path, saved: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise CheckpointError for a checkpoint of other data, another model or other settings."""
    different = [
        f"  {name}: {_shown(saved.get(name))} there, {_shown(now[name])} here"
        for name in now
        if saved.get(name) != now[name]
    ]
    if different:
        raise CheckpointError(
            f"{path} is the checkpoint of another training, and nothing was changed:\n"
            + "\n".join(different)
            + "\nGive another path, or resume=False, which begins anew and replaces it."
        )


def _shown(value: Any) -> str:
    text = json.dumps(value) if not isinstance(value, str) else value
    return text if len(text) <= 300 else f"{text[:140]} … {text[-140:]}"


# --- what has to be the same ----------------------------------------------------------------------


_WHOLE = 2**26
"""Arrays of at most so many bytes belong to the fingerprint wholly, of larger ones some rows."""

_ROWS = 4096


def fingerprint(columns: Sequence[Any]) -> str:
    """A number for arrays, or for pieces, that is another one if the data is.

    Of large arrays it sees thousands of rows, of pieces the number of rows and the first piece.
    """
    from hashlib import blake2b  # where it is used: most trainings have no checkpoint

    digest = blake2b(digest_size=16)
    for column in columns:
        if hasattr(column, "rows"):  # pieces
            digest.update(repr((len(column), column.rows, column.shape)).encode())
            parts = list(column[0])
        else:
            whole = column.nbytes <= _WHOLE
            some = np.linspace(0, len(column) - 1, min(_ROWS, len(column))).astype(int)
            digest.update(repr(column.shape).encode())
            parts = [column if whole else column[some]]
        for part in parts:
            digest.update(repr((part.shape, part.dtype.str)).encode())
            digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def settings_of(model: Module, optimizer: Optimizer) -> dict[str, Any]:
    """What has to be the same of a model and an optimizer."""
    groups = [repr(sorted(group.settings.items())) for group in optimizer.param_groups]
    return {
        "model": repr(model),
        "dtypes": sorted({p.dtype.name for p in model.parameters()}),
        "optimizer": type(optimizer).__name__,
        "lr": [float(group.lr) for group in optimizer.param_groups],
        "settings of the optimizer": groups,
    }


def name_of(function: Any) -> str:
    """What a loss or a metric is called: a module as it shows itself, a function by its name."""
    if isinstance(function, Module) or not hasattr(function, "__qualname__"):
        kind = type(function).__qualname__
        return repr(function) if isinstance(function, Module) else kind
    return f"{function.__module__}.{function.__qualname__}"


# --- the order of rows -----------------------------------------------------------------------------


def state_of(rng: np.random.Generator) -> dict[str, Any]:
    """The state of a generator as values for JSON."""
    state: dict[str, Any] = _plain(rng.bit_generator.state)
    return state


def set_state(rng: np.random.Generator, state: Mapping[str, Any]) -> None:
    """The inverse of `state_of`.

    Raises: CheckpointError for the state of another kind of generator.
    """
    own = type(rng.bit_generator).__name__
    if state.get("bit_generator") != own:
        raise CheckpointError(
            f"the checkpoint has the state of a {state.get('bit_generator')}, and rng is a {own}"
        )
    rng.bit_generator.state = _with_arrays(state)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, np.ndarray):
        return {"array": value.tolist(), "dtype": value.dtype.name}
    return value.item() if isinstance(value, np.generic) else value


def _with_arrays(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    if {*value} == {"array", "dtype"}:
        return np.array(value["array"], value["dtype"])
    return {name: _with_arrays(part) for name, part in value.items()}
