import gc

import numpy as np
from hypothesis import given

import tinygrad_course as tg
from tests.viz.graphs import Block, parameter, programs, scopes
from tinygrad_course import nn
from tinygrad_course.inspect import nodes
from viz.graph.regions import outside_of_modules, regions_of


def regions(*outputs):
    return regions_of(nodes(*outputs))


def tree(region):
    """Labels and the names of operations, each after what stands before it."""
    own = [node.primitive.name for node in region.nodes if node.primitive is not None]
    return {region.label: [own, *map(tree, region.inner)]}


@given(programs())
def test_every_node_is_in_one_region_and_all_regions_are_in_the_program(outputs):
    order = nodes(*outputs)
    program, region_of = regions_of(order)
    listed = [node for region in program.within() for node in region.nodes]
    assert len(listed) == len(order)
    assert set(listed) == set(order) == set(region_of)
    for region in program.within():
        assert all(region_of[node] is region for node in region.nodes)
        assert list(region.around())[-1] is program
        assert region.depth == len(list(region.around())) - 1
        assert all(inner.outer is region for inner in region.inner)


def test_an_operation_is_where_it_was_recorded():
    program, _ = regions(scopes())
    assert tree(program) == {
        "": [
            [],
            {"forward": [["matmul"], {"activation": [["tanh"]]}]},
            {"cost": [["subtract", "power", "mean"]]},
        ]
    }


def test_a_block_that_is_entered_twice_is_two_regions():
    w = parameter(1.0)
    for _ in range(2):
        with tg.scope("block"):
            w = np.exp(w)
    program, _ = regions(w)
    assert [inner.label for inner in program.inner] == ["block", "block"]


def test_a_parameter_is_in_the_innermost_region_that_has_all_its_uses():
    class Twice(nn.Module):
        def __init__(self):
            self.block, self.other = Block(), nn.Linear(3, 3)
            self.other.weight = self.block.linear.weight

        def forward(self, x):
            return self.other(self.block(x))

    model = Twice()
    program, region_of = regions(model(np.ones((2, 3), np.float32)))
    (root,) = program.inner
    labels = {
        node.name: region.label for node, region in region_of.items() if node.primitive is None
    }
    assert labels["block.linear.bias"] == "block.linear"
    assert labels["other.bias"] == "other"
    assert region_of[model.other.weight.node] is root


def test_an_input_that_requires_a_gradient_stands_outside_of_the_model():
    x, block = parameter(np.ones((2, 3)), "x"), Block()
    with tg.scope("forward"):
        y = block(x)
    _, region_of = regions(y)
    assert region_of[x.node].label == "forward"
    assert region_of[block.linear.weight.node].label == "linear"
    inner = region_of[block.linear.weight.node]
    assert outside_of_modules(inner) is region_of[x.node]


def test_of_a_module_that_is_gone_its_path_and_class_are_left():
    y = Block()(parameter(np.ones((2, 3))))
    gc.collect()
    (root,) = regions(y)[0].inner
    assert (root.module, root.class_name, root.label) == (None, "Block", "")
    assert [(r.class_name, r.label) for r in root.inner] == [("Linear", "linear")]
