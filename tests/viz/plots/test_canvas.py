import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from tinygrad_course.errors import DrawingError
from viz.plots.canvas import figure_of, panels


def test_a_new_figure_has_the_panels_row_by_row():
    axes = panels(None, 2, 3, size=(7.0, 4.0))
    figure = figure_of(axes[0])
    assert list(figure.get_size_inches()) == [7.0, 4.0]
    places = [ax.get_subplotspec() for ax in axes]
    assert [(p.rowspan.start, p.colspan.start) for p in places] == [
        (row, column) for row in range(2) for column in range(3)
    ]


def test_axes_are_taken_as_they_are_given():
    grid = Figure().subplots(2, 3)
    assert panels(grid, 2, 3, size=(1, 1)) == list(grid.flat)
    assert panels(list(grid.flat), 2, 3, size=(1, 1)) == list(grid.flat)
    assert panels(grid[0, 0], 1, 1, size=(1, 1)) == [grid[0, 0]]


def test_the_figure_of_axes_in_a_part_of_it_is_the_whole():
    figure = Figure()
    part = figure.subfigures(1, 2)[1]
    assert figure_of(part.subplots()) is figure_of(figure.subplots()) is figure


def test_wrong_axes_are_refused_with_the_way_out():
    with pytest.raises(DrawingError, match=r"2 x 3 panels, but ax is 4 Axes.*subplots\(2, 3"):
        panels(Figure().subplots(2, 2), 2, 3, size=(1, 1))
    with pytest.raises(DrawingError, match="one panel, but ax is a str"):
        panels("ax", 1, 1, size=(1, 1))
    with pytest.raises(DrawingError, match="a Figure"):
        panels(Figure(), 1, 1, size=(1, 1))
    with pytest.raises(DrawingError, match="0 Axes"):
        panels(np.array([]), 1, 1, size=(1, 1))


def test_pyplot_knows_nothing_of_it():
    panels(None, 1, 1, size=(1, 1))
    assert plt.get_fignums() == []
