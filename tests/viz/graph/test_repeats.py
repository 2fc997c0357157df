from contextlib import nullcontext
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_course as tg
from tests.viz.graphs import Block, Recurrent, parameter, programs
from tinygrad_course import nn
from tinygrad_course.inspect import nodes
from viz.graph.folding import fold
from viz.graph.repeats import FEWEST, ranks


def repeats(y, depth):
    order = nodes(y)
    folding = fold(order, [y.node], depth=depth, collapse=(), limit=10_000)
    return [r for r in folding.folded if r.kind == "repeat"], folding


def only(y, depth=1):
    (repeat,), _ = repeats(y, depth)
    return repeat


@given(st.integers(1, 6))
def test_equal_layers_fold_from_three_on(n):
    model = nn.Sequential(*(Block() for _ in range(n)))
    found, _ = repeats(model(parameter(np.ones((2, 3)))), 1)
    assert [(r.times, r.label) for r in found] == [(n, f"0 … {n - 1}")] * (n >= FEWEST)


def test_layers_of_other_sizes_or_kinds_break_the_row():
    x = np.ones((2, 3), np.float32)
    blocks = [Block() for _ in range(8)]
    assert only(nn.Sequential(*blocks[:4], nn.Linear(3, 3), *blocks[4:6])(x)).times == 4
    sizes = [3, 3, 3, 3, 5, 5, 5]
    model = nn.Sequential(*(nn.Linear(a, b) for a, b in pairwise(sizes)))
    assert only(model(x)).label == "0 … 2"


def test_a_folded_operation_is_not_equal_to_one_that_stands_alone():
    y = parameter(np.ones(3))
    for in_a_block in (False, True, False):
        with tg.scope("block") if in_a_block else nullcontext():
            y = y * 2.0
    assert repeats(y, 0)[0] == []


def test_parameters_of_an_operation_are_a_part_of_what_has_to_be_equal():
    class Sum(nn.Module):
        def __init__(self, axis):
            self.axis = axis

        def forward(self, x):
            return x - x.sum(axis=self.axis, keepdims=True)

    def folded(*axes):
        return repeats(nn.Sequential(*map(Sum, axes))(parameter(np.ones((3, 3)))), 1)[0]

    assert [r.times for r in folded(0, 0, 0)] == [3]
    assert folded(0, 1, 0) == []


def test_numbers_have_to_be_equal_and_arrays_to_have_the_same_shape():
    class Scaled(nn.Module):
        def __init__(self, by):
            self.by = by

        def forward(self, x):
            return np.tanh(x) * self.by

    def folded(*factors):
        return repeats(nn.Sequential(*map(Scaled, factors))(parameter(np.ones((2, 3)))), 1)[0]

    assert [r.times for r in folded(2, 2, 2)] == [3]
    assert folded(2, 3, 2) == []
    assert [r.times for r in folded(np.ones(3), np.zeros(3), np.full(3, 2.0))] == [3]
    assert folded(np.ones(3), np.ones((2, 3)), np.ones(3)) == []


def test_a_part_may_consist_of_several_layers_and_of_operations_between_them():
    class Net(nn.Module):
        def __init__(self):
            self.layers = [nn.Linear(3, 3, rng=0) for _ in range(5)]

        def forward(self, x):
            for layer in self.layers:
                x = np.tanh(layer(x))
            return x

    model = nn.MLP([3] * 7, rng=0)
    repeat = only(model(np.ones((2, 3), np.float32)))
    assert (repeat.times, repeat.label) == (5, "layers.0 … layers.4")
    repeat = only(Net()(parameter(np.ones((2, 3)))))
    layer, tanh = repeat.part
    assert (repeat.times, layer.label, tanh.primitive.name) == (5, "layers.0", "tanh")


def test_the_steps_of_a_recurrent_net_are_equal_though_their_inputs_come_from_the_side():
    repeat = only(Recurrent()(np.ones((40, 1, 2), np.float32)))
    assert (repeat.times, repeat.label) == (40, "of_input, of_state")
    assert len(repeat.part) == 4


def test_what_does_not_follow_from_the_one_before_is_no_row():
    blocks = [Block() for _ in range(5)]
    x = parameter(np.ones((2, 3)))
    assert repeats(np.stack([block(x) for block in blocks]), 0)[0] == []


