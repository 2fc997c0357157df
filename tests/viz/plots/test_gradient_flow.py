import numpy as np
import pytest

from tests.viz.plots.drawn import words
from tinygrad_course import Tensor, nn
from tinygrad_course.errors import DrawingError
from viz.plots import gradient_flow

RNG = np.random.default_rng(0)


def net(*sizes, activation="tanh", dtype=float):
    """A net after one backward pass."""
    model = nn.MLP(sizes, activation, rng=0, dtype=dtype)
    x, y = RNG.normal(size=(16, sizes[0])), RNG.integers(0, sizes[-1], 16)
    nn.CrossEntropyLoss()(model(x), y).backward()
    return model


def sizes(figure):
    """The size drawn beside each name, from the top."""
    ax = figure.axes[0]
    names = [label.get_text() for label in ax.get_yticklabels()]
    dots = {
        line.get_ydata()[0]: line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) == 1
    }
    bottom, top = ax.get_ylim()
    assert bottom > top
    return {name: dots.get(row) for row, name in enumerate(names)}


def flow(figure):
    """The line that joins the weights: (size, row)."""
    (line,) = [found for found in figure.axes[0].lines if found.get_linestyle() == "-"]
    return np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata())


def test_each_parameter_shows_the_root_mean_square_of_its_gradient():
    model = net(5, 7, 6, 3)
    found = sizes(gradient_flow(model))
    assert list(found) == [name for name, _ in model.named_parameters()]
    for name, parameter in model.named_parameters():
        expected = np.sqrt(np.mean(np.square(parameter.grad.data)))
        assert found[name] == pytest.approx(expected)
        assert f"{expected:.1e}" in words(gradient_flow(model).axes[0])


def test_a_line_joins_the_weights():
    model = net(5, 7, 6, 3)
    figure = gradient_flow(model)
    found, (x, rows) = sizes(figure), flow(figure)
    names = list(found)
    assert [names[row] for row in rows] == [n for n in names if n.endswith("weight")]
    np.testing.assert_allclose(x, [found[names[row]] for row in rows])


def test_weights_and_biases_differ_in_marker_and_colour():
    ax = gradient_flow(net(5, 7, 3)).axes[0]
    looks = [
        (line.get_marker(), line.get_color()) for line in ax.lines if line.get_marker() != "None"
    ]
    assert looks[0] == looks[2] != looks[1] == looks[3]
    assert looks[0][0] != looks[1][0]
    assert looks[0][1] != looks[1][1]


def test_a_deep_net_of_sigmoids_is_seen_to_vanish():
    model = net(5, 8, 8, 8, 8, 3, activation="sigmoid")
    figure = gradient_flow(model)
    x, _ = flow(figure)
    assert (np.diff(x) > 0).all()
    title = figure.axes[0].get_title(loc="left")
    assert title == f"gradient at the first weights: {x[0] / x[-1]:.2g} × that at the last"
    assert x[0] / x[-1] < 1e-2


def test_the_scale_is_logarithmic_in_whole_decades_around_all_sizes():
    ax = gradient_flow(net(5, 8, 8, 3, activation="sigmoid")).axes[0]
    assert ax.get_xscale() == "log"
    low, high = ax.get_xlim()
    assert np.log10([low, high]) == pytest.approx(np.round(np.log10([low, high])))
    drawn = [line.get_xdata()[0] for line in ax.lines]
    assert low < min(drawn) < max(drawn) < high


def test_what_has_no_place_on_the_scale_is_written():
    model = net(5, 7, 6, 4, 3)
    first, second, third, last = model.layers
    first.weight.grad = None
    second.weight.grad = Tensor(np.zeros((6, 7)))
    third.weight.grad.data[0, 0] = np.nan
    last.bias.grad.data[0] = -np.inf
    figure = gradient_flow(model)
    found = sizes(figure)
    (ax,) = figure.axes
    remarks = {
        text.get_position()[1]: text.get_text() for text in ax.texts if text.get_style() == "italic"
    }
    assert remarks == {0: "no gradient", 2: "zero", 4: "not finite", 7: "not finite"}
    assert [name for name, size in found.items() if size is None] == [
        list(found)[r] for r in remarks
    ]
    np.testing.assert_array_equal(np.isnan(flow(figure)[0]), [True, True, True, False])
    assert ax.get_title(loc="left") == ""


def test_a_frozen_parameter_is_told_from_one_that_gradients_did_not_reach():
    class Half(nn.Module):
        def __init__(self):
            self.frozen = nn.Parameter(np.ones((2, 2)), requires_grad=False)
            self.unused = nn.Parameter(np.ones((2, 2)))
            self.used = nn.Parameter(np.ones((2, 2)))

        def forward(self, x):
            return x @ self.frozen @ self.used

    model = Half()
    model(np.ones((1, 2))).sum().backward()
    found = words(gradient_flow(model).axes[0])
    assert found.count("requires no gradient") == found.count("no gradient") == 1


@pytest.mark.parametrize("size", [1e-300, 1e-30, 1e250])
def test_squares_neither_underflow_nor_overflow(size):
    model = nn.Sequential(nn.Linear(2, 3, dtype=float))
    for parameter in model.parameters():
        parameter.grad = Tensor(np.full(parameter.shape, size))
    assert list(sizes(gradient_flow(model)).values()) == pytest.approx([size, size])


def test_zeros_alone_are_drawn():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 3))
    for parameter in model.parameters():
        parameter.grad = Tensor(np.zeros(parameter.shape, np.float32))
    assert words(gradient_flow(model).axes[0]).count("zero") == 4


def test_nothing_is_changed():
    model = net(5, 7, 3)
    before = [p.grad.data.copy() for p in model.parameters()]
    gradient_flow(model)
    for parameter, was in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.grad.data, was)


def test_without_gradients_it_says_what_to_do():
    with pytest.raises(
        DrawingError, match=r"no parameter of MLP has a gradient: call loss.backward"
    ):
        gradient_flow(nn.MLP([2, 1]))
    with pytest.raises(DrawingError, match="ReLU has no parameters"):
        gradient_flow(nn.ReLU())
    with pytest.raises(DrawingError, match="a Tensor has no layers: give a Module"):
        gradient_flow(Tensor(1.0))
