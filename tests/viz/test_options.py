from typing import Literal, get_args

import pytest

import viz
from tests.viz.graphs import parameter
from tinygrad_course.errors import DrawingError
from viz.options import check


def test_words_of_the_list_pass_and_others_are_named_with_the_list():
    one_of_two = Literal["left", "right"]
    for word in get_args(one_of_two):
        check("side", word, one_of_two)
    for wrong in ("up", "", None, 3, ["left"]):
        with pytest.raises(DrawingError) as error:
            check("side", wrong, one_of_two)
        assert str(error.value) == f"side={wrong!r}: expected one of left, right"


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"detail": "all"}, "detail='all': expected one of auto, shapes, values, everything"),
        ({"notation": "tex"}, "notation='tex': expected one of plain, course"),
        ({"theme": "sepia"}, "theme='sepia': expected one of auto, light, dark, print"),
        ({"direction": "up"}, "direction='up': expected one of LR, RL, TB, BT"),
        ({"depth": -1}, "depth=-1: 0 draws each model as one box"),
        ({"depth": "1"}, "depth='1': 0 draws each model as one box"),
        ({"limit": 0}, "limit=0 is not a number of boxes, such as 300"),
        ({"limit": "many"}, "limit='many' is not a number of boxes, such as 300"),
    ],
)
def test_a_drawing_refuses_options_that_do_not_exist(option, said):
    with pytest.raises(DrawingError, match=said):
        viz.draw(parameter(1.0) * 2.0, **option)
