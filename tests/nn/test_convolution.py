"""Layers for pictures and sequences: parameters, what they print, how a wrong picture is explained."""

import numpy as np
import pytest

import viz
from tinygrad_course import nn
from tinygrad_course.errors import ShapeError

X = np.random.default_rng(0).standard_normal((2, 3, 8, 6)).astype(np.float32)


def small():
    return nn.Sequential(
        *(nn.Conv2d(3, 4, 3, padding="same", rng=0), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(4, 6, 3, 1, 1, groups=2, rng=1), nn.AdaptiveAvgPool2d(1)),
        *(lambda x: x.reshape(len(x), -1), nn.Linear(6, 2, rng=2)),
    )


def test_it_runs_trains_all_parameters_and_keeps_their_dtype():
    model = small()
    z = model(X)
    assert (z.shape, z.dtype) == ((2, 2), np.float32)
    (z * z).sum().backward()
    assert all(p.grad.dtype == np.float32 and p.grad.data.any() for p in model.parameters())


def test_state_has_the_names_of_pytorch():
    state = nn.Conv2d(4, 6, (3, 2), groups=2, rng=0).state_dict()
    assert {name: np.shape(x) for name, x in state.items()} == {
        "weight": (6, 2, 3, 2),
        "bias": (6,),
    }


@pytest.mark.parametrize(
    ("layer", "printed"),
    [
        (
            nn.Conv2d(3, 4, 3, (2, 1), "valid"),
            "in_channels=3, out_channels=4, kernel_size=3, stride=(2, 1), padding='valid', bias=True",
        ),
        (nn.MaxPool2d(2), "kernel_size=2"),
        (
            nn.AvgPool2d(3, 2, 1, count_include_pad=False),
            "kernel_size=3, stride=2, padding=1, count_include_pad=False",
        ),
        (nn.AdaptiveAvgPool2d((1, None)), "output_size=(1, None)"),
    ],
)
def test_what_a_layer_prints_is_what_it_was_made_with(layer, printed):
    assert repr(layer).startswith(f"{type(layer).__name__}({printed})")


def test_a_picture_with_its_channels_last_is_told_how_to_turn():
    advice = r"0 \(Conv2d\)|must be \(batch, 3, height, width\).*give x\.transpose\(0, 3, 1, 2\)"
    last = X.transpose(0, 2, 3, 1)
    with pytest.raises(ShapeError, match=advice):
        small()(last)
    assert small()(last.transpose(0, 3, 1, 2)).shape == (2, 2)


def test_other_channels_are_named():
    with pytest.raises(ShapeError, match=r"with in_channels=3: set in_channels=5"):
        nn.Conv2d(3, 4, 3)(np.zeros((2, 5, 8, 8), np.float32))


def test_the_graph_of_a_model_has_its_layers():
    text = viz.draw(small(), inputs=X).dot
    assert all(word in text for word in ("conv", "max pool", "avg pool", "(2, 4, 8, 6)"))
