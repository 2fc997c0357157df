"""The page's pictures: what a model classified wrongly, and the weights of its first layer.

Arrays become PNG files, inlined as data URIs. A PNG file is a signature and a few chunks: the header (IHDR),
the zlib-compressed rows, each after one byte that names its filter (IDAT), and the end (IEND).

Source: Portable Network Graphics (PNG) Specification, W3C, sections 5 and 9 to 11.
"""

import base64
import struct
import zlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ..markup import Markup, element
from .outcome import Outcome
from .wording import percent

_GREY, _RGB, _RGBA = 0, 2, 6  # colour types of the specification
_POSITIVE = (0, 114, 178)  # blue and vermilion: distinct for every kind of colour vision
_NEGATIVE = (213, 94, 0)


def gallery(outcome: Outcome, rows: Iterable[int]) -> Markup:
    """These test rows as pictures, each with its class and, where it differs, the predicted class."""
    return element("ul", *(_picture(outcome, row) for row in rows), class_="gallery")


def template(outcome: Outcome, alt: str) -> Markup:
    """The weights of a model with one unit, as one picture."""
    return _weights(outcome.first_weights[0], outcome, alt, size=224)


def detectors(outcome: Outcome, count: int) -> Markup:
    """The weights of the `count` units of the first layer with the largest norms."""
    norms = np.linalg.norm(outcome.first_weights, axis=1)
    strongest = np.argsort(-norms, kind="stable")[:count]
    tiles = (
        element("li", _weights(outcome.first_weights[unit], outcome, f"Weights of unit {unit}", 56))
        for unit in strongest
    )
    return element("ul", *tiles, class_="detectors")


def _picture(outcome: Outcome, row: int) -> Markup:
    data = outcome.dataset
    is_, said = data.class_names[data.y_test[row]], data.class_names[outcome.predicted[row]]
    sure = percent(outcome.confidence[row])
    assert data.image_shape is not None  # only sets of pictures have a gallery
    image = element(
        "img",
        src=ink(data.x_test[row].reshape(data.image_shape)),
        alt=f"Test row {row}: is {is_}, said {said}, {sure} sure",
        width=84,
        height=84,
        class_="ink",
    )
    said_wrong = (", ", element("span", "said ", element("b", said))) if said != is_ else ()
    words = element("figcaption", "is ", element("b", is_), *said_wrong)
    return element("li", element("figure", image, words, element("small", f"{sure} sure")))


def _weights(weights: NDArray[np.float32], outcome: Outcome, alt: str, size: int) -> Markup:
    assert outcome.dataset.image_shape is not None
    pixels = weights.reshape(outcome.dataset.image_shape)
    return element("img", src=signed(pixels), alt=alt, width=size, height=size, class_="weights")


def ink(values: NDArray[np.floating]) -> str:
    """Dark ink on white paper: 0 is white, 1 is black.

    Shapes: (height, width) → a data URI.
    """
    grey = np.rint(255 * (1 - np.clip(values, 0, 1))).astype(np.uint8)
    return _data_uri(_png(grey[..., None], _GREY))


def photo(values: NDArray[np.floating]) -> str:
    """A picture in colours or in grey, of numbers between 0 and 1.

    Shapes: (height, width, 3) or (height, width) → a data URI.
    """
    pixels = np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)
    in_colour = pixels.ndim == 3
    return _data_uri(_png(pixels if in_colour else pixels[..., None], _RGB if in_colour else _GREY))


def signed(values: NDArray[np.floating]) -> str:
    """Blue where positive, orange where negative, transparent at 0, so that it fits any background.

    Shapes: (height, width) → a data URI.
    """
    largest = np.abs(values).max() or 1.0
    pixels = np.empty((*values.shape, 4), dtype=np.uint8)
    pixels[..., :3] = np.where(values[..., None] > 0, _POSITIVE, _NEGATIVE)
    pixels[..., 3] = np.rint(255 * np.abs(values) / largest)
    return _data_uri(_png(pixels, _RGBA))


def _png(pixels: NDArray[np.uint8], colour_type: int) -> bytes:
    height, width, _ = pixels.shape
    rows = pixels.reshape(height, -1)
    filtered = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1)  # filter 0: none
    header = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(filtered.tobytes(), 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def _data_uri(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
