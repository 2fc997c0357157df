import math

import numpy as np
import pytest
from matplotlib.patches import Rectangle

import tinygrad_course as tg
from tests.sampling import FACTOR
from tests.viz.plots.drawn import words
from tinygrad_course import nn
from tinygrad_course.errors import DrawingError
from tinygrad_course.primitive import registry
from viz.plots import activation


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


BY_HAND = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (lambda z: 2 * sigmoid(2 * z) - 1, lambda z: 1 / np.cosh(z) ** 2),
    "relu": (lambda z: z * (z > 0), lambda z: 1.0 * (z > 0)),
    "leaky_relu": (lambda z: np.where(z > 0, z, z / 100), lambda z: np.where(z > 0, 1, 0.01)),
    "softplus": (lambda z: np.log(1 + np.exp(z)), sigmoid),
    "elu": (lambda z: np.where(z > 0, z, np.exp(z) - 1), lambda z: np.exp(np.minimum(z, 0))),
}


def curves(figure):
    """(z, g(z)) above and (z, g'(z)) below, for each function."""
    lines = [ax.lines[0].get_data() for ax in figure.axes]
    return list(zip(lines[: len(lines) // 2], lines[len(lines) // 2 :], strict=True))


def shaded(ax):
    spans = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    return [(span.get_x(), span.get_x() + span.get_width()) for span in spans]


def test_functions_and_derivatives_are_those_of_the_textbook():
    figure = activation(*BY_HAND, limits=(-4, 3))
    for (above, below), (g, slope) in zip(curves(figure), BY_HAND.values(), strict=True):
        for (z, drawn), formula in ((above, g), (below, slope)):
            assert (z[0], z[-1]) == (-4, 3)
            np.testing.assert_allclose(drawn, formula(z), atol=1e-12)


def test_a_function_may_be_anything_that_takes_a_tensor():
    figure = activation(np.sin, tg.relu, nn.ELU(alpha=2.0), nn.Tanh, lambda z: z * z)
    titles = [ax.get_title(loc="left") for ax in figure.axes[:5]]
    assert titles == ["sin", "relu", "ELU(alpha=2.0)", "Tanh", "g"]
    slopes = [np.cos, lambda z: z > 0, lambda z: np.where(z > 0, 1, 2 * np.exp(z))]
    slopes += [lambda z: 1 / np.cosh(z) ** 2, lambda z: 2 * z]
    for (_, (z, drawn)), slope in zip(curves(figure), slopes, strict=True):
        np.testing.assert_allclose(drawn, slope(np.minimum(z, 700)), atol=1e-9)


def test_shaded_is_where_hardly_a_gradient_comes_through():
    figure = activation("sigmoid", "relu", np.sin)
    edge = math.log((1 + math.sqrt(0.8)) / (1 - math.sqrt(0.8)))  # s (1 − s) = 0.05 there
    for row in (figure.axes[:3], figure.axes[3:]):
        left, right = shaded(row[0])
        assert left == pytest.approx((-5, -edge), abs=0.0126)
        assert right == pytest.approx((edge, 5), abs=0.0126)
        assert shaded(row[1]) == [pytest.approx((-5, 0), abs=0.0126)]
        assert len(shaded(row[2])) == 4  # around ±π/2 and ±3π/2
    wider = activation("sigmoid", saturated=0.1)
    assert shaded(wider.axes[0])[0][1] > -edge + 0.5
    assert shaded(activation(np.exp, limits=(0, 1)).axes[0]) == []


def test_the_steepest_slope_is_written_and_the_shading_explained_once():
    figure = activation("sigmoid", "tanh")
    assert [ax.get_title(loc="right") for ax in figure.axes[2:]] == ["at most 0.25", "at most 1"]
    assert [words(ax).count("saturated") for ax in figure.axes] == [1, 0, 0, 0]


def test_heights_compare():
    figure = activation("sigmoid", "relu", "tanh")
    for row in (figure.axes[:3], figure.axes[3:]):
        assert len({ax.get_ylim() for ax in row}) == 1
        low, high = row[0].get_ylim()
        for ax in row:
            z, drawn = ax.lines[0].get_data()
            assert low < drawn.min()
            assert drawn.max() < high
            assert ax.get_xlim() == (z[0], z[-1])


def test_a_constant_function_is_drawn():
    figure = activation(lambda z: z * 0 + 2)
    (_, drawn), (_, slopes) = curves(figure)[0]
    assert set(drawn) == {2.0}
    assert set(slopes) == {0.0}


ELEMENTWISE = sorted(name for name, x in registry.items() if x.signature == "()->()")


@pytest.mark.parametrize("limits", [(-5, 5), (-1000, 1000)])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_elementwise_primitive_is_drawn_without_a_warning(name, limits):
    """Wherever it has poles, a domain, or values that overflow."""
    figure = activation(registry[name], limits=limits)
    figure.set_layout_engine("none")  # which takes longer than all else, and looks at no values
    if limits == (-5, 5) or FACTOR > 1:
        with np.errstate(all="raise"):
            figure.draw_without_rendering()
    for ax in figure.axes:
        assert np.isfinite(ax.get_ylim()).all()


def test_a_function_is_drawn_where_it_is_defined():
    for g in (np.log, np.sqrt):
        (z, values), (_, slopes) = curves(activation(g))[0]
        defined = z > 0
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(values[defined], g(z[defined]))
        assert np.isnan(values[z < 0]).all()
        assert np.isnan(slopes[z <= 0]).all()
        assert np.isfinite(slopes[defined]).all()
        assert not shaded(activation(g).axes[0])


@pytest.mark.parametrize(
    ("g", "limits", "poles"),
    [
        (lambda z: 1 / z, (-5, 5), [0]),  # a point is at the pole
        (lambda z: 1 / z, (-5, 4.9), [0]),  # the pole is between two points
        (lambda z: 1 / z**3, (-5, 4.9), [0]),
        (np.tan, (-5, 5), [-1.5 * math.pi, -0.5 * math.pi, 0.5 * math.pi, 1.5 * math.pi]),
    ],
)
def test_a_curve_leaves_the_axis_at_its_poles_and_no_line_joins_both_sides(g, limits, poles):
    figure = activation(g, limits=limits)
    z, values = curves(figure)[0][0]
    gaps = z[np.isnan(values)]
    assert gaps == pytest.approx(poles, abs=(limits[1] - limits[0]) / 800)
    low, high = figure.axes[0].get_ylim()
    assert max(-low, high) < np.nanmax(np.abs(values)) / 4
    assert np.mean((values > low) & (values < high)) > 0.85
    assert figure.axes[1].get_title(loc="right") == "unbounded"


@pytest.mark.parametrize(
    ("g", "limits"),
    [
        (lambda z: np.exp(-((z / 0.03) ** 2)), (-5, 5)),  # a narrow peak
        (lambda z: z**101, (-5, 5)),
        (np.exp, (-5, 700)),
        (lambda z: np.tanh(1e6 * z), (-5, 5)),
        (lambda z: 1e300 * z, (-5, 5)),
    ],
)
def test_what_is_only_steep_is_drawn_whole(g, limits):
    figure = activation(g, limits=limits)
    for ax in figure.axes:
        (low, high), values = ax.get_ylim(), ax.lines[0].get_ydata()
        assert low < values.min()
        assert values.max() < high
    assert figure.axes[1].get_title(loc="right").startswith("at most")


def test_half_precision_is_drawn():
    (_, values), _ = curves(activation(lambda z: np.exp(3 * z.astype(np.float16))))[0]
    assert np.isnan(values[-1])
    assert np.nanmax(values) > 6e4


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e308])
def test_a_function_without_a_value_to_draw_is_refused(value):
    with pytest.raises(DrawingError, match=r"g has no finite value up to 1e\+307 between"):
        activation(lambda z: z * 0 + value)


def test_the_advice_for_a_function_that_is_not_defined_here_works():
    with pytest.raises(DrawingError, match=r"log has .* z = -5 and -1.* give limits=\(low, high\)"):
        activation(np.log, limits=(-5, -1))
    z, values = curves(activation(np.log, limits=(1, 5)))[0][0]
    np.testing.assert_allclose(values, np.log(z))


def test_slopes_too_large_to_draw_leave_their_axis_empty():
    figure = activation(lambda z: 3e307 * z)
    assert figure.axes[1].get_title(loc="right") == "none below 1e+307"


def test_recording_may_be_off():
    with tg.no_grad():
        z, slopes = curves(activation("tanh"))[0][1]
    np.testing.assert_allclose(slopes, 1 / np.cosh(z) ** 2, atol=1e-12)


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(DrawingError, match=r"no activation 'sigmod': did you mean 'sigmoid'\?"):
        activation("tanh", "sigmod")
    with pytest.raises(DrawingError, match="'ReLU': did you mean 'relu'"):
        activation("ReLU")
    with pytest.raises(DrawingError, match=r"'xyz': known are relu, .*tanh, softplus;"):
        activation("xyz")
    with pytest.raises(DrawingError, match="7 is not an activation"):
        activation(7)
    with pytest.raises(DrawingError, match="at least one"):
        activation()


@pytest.mark.parametrize("g", ["softmax", "log_softmax", "logsumexp", np.cumsum, np.sum])
def test_what_mixes_elements_has_no_curve(g):
    with pytest.raises(DrawingError, match="is not elementwise"):
        activation(g)


@pytest.mark.parametrize("g", [math.tanh, "mse"])
def test_what_does_not_take_one_tensor_is_refused(g):
    with pytest.raises(DrawingError, match=r"(tanh|mse) can't be drawn as an activation, g\(z\)"):
        activation(g)


@pytest.mark.parametrize("limits", [(1, 1), (2, -2), (0, math.inf), (math.nan, 1), (-1e308, 0)])
def test_impossible_limits_are_refused(limits):
    with pytest.raises(DrawingError, match="two finite numbers"):
        activation("tanh", limits=limits)
