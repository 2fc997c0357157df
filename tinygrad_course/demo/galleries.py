"""The page's pictures: what a model got wrong, and what its first layer looks for."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ..markup import Markup, element
from .outcome import Outcome
from .pictures import ink, signed
from .wording import percent


def gallery(outcome: Outcome, rows: Iterable[int]) -> Markup:
    """These test rows as pictures, each with what it is and, where that differs, what the model said."""
    return element("ul", *(_picture(outcome, row) for row in rows), class_="gallery")


def template(outcome: Outcome, alt: str) -> Markup:
    """The weights of a model with one unit, as one picture."""
    return _weights(outcome.first_weights[0], outcome, alt, size=224)


def detectors(outcome: Outcome, count: int) -> Markup:
    """The weights of the first layer's `count` units that have the largest ones."""
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