def test_operations_alone_are_no_layers():
    y = parameter(1.0)
    for _ in range(10):
        y = np.tanh(y)
    assert repeats(y, 0)[0] == []


def test_weights_that_only_the_folded_operations_use_are_folded_with_them():
    weights = [parameter(np.eye(3), f"w{i}") for i in range(5)]
    blocks = [Block() for _ in range(5)]
    x = parameter(np.ones((2, 3)), "x")
    for weight, block in zip(weights, blocks):
        x = block(x @ weight)
    (repeat,), folding = repeats(x, 0)
    assert repeat.times == 5
    assert {folding.region_of[w.node] for w in weights} == {repeat}
    again, folding = repeats(np.concatenate([x, weights[0]]), 0)
    assert folding.region_of[weights[0].node] is folding.program
    assert folding.region_of[weights[1].node] is again[0]


@given(programs(), st.integers(0, 2))
def test_folding_repeats_moves_regions_and_loses_nothing(outputs, depth):
    order = nodes(*outputs)
    folding = fold(order, [], depth=depth, collapse=(), limit=10_000)
    listed = [node for region in folding.program.within() for node in region.nodes]
    assert sorted(map(id, listed)) == sorted(map(id, order))
    for region in folding.program.within():
        assert all(folding.region_of[node] is region for node in region.nodes)
        assert region.depth == len(list(region.around())) - 1
        assert all(inner.outer is region for inner in region.inner)
        if region.kind == "repeat":
            assert region.times >= FEWEST
            parts = len(region.inner) / sum(step in region.inner for step in region.part)
            assert parts == region.times


@pytest.mark.parametrize("length", [300, 3000])
def test_a_row_is_found_in_time_that_grows_with_its_length(length, monkeypatch):
    fingerprints = []
    from viz.graph import repeats as module

    original = module._fingerprint
    monkeypatch.setattr(
        module, "_fingerprint", lambda nodes: fingerprints.append(1) or original(nodes)
    )
    block, y = Block(), parameter(np.ones((2, 3)))
    for _ in range(length):
        y = block(y)
    assert only(y, 0).times >= length - 1
    assert len(fingerprints) <= length + 5


def test_scopes_repeat_as_modules_do():
    y = np.exp(parameter(1.0))
    for _ in range(4):
        with tg.scope("step"):
            y = np.tanh(np.exp(y))
    assert only(y, 0).times == 4


def ranks_by_name(*outputs):
    found = ranks(nodes(*outputs))
    return {node.name: rank for node, rank in found.items()}


def computed(value, name):
    value.name = name
    return value


@given(programs())
def test_an_operation_stands_behind_all_that_it_needs(outputs):
    order = nodes(*outputs)
    rank = ranks(order)
    assert set(rank) == {node for node in order if node.primitive is not None}
    for node in rank:
        assert all(rank[p] < rank[node] for p in node.parents if p in rank)


def test_the_longest_way_goes_down_one_by_one():
    y = parameter(1.0)
    chain = [y := computed(np.tanh(y), str(i)) for i in range(1, 5)]
    assert ranks_by_name(chain[-1]) == {"1": 1, "2": 2, "3": 3, "4": 4}


def test_what_feeds_from_the_side_stands_right_before_what_it_feeds():
    state = computed(np.exp(parameter(1.0)), "state")
    for i in range(3):
        fed = computed(np.sin(parameter(1.0)), f"fed {i}")
        state = computed(np.tanh(state), f"state {i}") * fed
        state.name = f"product {i}"
    found = ranks_by_name(state)
    for i in range(3):
        assert found[f"fed {i}"] == found[f"state {i}"] == found[f"product {i}"] - 1


def test_what_reads_from_the_side_stands_right_behind_what_it_reads():
    state, read = parameter(1.0), []
    for i in range(3):
        state = computed(np.tanh(state), f"state {i}")
        read.append(computed(np.sin(state), f"read {i}"))
    found = ranks_by_name(np.stack(read))
    for i in range(2):
        assert found[f"read {i}"] == found[f"state {i}"] + 1 == found[f"state {i + 1}"]
