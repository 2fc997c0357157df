"""Parts that a module does not find are found out, wherever they are; and parts that it finds are not."""

import functools
from collections import OrderedDict, UserDict, deque, namedtuple

import numpy as np
import pytest

from tinygrad_course import Tensor
from tinygrad_course.nn import Linear, Module, Parameter, ReLU, Sequential
from tinygrad_course.nn.hidden import hidden_parts


def layer():
    return Linear(2, 2, rng=0)


def array_of(*items):
    made = np.empty(len(items), object)
    made[:] = items
    return made


class Holder(Module):
    def __init__(self, part):
        self.part = part


def leaf():
    return Tensor(np.ones(2), requires_grad=True)


HIDDEN = {
    "a leaf": (leaf, "part", r"nn\.Parameter"),
    "a leaf in a list": (lambda: [1, leaf()], "part.1", r"nn\.Parameter"),
    "a leaf in a dictionary": (lambda: {"a": [leaf()]}, "part.a.0", r"nn\.Parameter"),
    "a layer in a set": (lambda: {layer()}, "part", "in a list"),
    "a parameter in a frozen set": (
        lambda: frozenset({Parameter(np.ones(2))}),
        "part",
        "in a list",
    ),
    "a layer in a deque": (lambda: deque([layer()]), "part", "in a list"),
    "a layer in an array": (lambda: array_of(layer(), 1), "part", "in a list"),
    "a layer in a mapping": (lambda: UserDict(a=layer()), "part", "in a list"),
    "a layer in a view": (lambda: {"a": layer()}.values(), "part", "in a list"),
    "a layer in a set in a list": (lambda: [[{layer()}]], "part.0.0", "in a list"),
    "a method of a layer": (lambda: layer().forward, "part", "the module itself"),
    "a call of a layer": (lambda: layer().__call__, "part", "the module itself"),
    "a partial call": (lambda: functools.partial(layer(), y=1), "part", "in a list"),
    "a layer in a slice of an array": (lambda: array_of(1, layer())[None], "part", "in a list"),
}


@pytest.mark.parametrize(("make", "path", "way_out"), HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("around", [lambda m: m, Sequential], ids=["outermost", "inside"])
def test_a_hidden_part_is_found_out(make, path, way_out, around):
    (found,) = hidden_parts(around(Holder(make())))
    assert found.path == path if around is not Sequential else f"0.{path}"
    assert way_out in found.way_out.replace("nn.Parameter", r"nn\.Parameter")
    assert all(t.requires_grad for t in found.tensors)


NOT_HIDDEN = {
    "a layer": layer,
    "layers in a list": lambda: [layer(), (layer(),)],
    "layers in a dictionary": lambda: {"a": OrderedDict(b=layer())},
    "layers in a named tuple": lambda: namedtuple("Two", "a b")(layer(), layer()),
    "a layer without parameters": lambda: {ReLU()},
    "a frozen parameter": lambda: {Parameter(np.ones(2), requires_grad=False)},
    "a constant": lambda: Tensor(np.ones(2)),
    "a computed tensor": lambda: leaf() * 2,
    "arrays": lambda: [np.ones(2), array_of(1, "a"), {1, 2}],
    "a function": lambda: np.tanh,
    "text": lambda: "abc",
    "an iterator": lambda: iter([layer()]),
}


@pytest.mark.parametrize("make", NOT_HIDDEN.values(), ids=NOT_HIDDEN)
def test_what_is_found_or_not_to_be_trained_is_not_hidden(make):
    assert list(hidden_parts(Holder(make()))) == []


def test_what_is_found_elsewhere_is_not_hidden():
    model = Holder([layer(), layer()])
    model.again = {model.part[0]}
    model.run = model.part[1].forward
    assert list(hidden_parts(model)) == []


@pytest.mark.parametrize("part", [layer, lambda: [layer()], lambda: Parameter(np.ones(2)), leaf])
def test_an_attribute_of_the_class_is_hidden_unless_the_instance_has_one(part):
    class Shared(Module):
        inner = part()
        activation = ReLU()
        size = 3

    class Sub(Shared):
        pass

    for kind in (Shared, Sub):
        (found,) = hidden_parts(kind())
        assert (found.path, found.found) == ("inner", "an attribute of the class Shared")
    own = Sub()
    own.inner = layer()
    assert list(hidden_parts(own)) == []


def test_containers_that_contain_themselves_end():
    loop = [layer()]
    loop.append(loop)
    looping = Holder({"loop": loop})
    # The module itself would not come to an end; the list is hidden in a container that it skips.
    inner = deque()
    inner.append(inner)
    inner.append(layer())
    looping.part = inner
    (found,) = hidden_parts(looping)
    assert len(found.tensors) == 2
