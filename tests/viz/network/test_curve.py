from xml.etree.ElementTree import Element

import numpy as np
import pytest

from viz.network import curve
from viz.network.layers import POINTS


def drawn(response, **where):
    """The curve's points, one array for each unbroken piece, and the height of the axis."""
    parent = Element("g")
    curve.draw(parent, response, 100.0, 50.0, **where)
    axis, *paths = parent
    pieces = [piece for path in paths for piece in path.get("d").split("M")[1:]]
    points = [[list(map(float, point.split())) for point in piece.split("L")] for piece in pieces]
    return [np.array(piece) for piece in points], float(axis.get("y1"))


def test_the_curve_is_the_function_in_its_box_with_larger_values_above():
    (points,), axis = drawn(np.tanh(POINTS))
    np.testing.assert_allclose(points[:, 0], 100 + curve.WIDTH * POINTS / 8, atol=0.06)
    span = 2 * np.tanh(4)
    np.testing.assert_allclose(points[:, 1], 50 - curve.HEIGHT * np.tanh(POINTS) / span, atol=0.06)
    assert axis == 50


def test_the_axis_tells_a_sigmoid_from_a_tanh():
    _, axis = drawn(1 / (1 + np.exp(-POINTS)))
    assert axis == pytest.approx(50 + curve.HEIGHT / 2, abs=0.01)


def test_a_curve_is_broken_where_the_function_is_not_defined():
    with np.errstate(divide="ignore"):
        pieces, _ = drawn(1 / POINTS)
    assert [len(piece) for piece in pieces] == [20, 20]
    assert drawn(np.full_like(POINTS, np.nan))[0] == []


def test_a_constant_is_a_flat_line():
    (points,), axis = drawn(np.zeros_like(POINTS))
    assert set(points[:, 1]) == {axis} == {50.0}


def test_it_can_be_smaller():
    (points,), _ = drawn(POINTS, scale=0.5)
    np.testing.assert_allclose(
        np.ptp(points, axis=0), (curve.WIDTH / 2, curve.HEIGHT / 2), atol=0.1
    )
