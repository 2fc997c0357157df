import numpy as np
import pytest

import tinygrad_course as tg
from tests.viz.graphs import AWKWARD_NAMES, parameter
from tinygrad_course.errors import DrawingError
from viz import text, view
from viz.graph.boxes import ArrayBox


def shown(x, **options):
    return {box.name for box in view(x, **options).boxes if isinstance(box, ArrayBox) and box.name}


def test_tensors_of_every_kind_are_called_what_one_likes_by_themselves_or_by_their_names():
    w, x, alone = parameter([1.0], "w"), tg.Tensor([2.0], name="x"), tg.Tensor([3.0], name="c")
    y = w * x
    y.name = "y"
    assert shown([y, alone]) == {"w", "x", "y", "c"}
    assert shown([y, alone], names={w: "A", x: "B", y: "C", alone: "D"}) == set("ABCD")
    assert shown([y, alone], names={"w": "A", "x": "B", "y": "C", "c": "D"}) == set("ABCD")


def test_large_constants_are_found_as_well():
    x = tg.Tensor(np.ones((20, 20)), name="x")
    y = parameter([1.0]) * x
    assert shown(y, names={x: "pixels"}) == shown(y, names={"x": "pixels"}) == {"pixels"}


def test_a_tensor_comes_before_a_name_that_fits_it():
    w = parameter([1.0], "w")
    assert shown(w * 2.0, names={"w": "by name", w: "by tensor"}) == {"by tensor"}


def test_names_beside_the_courses_win():
    assert shown(parameter([1.0], "w") * 1.0, names={"w": "θ"}, notation="course") == {"θ"}


def test_what_the_graph_has_not_is_passed_over():
    y = parameter([1.0], "w") * 2.0
    assert shown(y, names={"v": "A", tg.Tensor([1.0]): "B", parameter([1.0]): "C"}) == {"w"}


def test_other_keys_are_refused():
    with pytest.raises(DrawingError, match="3 is neither a tensor nor a name: give"):
        view(parameter([1.0]) * 2.0, names={3: "w"})


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_a_given_name_is_made_printable_as_a_tensors_own_is(name):
    w = parameter([1.0], "w")
    assert (
        shown(w * 2.0, names={w: name})
        == shown(parameter([1.0], name) * 2.0)
        == {text.name(name)} - {""}
    )
