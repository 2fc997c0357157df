import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.contour import ContourSet

from tinygrad_course import nn
from tinygrad_course.errors import DataError, DrawingError
from viz.plots import decision_boundary

RNG = np.random.default_rng(3)
X = RNG.normal(size=(60, 2))
CENTRES = np.array([[1.5, 0.0], [-1.0, 1.0], [-1.0, -1.5]])


def nearest(x):
    """P(class) ∝ exp(−distance²) from three centres: boundaries are the lines halfway between two."""
    scores = -((x[:, None, :] - CENTRES) ** 2).sum(axis=-1)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


class Asked:
    """A classifier made of a function that gives probabilities."""

    def __init__(self, predict_proba):
        self.predict_proba = predict_proba


@pytest.fixture
def halves():
    """Logistic regression whose boundary is the line x₁ − 2 x₂ + ½ = 0."""
    model = nn.LogisticRegression(2)
    model.linear.weight.data[...] = [[1.0, -2.0]]
    model.linear.bias.data[...] = 0.5
    return model


def boundary(figure):
    """The corners of all boundary lines."""
    sets = [c for c in figure.axes[0].collections if isinstance(c, ContourSet)]
    return np.concatenate([path.vertices for c in sets for path in c.get_paths()])


def points(figure):
    return [c for c in figure.axes[0].collections if not isinstance(c, ContourSet)]


def shading(figure):
    """The colours of the plane, and the places (x₁, x₂) that they stand for."""
    (image,) = figure.axes[0].images
    assert image.origin == "lower"
    colours = np.asarray(image.get_array())
    left, right, bottom, top = image.get_extent()
    rows, columns = colours.shape[:2]
    x1, x2 = np.meshgrid(np.linspace(left, right, columns), np.linspace(bottom, top, rows))
    return colours, np.stack([x1, x2], axis=-1)


def test_the_boundary_is_where_both_classes_are_equally_probable(halves):
    x1, x2 = boundary(decision_boundary(halves, X, X[:, 0] > 0)).T
    assert len(x1) > 20
    np.testing.assert_allclose(x1 - 2 * x2 + 0.5, 0, atol=1e-3)


def test_a_curved_boundary_is_followed():
    def ring(x):
        return 1 / (1 + np.exp(4 * (np.hypot(*x.T) - 1)))

    found = boundary(decision_boundary(Asked(ring), X, np.hypot(*X.T) < 1))
    np.testing.assert_allclose(np.hypot(*found.T), 1, atol=2e-3)
    assert np.ptp(np.arctan2(*found.T)) > 6


def test_between_several_classes_it_is_where_the_best_two_are_equal():
    found = boundary(decision_boundary(Asked(nearest), X, nearest(X).argmax(axis=1)))
    best = np.sort(nearest(found), axis=1)
    # Where three classes meet, a line of the grid cuts the corner.
    corner = np.linalg.norm(found - found[best[:, 0].argmax()], axis=1) < 0.1
    np.testing.assert_allclose(best[~corner, 2], best[~corner, 1], atol=0.01)
    pairs = {tuple(sorted(p.argsort()[1:])) for p in nearest(found[~corner])}
    assert pairs == {(0, 1), (0, 2), (1, 2)}


def test_the_colour_is_that_of_the_most_probable_class_and_pales_with_doubt():
    figure = decision_boundary(Asked(nearest), X, nearest(X).argmax(axis=1))
    colours, places = shading(figure)
    probabilities = nearest(places.reshape(-1, 2))
    distance = np.linalg.norm(colours.reshape(-1, 3) - 1, axis=1)  # from white
    classes = probabilities.argmax(axis=1)
    certainty = probabilities.max(axis=1)
    for k, dots in enumerate(points(figure)):
        own, sure = classes == k, certainty > 0.99
        hue = 1 - colours.reshape(-1, 3)[own & sure].mean(axis=0)
        full = 1 - np.array(to_rgb(dots.get_facecolor()[0][:3]))
        np.testing.assert_allclose(hue / full, (hue / full).mean(), rtol=1e-3)
        order = certainty[own].argsort()
        assert (np.diff(distance[own][order]) > -1e-9).all()
    doubt = np.abs(np.diff(np.sort(probabilities)[:, 1:])) < 0.01
    assert distance[doubt.ravel() & (certainty < 0.4)].max() < 0.1


