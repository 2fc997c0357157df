"""Containers of arrays are taken apart and put together again."""

from collections import OrderedDict, namedtuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course import Tensor
from tinygrad_course.containers import is_container, leaves, rebuilt

Pair = namedtuple("Pair", ["left", "right"])
A, B = np.ones(2), np.zeros((2, 3))

TREES = st.recursive(
    st.sampled_from([A, B, Tensor(A)]),
    lambda part: st.one_of(
        st.dictionaries(st.sampled_from("abc"), part, min_size=1),
        st.lists(part, min_size=1, max_size=3),
        st.lists(part, min_size=1, max_size=3).map(tuple),
        st.tuples(part, part).map(lambda parts: Pair(*parts)),
    ),
    max_leaves=8,
)


@given(TREES)
def test_taken_apart_and_rebuilt_it_is_the_same(tree):
    parts = leaves(tree)
    assert len({path for path, _ in parts}) == len(parts)
    again = rebuilt(tree, [x for _, x in parts])
    assert type(again) is type(tree)
    assert [(path, id(x)) for path, x in leaves(again)] == [(path, id(x)) for path, x in parts]
    for path, x in parts:
        assert eval(f"tree{path}", {"tree": tree}) is x


def test_paths_are_those_that_python_reads():
    tree = {"W": [A, Pair(A, {"b": B})], 3: (A,)}
    assert [path for path, _ in leaves(tree, "parameters")] == [
        "parameters['W'][0]",
        "parameters['W'][1].left",
        "parameters['W'][1].right['b']",
        "parameters[3][0]",
    ]


@pytest.mark.parametrize(
    "x",
    [A, Tensor(A), 1.0, [1.0, 2.0], [[1, 2], [3, 4]], (1.0, np.float64(2)), [], (), "text", None],
)
def test_an_array_is_no_container(x):
    assert not is_container(x)
    assert leaves(x) == [("", x)]
    assert rebuilt(x, [5.0]) == 5.0


@pytest.mark.parametrize(
    "x", [{}, {"a": 1.0}, [A], (A, 1.0), [Tensor(1.0), 2.0], [[A]], Pair(A, 1)]
)
def test_what_holds_an_array_or_has_names_is_one(x):
    assert is_container(x)


def test_dictionaries_keep_their_class_and_order():
    tree = OrderedDict(b=A, a=B)
    again = rebuilt(tree, [1, 2])
    assert type(again) is OrderedDict
    assert list(again.items()) == [("b", 1), ("a", 2)]


def test_as_many_values_as_leaves():
    with pytest.raises(AssertionError):
        rebuilt({"a": A}, [1, 2])
