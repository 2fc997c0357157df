import numpy as np
from hypothesis import given

from tests.viz.graphs import parameter, programs
from tinygrad_course.engine.graph import topological_order
from viz.graph.levels import levels


def named(*outputs):
    found = levels(topological_order(*(y.node for y in outputs)))
    return {node.name: level for node, level in found.items()}


def computed(value, name):
    value.name = name
    return value


@given(programs())
def test_an_operation_stands_behind_all_that_it_needs(outputs):
    order = topological_order(*(y.node for y in outputs))
    level = levels(order)
    assert set(level) == {node for node in order if node.primitive is not None}
    for node in level:
        assert all(level[p] < level[node] for p in node.parents if p in level)


def test_the_longest_way_goes_down_one_by_one():
    y = parameter(1.0)
    chain = [y := computed(np.tanh(y), str(i)) for i in range(1, 5)]
    assert named(chain[-1]) == {"1": 1, "2": 2, "3": 3, "4": 4}


def test_what_feeds_from_the_side_stands_right_before_what_it_feeds():
    state = computed(np.exp(parameter(1.0)), "state")
    for i in range(3):
        fed = computed(np.sin(parameter(1.0)), f"fed {i}")
        state = computed(np.tanh(state), f"state {i}") * fed
        state.name = f"product {i}"
    found = named(state)
    for i in range(3):
        assert found[f"fed {i}"] == found[f"state {i}"] == found[f"product {i}"] - 1


def test_what_reads_from_the_side_stands_right_behind_what_it_reads():
    state, read = parameter(1.0), []
    for i in range(3):
        state = computed(np.tanh(state), f"state {i}")
        read.append(computed(np.sin(state), f"read {i}"))
    found = named(np.stack(read))
    for i in range(2):
        assert found[f"read {i}"] == found[f"state {i}"] + 1 == found[f"state {i + 1}"]