def test_points_have_the_colour_and_the_marker_of_their_class(halves):
    y = X[:, 0] > 0
    figure = decision_boundary(halves, X, y)
    negative, positive = points(figure)
    np.testing.assert_allclose(negative.get_offsets(), X[~y].astype(np.float32))
    np.testing.assert_allclose(positive.get_offsets(), X[y].astype(np.float32))
    assert negative.get_paths()[0] != positive.get_paths()[0]
    assert (negative.get_facecolor() != positive.get_facecolor()).any()
    low, high = figure.axes[0].get_xlim()
    assert low < X[:, 0].min() < X[:, 0].max() < high
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert legend == ["class 0", "class 1"]


def test_classes_have_names(halves):
    figure = decision_boundary(halves, X, X[:, 0] > 0, class_names=["blue", "red"])
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert legend == ["blue", "red"]
    with pytest.raises(DrawingError, match="3 names, but there are 2 classes"):
        decision_boundary(halves, X, X[:, 0] > 0, class_names=["a", "b", "c"])


def test_a_model_that_is_sure_everywhere_has_no_boundary():
    figure = decision_boundary(Asked(lambda x: np.full(len(x), 0.9)), X, np.ones(60), resolution=20)
    assert not [c for c in figure.axes[0].collections if isinstance(c, ContourSet)]


def test_whole_numbers_and_a_single_point_are_a_plane_too():
    def model(x):
        assert x.dtype.kind == "f"
        return x[:, 0] - 0.5

    figure = decision_boundary(model, [[0, 0], [1, 0]], [0, 1])
    np.testing.assert_allclose(boundary(figure)[:, 0], 0.5)
    decision_boundary(model, [[3, 4]], [1])


def test_outputs_that_can_not_be_told_have_to_be_said():
    def by_hand(x):
        return 1 / (1 + np.exp(-x[:, 0]))

    with pytest.raises(DrawingError, match="outputs='probabilities'"):
        decision_boundary(by_hand, X, X[:, 0] > 0)
    figure = decision_boundary(by_hand, X, X[:, 0] > 0, outputs="probabilities")
    np.testing.assert_allclose(boundary(figure)[:, 0], 0, atol=1e-3)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (np.ones((4, 3)), r"\(4, 3\).*X\[:, \[0, 1\]\]"),
        (np.ones(4), r"shape \(4,\)"),
        (np.ones((2, 2, 2)), r"shape \(2, 2, 2\)"),
    ],
)
def test_what_is_no_plane_is_refused(halves, inputs, message):
    with pytest.raises(DrawingError, match=message):
        decision_boundary(halves, inputs, np.zeros(len(inputs)))


def test_bad_numbers_are_named(halves):
    with pytest.raises(DataError, match="X has nan in row 1, column 0"):
        decision_boundary(halves, [[0, 1], [np.nan, 1]], [0, 1])
    with pytest.raises(DataError, match="at least one row"):
        decision_boundary(halves, np.ones((0, 2)), [])
    with pytest.raises(DataError, match=r"y has shape \(3,\)"):
        decision_boundary(halves, X, [0, 1, 0])


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.full(60, 2), "y contains 2, but the model has 2 classes: 0 to 1"),
        (np.full(60, 0.3), "0.3"),
        (np.full(60, -1), "-1"),
        (np.zeros((60, 1)), r"must be \(60,\): give y\[:, 0\]"),
    ],
)
def test_classes_that_the_model_does_not_have_are_refused(halves, y, message):
    with pytest.raises(DrawingError, match=message):
        decision_boundary(halves, X, y, resolution=20)
