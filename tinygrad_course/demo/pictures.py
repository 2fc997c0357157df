"""Small pictures for the page: arrays to PNG files, inlined as data URIs.

A PNG file is a signature and a few chunks: the header (IHDR), the zlib-compressed rows, each
behind one byte that names its filter (IDAT), and the end (IEND).

Source: Portable Network Graphics (PNG) Specification, W3C, sections 5 and 9 to 11.
"""

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

_GREY, _RGBA = 0, 6  # the specification's numbers for its colour types
_POSITIVE = (0, 114, 178)  # blue and vermilion: told apart with any kind of colour vision
_NEGATIVE = (213, 94, 0)


def ink(values: NDArray[np.floating]) -> str:
    """Dark ink on white paper: 0 is white, 1 is black.

    Shapes: (height, width) → a data URI.
    """
    grey = np.rint(255 * (1 - np.clip(values, 0, 1))).astype(np.uint8)
    return _data_uri(_png(grey[..., None], _GREY))


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
