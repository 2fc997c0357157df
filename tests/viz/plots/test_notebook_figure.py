import io

from PIL import Image

from viz.plots.notebook_figure import SCALE, NotebookFigure


def test_a_notebook_shows_the_figure_at_its_size_and_sharp():
    figure = NotebookFigure(figsize=(4.0, 2.5), dpi=80)
    png, size = figure._repr_png_()
    assert size == {"width": 320, "height": 200}
    assert Image.open(io.BytesIO(png)).size == (SCALE * 320, SCALE * 200)
    assert figure.dpi == 80
