"""What all plots have in common."""

import io
import subprocess
import sys

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.text import Text

import viz
from tests.viz.plots.drawn import contrast
from tinygrad_course import fit, nn, optim
from tinygrad_course.errors import DrawingError, MissingExtraError
from tinygrad_course.testing import gradcheck
from tinygrad_course.training import lr_find
from viz import plots

RNG = np.random.default_rng(1)
X, Y = RNG.normal(size=(40, 2)), RNG.integers(0, 3, 40)


@pytest.fixture(scope="module")
def subjects():
    """What each plot is called with, by its name."""
    model = nn.MLP([2, 8, 3], "tanh", rng=0)
    sgd = optim.SGD(model, lr=0.1)
    run = fit(model, nn.CrossEntropyLoss(), sgd, X, Y, epochs=3, batch_size=8, validation=(X, Y))
    nn.CrossEntropyLoss()(model(X), Y).backward()
    model.layers[0].bias.grad = None
    found = {
        "activation": ("sigmoid", "relu"),
        "decision_boundary": (model, X, Y),
        "learning_curve": (dict.fromkeys("abcdefgh", run),),
        "learning_rates": (
            lr_find(model, nn.CrossEntropyLoss(), sgd, X, Y, batch_size=8, steps=20),
        ),
        "confusion": (Y, model.predict(X)),
        "gradient_flow": (model,),
        "gradcheck": (gradcheck(lambda x: np.exp(x), np.ones(2)),),
    }
    assert set(found) == set(plots.__all__)
    return found


PANELS = {"activation": (2, 2), "learning_curve": (1, 2)}

every_plot = pytest.mark.parametrize("name", plots.__all__)


@every_plot
def test_a_plot_is_a_figure_that_pyplot_and_its_settings_know_nothing_of(name, subjects):
    before = dict(matplotlib.rcParams)
    figure = getattr(plots, name)(*subjects[name])
    assert isinstance(figure, Figure)
    assert plt.get_fignums() == []
    assert dict(matplotlib.rcParams) == before


@every_plot
def test_a_plot_goes_onto_axes_that_are_given(name, subjects):
    figure = Figure(layout="constrained")
    shape = PANELS.get(name, (1, 1))
    axes = figure.subplots(*shape)
    assert getattr(plots, name)(*subjects[name], ax=axes) is figure
    assert len(figure.axes) == np.size(axes)
    assert all(ax.has_data() for ax in figure.axes)
    with pytest.raises(DrawingError, match="panel"):
        getattr(plots, name)(*subjects[name], ax=Figure().subplots(3, 3))


@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        ("activation", "z", "g(z)"),
        ("decision_boundary", "$x_1$", "$x_2$"),
        ("learning_curve", "epoch", "loss"),
        ("learning_rates", "learning rate", "loss"),
        ("confusion", "predicted class", "true class"),
        ("gradient_flow", "root mean square of the gradient", ""),  # the names of the parameters
        ("gradcheck", "step h", "|numerical − claimed|"),
    ],
)
def test_axes_say_what_they_measure(name, x, y, subjects):
    figure = getattr(plots, name)(*subjects[name])
    assert (figure.axes[-1].get_xlabel(), figure.axes[0].get_ylabel()) == (x, y)


@pytest.mark.parametrize("page", ["default", "dark_background"])
@every_plot
def test_words_can_be_read_on_light_and_dark_pages(name, subjects, page):
    with plt.style.context(page):
        figure = getattr(plots, name)(*subjects[name])
    figure.savefig(io.BytesIO(), format="png", dpi=50)
    words = [(ax, text) for ax in figure.axes for text in ax.findobj(Text) if text.get_text()]
    visible = [(ax, text) for ax, text in words if text.get_visible()]
    assert visible
    for ax, text in visible:
        behind = _behind(text, ax, name)
        colour = to_rgba(text.get_color(), text.get_alpha())
        seen = np.array(colour[:3]) * colour[3] + np.array(behind) * (1 - colour[3])
        enough = 2 if text.get_text() == "0" else 3  # empty cells stand back
        assert contrast(seen, behind) > enough, text


def _behind(text, ax, name):
    """The colour that a word is written on."""
    if name == "confusion" and text in ax.texts:
        column, row = text.get_position()
        return tuple(np.asarray(ax.images[0].get_array())[int(row), int(column)])
    return to_rgb(ax.get_facecolor())


def test_without_matplotlib_the_error_names_the_extra(subjects, monkeypatch):
    monkeypatch.delitem(sys.modules, "viz.plots.notebook_figure")
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    for name in plots.__all__:
        with pytest.raises(MissingExtraError, match=r"pip install 'tinygrad_course\[plot\]'"):
            getattr(plots, name)(*subjects[name])


def test_viz_has_them_all():
    for name in plots.__all__:
        assert getattr(viz, name) is getattr(plots, name)
        assert name in viz.__all__
        assert "Raises:" in getattr(plots, name).__doc__


def test_importing_viz_and_its_plots_imports_neither_matplotlib_nor_graphviz():
    code = "import sys, viz; print([m for m in ('matplotlib', 'graphviz') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
