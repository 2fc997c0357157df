"""`PicturePreparation`: pictures of any kind become rows of numbers, as those of the training did."""

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, SettingError
from ..nn.preparation import VERSION, Preparation, State, checked, finite, texts
from .pictures import read_picture

LAYOUTS = ("flat", "channels_first")


class PicturePreparation(Preparation):
    """How pictures become x: one size, x = (pixel - mean) / deviation per channel, then in the layout.

    Without standardising, mean is 0 and deviation 255: x is between 0 and 1.
    """

    kind = "pictures"
    takes = "paths, pictures of Pillow, or bytes (m, height, width, channels)"
    feature_names = None

    def __init__(
        self,
        size: tuple[int, int],
        channels: int,
        class_names: Sequence[str],
        *,
        layout: str = "flat",
        crop: bool = False,
        means: NDArray[np.float64] | None = None,
        deviations: NDArray[np.float64] | None = None,
    ) -> None:
        self.size = checked_size(size)
        if channels not in (1, 3):
            raise SettingError(f"channels={channels!r}: must be 3, for colours, or 1, for grey")
        if layout not in LAYOUTS:
            raise SettingError(f"layout={layout!r}: must be one of {', '.join(LAYOUTS)}")
        self.channels = channels
        self.class_names = tuple(class_names)
        self.layout = layout
        self.crop = crop
        self.means = np.zeros(channels) if means is None else means
        self.deviations = np.full(channels, 255.0) if deviations is None else deviations

    def __repr__(self) -> str:
        height, width = self.size
        return (
            f"PicturePreparation({height}×{width}×{self.channels}, {len(self.class_names)} classes)"
        )

    @property
    def image_shape(self) -> tuple[int, ...]:
        """(height, width, 3), or (height, width) of grey pictures."""
        return self.size if self.channels == 1 else (*self.size, self.channels)

    def is_raw(self, rows: Any) -> bool:
        """Whether they are paths, open files, pictures of Pillow, or bytes, of which x never is made."""
        first = rows[0] if isinstance(rows, (list, tuple)) and rows else rows
        if isinstance(first, np.ndarray):
            return first.dtype == np.uint8
        is_of_pillow = hasattr(first, "convert") and hasattr(first, "getbbox")
        return isinstance(first, (str, PathLike)) or hasattr(first, "read") or is_of_pillow

    def apply(self, rows: Any) -> NDArray[np.float32]:
        """Pictures as x, one or many: paths, pictures of Pillow, or bytes (height, width, channels).

        Shapes: m pictures → (m, height · width · channels), or (m, channels, height, width) with
        layout="channels_first".

        Raises: DataError, with the name or the number of the picture, for what is none.
        """
        many = isinstance(rows, (list, tuple)) or (isinstance(rows, np.ndarray) and rows.ndim == 4)
        self._refuse_flattened(rows)
        pictures = list(rows) if many else [rows]
        if not pictures:
            raise DataError("there are no pictures")
        return self.scaled(np.stack([self._picture(i, row) for i, row in enumerate(pictures)]))

    def _refuse_flattened(self, rows: Any) -> None:
        """Raise DataError for bytes that are pictures in rows, or grey ones without the axis of channels."""
        if not isinstance(rows, np.ndarray):
            return
        shape = (*self.size, self.channels)
        is_flat = rows.ndim == 2 and rows.shape[1] == np.prod(shape)
        if is_flat or (rows.ndim == 3 and rows.shape[1:] == self.size and self.channels == 1):
            raise DataError(
                f"the pictures have shape {rows.shape}: give (m, height, width, channels), "
                f"pictures.reshape(-1, {', '.join(map(str, shape))})"
            )

    def _picture(self, number: int, picture: Any) -> NDArray[np.uint8]:
        if not isinstance(picture, np.ndarray):
            name = None if isinstance(picture, (str, Path)) else f"picture {number}"
            return read_picture(picture, self.size, self.channels, crop=self.crop, name=name)
        if picture.dtype != np.uint8:
            raise DataError(
                f"picture {number} has dtype {picture.dtype}: give bytes, 0 to 255, as read from a file, "
                f"such as (255 * a).astype(np.uint8) of numbers between 0 and 1"
            )
        shape = picture.shape if picture.ndim == 3 else (*picture.shape, 1)
        if shape == (*self.size, self.channels):
            return picture.reshape(shape)
        if len(shape) != 3 or shape[2] not in (1, 3) or not picture.size:
            raise DataError(
                f"picture {number} has shape {picture.shape}: give (height, width, {self.channels})"
            )
        from .extras import needed

        made = needed("PIL.Image", "images", "changing the size of pictures").fromarray(
            picture if shape[2] == 3 else picture.reshape(shape[:2])
        )
        return read_picture(
            made, self.size, self.channels, crop=self.crop, name=f"picture {number}"
        )

    def scaled(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Pictures of the right size, (m, height, width, channels), as x."""
        means, deviations = (a.astype(np.float32) for a in (self.means, self.deviations))
        x = pictures.astype(np.float32)
        if means.any():
            x -= means
        x /= deviations
        if self.layout == "channels_first":
            return np.ascontiguousarray(x.transpose(0, 3, 1, 2))
        return x.reshape(len(x), -1)

    def standardised(self, training: NDArray[np.uint8]) -> "PicturePreparation":
        """The same with the mean and the deviation of these pictures, per channel."""
        # Sums of bytes are whole numbers, and so exact; a float64 copy of all pictures is not needed.
        count = training.size // self.channels
        axes = tuple(range(training.ndim - 1))
        means = training.sum(axis=axes, dtype=np.int64) / count
        squares = sum(np.square(p, dtype=np.int64).sum(axis=(0, 1)) for p in training) / count
        deviations = np.sqrt(np.maximum(squares - means**2, 0))
        return PicturePreparation(
            self.size,
            self.channels,
            self.class_names,
            layout=self.layout,
            crop=self.crop,
            means=means,
            deviations=np.where(deviations > 0, deviations, 255.0),
        )

    def to_state(self) -> State:
        """Everything in plain data and arrays, for a model's file."""
        data = {
            "kind": self.kind,
            "version": VERSION,
            "size": list(self.size),
            "channels": self.channels,
            "class_names": list(self.class_names),
            "layout": self.layout,
            "crop": self.crop,
        }
        return data, {"means": self.means, "deviations": self.deviations}

    @classmethod
    def _from_state(
        cls, data: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> "PicturePreparation":
        height, width = checked(data["size"], list)
        channels = checked(data["channels"], int, (1, 3).__contains__)
        deviations = finite(arrays, "deviations", channels)
        if (deviations <= 0).any():
            raise ValueError("deviations must be above 0")
        return cls(
            (
                checked(height, int, lambda n: 0 < n < 2**16),
                checked(width, int, lambda n: 0 < n < 2**16),
            ),
            channels,
            texts(data["class_names"]),
            layout=checked(data["layout"], str, LAYOUTS.__contains__),
            crop=checked(data["crop"], bool),
            means=finite(arrays, "means", channels),
            deviations=deviations,
        )


def checked_size(size: Any) -> tuple[int, int]:
    """(height, width).

    Raises: SettingError for anything else.
    """
    pair = (size, size) if isinstance(size, (int, np.integer)) else size
    whole = isinstance(pair, (tuple, list)) and len(pair) == 2
    if not whole or not all(
        isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n > 0 for n in pair
    ):
        raise SettingError(f"size={size!r}: must be (height, width), such as (64, 64)")
    return int(pair[0]), int(pair[1])
