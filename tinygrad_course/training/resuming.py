"""What of a training goes into a checkpoint, and comes back out of it."""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import CheckpointError, DtypeError, FileFormatError, StateDictError
from .callbacks import Training
from .checkpoint import (
    Arrays,
    Pace,
    by_part,
    check_same,
    read,
    set_state,
    state_of,
    write,
)
from .epoch import KEPT, Figures

_PLAIN = "fiub"


@dataclass
class Position:
    """Where a training is: in which order the rows of its epoch come, and what it has of the epoch."""

    order: dict[str, Any]
    """The state of the generator before it ordered the rows of this epoch."""
    figures: Figures
    """The batches of the epoch so far."""
    seed: int
    """Of what layers draw."""
    seed_of_pieces: int | None
    """Of the order of pieces, if rows come in pieces."""


@dataclass
class Saver:
    """Writes the checkpoints of a training, and reads the one from which it goes on."""

    path: Path
    pace: Pace
    training: Training
    callbacks: Sequence[Any]
    rng: np.random.Generator
    settings: Mapping[str, Any]
    """What has to be the same for a training to go on."""

    def save(self, position: Position, seconds: float, finished: bool = False) -> None:
        """Write a checkpoint.

        Raises: OSError, and what the file can't hold. No error is swallowed: a training that can't be saved
        ends.
        """
        training = self.training
        model, optimizer = training.model, training.optimizer
        notes, kept = position.figures.state()
        parts: dict[str, Mapping[str, Any]] = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "kept": kept,
        }
        for i, callback in enumerate(self.callbacks):
            if (state := _state_of(callback)) is not None:
                parts[f"callback.{i}"] = state
        arrays = {
            f"{part}/{name}": _plain_array(f"{part} has {name}", array)
            for part, state in parts.items()
            for name, array in state.items()
        }
        history = training.history.to_dict() | {"seconds": seconds}
        notes |= {
            "settings": dict(self.settings),
            "history": history,
            "order": position.order,
            "seeds": [position.seed, position.seed_of_pieces],
            "stopped": training.stopped,
            "finished": finished,
            "last_lr": optimizer.last_lr,
        }
        write(self.path, arrays, notes)
        self.pace.written()

    def restore(self, new_figures: Callable[[], Figures]) -> Position:
        """Take up the training that the file has: model, optimizer, callbacks, history and order of rows.

        Raises: CheckpointError, FileFormatError, OSError. All is as it was then.
        """
        arrays, notes = read(self.path)
        check_same(self.path, notes.get("settings", {}), self.settings)
        training, model, optimizer = self.training, self.training.model, self.training.optimizer
        owners: dict[str, Any] = {"model": model, "optimizer": optimizer}
        for i, callback in enumerate(self.callbacks):
            if _state_of(callback) is not None:
                owners[f"callback.{i}"] = callback
        parts = by_part(arrays)
        kept: Arrays = parts.pop("kept", {})
        before = {part: owner.state_dict() for part, owner in owners.items()}
        order = state_of(self.rng)
        try:
            if {*parts} != {*owners} or not {*kept} <= {*KEPT}:
                raise CheckpointError(
                    f"{self.path} has the state of {', '.join(sorted(parts))}, and this training has "
                    f"{', '.join(sorted(owners))}: give the same callbacks in the same order"
                )
            for part, owner in owners.items():
                owner.load_state_dict(parts[part])
            figures = new_figures()
            figures.restore(notes, kept)
            history = type(training.history)(**notes["history"])
            set_state(self.rng, notes["order"])
            seed, of_pieces = notes["seeds"]
            training.stopped = bool(notes["stopped"])
            optimizer._rate.last = float(notes["last_lr"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            for part, owner in owners.items():
                owner.load_state_dict(before[part])
            set_state(self.rng, order)
            if isinstance(error, (CheckpointError, StateDictError)):
                raise CheckpointError(
                    f"{self.path} is the checkpoint of another training, and nothing was changed: {error}"
                ) from None
            raise FileFormatError(f"{self.path} is damaged: {error}") from None
        history.interrupted = False
        for name, value in vars(history).items():
            setattr(training.history, name, value)
        return Position(notes["order"], figures, seed, of_pieces)


def _state_of(callback: Any) -> Mapping[str, Any] | None:
    method = getattr(callback, "state_dict", None)
    if method is None or not hasattr(callback, "load_state_dict"):
        return None
    state: Mapping[str, Any] = method()
    return state


def _plain_array(what: str, value: Any) -> NDArray[Any]:
    array = np.asarray(value)
    if array.dtype.kind not in _PLAIN:
        raise DtypeError(
            f"{what} of dtype {array.dtype}, which a checkpoint can't hold: only numbers"
        )
    return array
