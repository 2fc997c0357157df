import base64
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.outcomes import four_outcomes
from tinygrad_course.demo.pictures import detectors, gallery, ink, photo, signed, template


def decoded(uri):
    """(height, width, channels) of a PNG, by the letter of its specification."""
    prefix, _, content = uri.partition(",")
    assert prefix == "data:image/png;base64"
    png = base64.b64decode(content, validate=True)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = [], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert png[at + 8 + length : at + 12 + length] == struct.pack(">I", zlib.crc32(kind + data))
        chunks.append((kind, data))
        at += 12 + length
    assert [kind for kind, _ in chunks] == [b"IHDR", b"IDAT", b"IEND"]
    width, height, depth, colour, *methods = struct.unpack(">IIBBBBB", chunks[0][1])
    assert (depth, methods) == (8, [0, 0, 0])
    channels = {0: 1, 2: 3, 6: 4}[colour]
    rows = np.frombuffer(zlib.decompress(chunks[1][1]), np.uint8).reshape(height, -1)
    assert (rows[:, 0] == 0).all()  # no filter
    return rows[:, 1:].reshape(height, width, channels)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 99))
def test_ink_is_dark_where_the_value_is_high(height, width, seed):
    values = np.random.default_rng(seed).random((height, width))
    np.testing.assert_allclose(
        decoded(ink(values))[..., 0] / 255, 1 - values, atol=0.5 / 255 + 1e-9
    )


@pytest.mark.parametrize("value", [-1.0, 2.0])
def test_ink_stays_in_range(value):
    assert decoded(ink(np.full((1, 1), value))).item() == (255 if value < 0 else 0)


def test_signed_values_differ_in_colour_and_their_size_is_opacity():
    pixels = decoded(signed(np.array([[-4.0, 0.0, 2.0, 4.0]])))[0]
    assert pixels[:, 3].tolist() == [255, 0, 128, 255]
    red, blue = pixels[:, 0].astype(int), pixels[:, 2].astype(int)
    assert (blue > red)[[2, 3]].all()
    assert red[0] > blue[0]


def test_weights_that_are_all_zero_are_transparent():
    assert not decoded(signed(np.zeros((2, 3))))[..., 3].any()


def test_the_predicted_class_is_shown_only_where_it_is_wrong():
    outcome = four_outcomes()[3]
    right = np.flatnonzero(outcome.predicted == outcome.dataset.y_test)[:2]
    assert "said <b>" not in gallery(outcome, right)
    wrong = gallery(outcome, outcome.mistakes[:3])
    assert wrong.count("said <b>") == wrong.count("<img") == 3


def test_detectors_are_the_units_with_the_largest_weights():
    outcome = four_outcomes()[2]
    largest = np.argsort(-(outcome.first_weights**2).sum(axis=1))[:5]
    found = detectors(outcome, 5)
    positions = [found.index(f'alt="Weights of unit {unit}"') for unit in largest]
    assert positions == sorted(positions)
    assert found.count("<img") == 5


def test_a_template_is_the_picture_of_the_only_unit():
    outcome = four_outcomes()[1]
    assert signed(outcome.first_weights[0].reshape(28, 28)) in template(outcome, "weights")


def test_a_photo_is_read_back_as_it_was():
    rng = np.random.default_rng(0)
    for shape in ((5, 7, 3), (5, 7)):
        pixels = rng.integers(0, 256, shape).astype(np.uint8)
        shown = decoded(photo(pixels / 255))
        np.testing.assert_array_equal(shown, pixels.reshape(5, 7, -1))
