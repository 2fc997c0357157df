from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.viz.graphs import Block, long_chain, net, parameter, programs, scopes
from tinygrad_course import nn
from tinygrad_course.inspect import nodes
from viz import view
from viz.graph.boxes import ArrayBox, FoldBox
from viz.graph.folding import AT_EACH_END


def folds(y, **options):
    return [box for box in view(y, **options).boxes if isinstance(box, FoldBox)]


def called(y, **options):
    return sorted(fold.lines[0] for fold in folds(y, **options))


def deep(layers=12, n=3):
    return nn.MLP([n] * (layers + 1), rng=0)


X = np.ones((2, 3), np.float32)


def test_depth_is_how_many_modules_deep_one_looks():
    model = nn.Sequential(Block(), nn.Linear(3, 2))
    y = model(X)
    assert called(y, depth=0) == ["Sequential"]
    assert called(y, depth=1) == ["0", "1"]
    assert called(y, depth=2) == ["0.linear"]
    assert called(y, depth=3) == called(y) == []


def test_named_blocks_fold_as_modules_do():
    assert called(scopes(), depth=0) == ["cost", "forward"]
    assert called(scopes(), depth=1) == ["activation"]


def test_collapse_folds_paths_blocks_and_classes_at_any_depth():
    model = nn.Sequential(Block(), nn.Linear(3, 2))
    y = model(X)
    assert called(y, collapse="0.linear") == ["0.linear"]
    assert called(y, collapse=["Linear"]) == ["0.linear", "1"]
    assert called(y, collapse={"Block", "1"}) == ["0", "1"]
    assert called(y, collapse="nothing") == []
    assert called(scopes(), collapse="activation") == ["activation"]
    assert called(scopes(), collapse="") == []


def test_a_net_of_twelve_equal_layers_is_one_box_and_one_layer_at_depth_1():
    model = deep()
    last, row = sorted(folds(model(X), depth=1), key=lambda fold: fold.times)
    assert (row.times, row.title.split(",")[0]) == (11, "11 times")
    assert last.lines[0] == "layers.11"
    assert [fold.times for fold in folds(nn.Sequential(*model.layers)(X), depth=1)] == [12]


def test_the_note_says_what_was_done():
    model = deep()
    y = model(X)
    assert view(y).note == view(y, depth=5).note == ""
    assert view(y, depth=1).note == "folded to depth 1"
    assert view(y, limit=50).note == "more than 50 boxes: folded to depth 1"
    assert view(y, limit=1).note == "more than 1 box: folded to depth 0"
    assert view(long_chain()).note == "more than 300 boxes: the middle of the graph is left out"


def test_too_much_folds_as_little_as_is_needed():
    model = nn.Sequential(*(nn.Sequential(nn.Linear(3, 3), nn.Tanh(), Block()) for _ in range(2)))
    y = model(X)
    boxes = [view(y, depth=depth).boxes for depth in range(4)]
    for fewer, more in pairwise(boxes):
        assert len(fewer) < len(more)
        x = 1  # is not counted, since only the drawing of folds shows that it is given to them
        assert len(view(y, limit=len(fewer) - x).boxes) == len(fewer)
        assert len(view(y, limit=len(more) - x - 1).boxes) == len(fewer)


@given(programs(), st.integers(1, 80))
def test_no_more_is_drawn_than_the_limit_the_ends_and_what_belongs_to_them(outputs, limit):
    shown = view(outputs, limit=limit)
    ends = 3 * AT_EACH_END * 4  # a result, its operation and at most two constants
    assert len(shown.boxes) <= max(limit + 3, ends)


def test_outputs_in_the_middle_are_drawn_as_far_as_they_are_few():
    y, outputs = parameter(1.0), []
    for _ in range(500):
        y = np.tanh(y)
        outputs.append(y)
    shown = view(outputs)
    drawn = [box for box in shown.boxes if isinstance(box, ArrayBox) and box.is_output]
    assert AT_EACH_END <= len(drawn) <= 3 * AT_EACH_END


def test_each_depth_is_tried_only_while_it_may_fit(monkeypatch):
    from viz.graph import folding

    tried = []
    to_depth = folding._to_depth
    monkeypatch.setattr(folding, "_to_depth", lambda *a: tried.append(a[-1]) or to_depth(*a))
    model = nn.Sequential(*(Block() for _ in range(400)))
    y = model(parameter(np.ones((2, 3))))
    assert len(nodes(y)) > 2000
    assert view(y).note.endswith("folded to depth 1")
    assert tried == [0, 1]


def test_a_graph_without_a_model_alive_folds_as_well():
    loss, _ = net()
    assert called(loss, depth=0) == ["BCEWithLogitsLoss", "MLP"]
    assert called(loss, collapse="Linear") == ["layers.0", "layers.1"]
