"""Reading one picture: decoded, turned upright, made one size, as bytes of red, green and blue.

Pillow decodes. A file may be anything, and so: the size in its header is looked at before a pixel is decoded,
since a small file may claim to be of a million by a million; a JPEG that is larger than needed is decoded
at a half, a quarter or an eighth (`draft`); the orientation that a camera wrote beside the pixels is
applied; what is transparent lies on white.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from .extras import needed

MOST_PIXELS = 80_000_000
"""Larger pictures are refused: they are decompression bombs, or no photographs."""

_MODES = {1: "L", 3: "RGB"}


def read_picture(
    source: Any,
    size: tuple[int, int],
    channels: int = 3,
    *,
    crop: bool = False,
    name: str | None = None,
) -> NDArray[np.uint8]:
    """A file, a path or a picture of Pillow as (height, width, channels).

    It is stretched to the size; with `crop` its middle of the right shape is taken.

    Raises: DataError, with the name of the file, for what is no picture, broken, cut off or too large.
    """
    image_module = needed("PIL.Image", "images", "reading pictures")
    named = name or (str(source) if isinstance(source, (str, Path)) else "the picture")
    if isinstance(source, image_module.Image):
        return _prepared(source, size, channels, crop, named)
    try:
        # Pillow's own limit is a warning up to twice its size, and an error from there on.
        with image_module.open(source) as picture:
            return _prepared(picture, size, channels, crop, named)
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(f"the file {named!r} does not exist") from None
    except MemoryError:
        raise
    except Exception as error:  # a broken file may raise nearly anything in a decoder
        reason = str(error).replace(repr(str(source)), "it") or type(error).__name__
        raise DataError(f"{named} can't be read as a picture: {reason}") from None


def _prepared(
    picture: Any, size: tuple[int, int], channels: int, crop: bool, name: str
) -> NDArray[np.uint8]:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise DataError(
            f"{name} has {width:,} × {height:,} pixels, more than the {MOST_PIXELS:,} that are decoded: "
            f"make it smaller"
        )
    operations = needed("PIL.ImageOps", "images", "reading pictures")
    if picture.format == "JPEG":
        # Twice the size, so that scaling down still averages; and the longer side of both, as it may lie on
        # its side.
        picture.draft(_MODES[channels], (2 * max(size), 2 * max(size)))
    upright = operations.exif_transpose(picture)
    plain = _without_transparency(upright, channels)
    target = (size[1], size[0])
    resampling = needed("PIL.Image", "images", "reading pictures").Resampling
    if crop:
        scaled = operations.fit(plain, target, method=resampling.LANCZOS)
    else:
        scaled = plain.resize(target, resample=resampling.LANCZOS, reducing_gap=3.0)
    return np.asarray(scaled, dtype=np.uint8).reshape(*size, channels)


def _without_transparency(picture: Any, channels: int) -> Any:
    mode = _MODES[channels]
    if (
        picture.mode.startswith("I") or picture.mode == "F"
    ):  # 16 bits of grey, which convert() would cut off
        values = np.asarray(picture, dtype=np.float64)
        top = 65535 if values.max() > 255 else 255
        grey = (np.clip(values, 0, top) * (255 / top)).astype(np.uint8)
        image_module = needed("PIL.Image", "images", "reading pictures")
        return image_module.fromarray(grey).convert(mode)
    if picture.has_transparency_data:
        image_module = needed("PIL.Image", "images", "reading pictures")
        layers = picture.convert("RGBA")
        white = image_module.new("RGBA", layers.size, (255, 255, 255, 255))
        picture = image_module.alpha_composite(white, layers)
    return picture.convert(mode)
