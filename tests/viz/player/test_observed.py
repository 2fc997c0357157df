import linecache

import numpy as np
import pytest

import tinygrad_course as tg
from tests.viz.player.examples import expression, leaves, xor_training
from tinygrad_course.autodiff import checkpoint
from tinygrad_course.errors import ChangedValueError
from tinygrad_course.inspect import nodes
from viz import text
from viz.player.observed import ObservedRun, run_backward
from viz.player.table import Table


def played(loss):
    """The recording of a pass of the player's own, and a function that shows a row of its table."""
    backward = run_backward(loss, ObservedRun(table := Table()))
    return backward, lambda number: list(table.rows[number].get("lines", ()))


def test_contributions_are_noted_in_the_order_of_the_pass_with_their_sums():
    a, b, c = leaves(a=5.0, b=3.0, c=2.0)
    loss = expression(a, b, c)
    backward, row = played(loss)
    to_a = [
        s
        for contributions in backward.contributions.values()
        for s in contributions
        if s.parent is a.node
    ]
    # J = 3 a v: 3 v directly, 3 a through v, which is 3 (a + b c) + 3 a.
    assert [row(s.value) for s in to_a] == [["33.0"], ["15.0"]]
    assert [row(s.total) for s in to_a] == [["33.0"], ["48.0"]]
    assert row(backward.gradients[a.node]) == ["48.0"]
    assert [row(s.local) for s in to_a] == [["11.0"], ["1.0"]]


def test_a_pass_of_the_players_own_leaves_no_trace():
    a, b, c = leaves(a=5.0, b=3.0, c=2.0)
    loss = expression(a, b, c)
    loss.backward(2.0, retain_graph=True)
    nodes = [loss.node, *loss.node.parents[1:]]
    before = [float(node.cotangent) for node in nodes]
    gradient = a.grad.item()
    played(loss)
    assert a.grad.item() == gradient
    assert [float(node.cotangent) for node in nodes] == before
    loss.backward()  # nothing was released
    assert a.grad.item() == gradient * 1.5


def test_a_released_graph_of_small_arrays_is_played_as_before():
    a, b, c = leaves(a=[5.0, 1.0], b=3.0, c=[[2.0], [1.0]])
    loss = (np.tanh(expression(a, b, c)) / a).sum()
    before, row = played(loss)
    loss.backward()
    after, other_row = played(loss)
    for node, contributions in before.contributions.items():
        assert [row(s.value) for s in contributions] == [
            other_row(s.value) for s in after.contributions[node]
        ]
    for node, gradient in before.gradients.items():
        assert row(gradient) == other_row(after.gradients[node])


def test_what_a_released_graph_does_not_know_is_not_made_up():
    (w,) = leaves(w=np.linspace(0, 1, 100))
    squares = w * w
    total = squares.sum()
    loss = total * total
    loss.backward()
    backward, row = played(loss)
    assert row(backward.gradients[total.node]) == ["67.0"]  # 2 Σ w²
    assert row(backward.gradients[squares.node]) == ["mean 67.0 ± 0.0", "from 67.0 to 67.0"]
    assert w.node not in backward.gradients  # since w itself was released


def test_a_sum_with_a_contribution_that_is_not_known_is_not_known():
    (w,) = leaves(w=2.0)
    y = (w * np.ones(100)).sum() + w * 3.0
    y.backward()
    backward, _ = played(y)
    assert w.node not in backward.gradients
    to_w = [
        s
        for contributions in backward.contributions.values()
        for s in contributions
        if s.parent is w.node
    ]
    assert [s.total for s in to_w] == [0]


def test_a_graph_whose_values_were_overwritten_is_not_played():
    (w,) = leaves(w=[1.0, 2.0])
    loss = (w * w).sum()
    w.data[0] = 7.0
    with pytest.raises(ChangedValueError, match="changed in place"):
        played(loss)


def test_large_values_are_read_from_what_operations_keep():
    (w,) = leaves(w=np.linspace(0, 1, 100))
    hidden = np.tanh(w)
    run = ObservedRun(table := Table())
    run_backward((hidden * hidden).sum(), run)
    assert table.rows[run.values[hidden.node]]["lines"][0].startswith("mean")


def test_a_function_is_observed_while_it_runs():
    step, model = xor_training()
    weight = model.layers[0].weight
    run = ObservedRun(table := Table())
    before = text.array(weight.detach().numpy())
    with run:
        loss = step()
    file, line = run.locations[loss.node]
    assert file.endswith("examples.py")
    assert "binary_cross_entropy" in linecache.getline(file, line)
    used = run.leaves(nodes(loss))[weight.node]
    assert table.rows[used.row]["lines"] == before
    assert text.array(weight.detach().numpy()) != before  # they were moved
    (backward,) = run.passes
    assert backward.contributions.keys() == {
        n for n in backward.gradients if n.primitive is not None
    }


def test_hooks_are_seen_to_have_changed_a_gradient():
    a, b = leaves(a=5.0, b=3.0)
    a.register_hook(lambda g: g * 10)
    backward, row = played(a * b)
    assert row(backward.gradients[a.node]) == ["30.0"]
    assert row(backward.gradients[b.node]) == ["5.0"]


def test_a_checkpoint_is_one_operation_that_is_not_recorded_twice():
    (w,) = leaves(w=[0.5, -0.5])
    calls = []

    @checkpoint
    def block(x):
        calls.append(1)
        return np.tanh(x * x)

    loss = block(w).sum()
    backward, row = played(loss)
    plain, plain_row = played(np.tanh(w * w).sum())
    assert row(backward.gradients[w.node]) == plain_row(plain.gradients[w.node])
    assert loss.node.parents[0] in backward.contributions
    assert len(calls) == 3  # forward, in the engine's pass, and for the contributions


def test_within_no_grad_the_players_pass_is_seen_all_the_same():
    a, b, c = leaves(a=5.0, b=3.0, c=2.0)
    loss = expression(a, b, c)
    with tg.no_grad():
        backward, row = played(loss)
    assert row(backward.gradients[a.node]) == ["48.0"]


def test_leaves_are_noted_as_they_were_when_the_loss_used_them():
    (w,) = leaves(w=[2.0])
    run = ObservedRun(table := Table())
    with run:
        first = w * 3.0
        w.data[0] = 5.0
        second = w * 3.0
        w.data[0] = 7.0
    for loss, expected in ((first, "[2.0]"), (second, "[5.0]")):
        used = run.leaves(nodes(loss))[w.node]
        assert table.rows[used.row]["lines"] == (expected,)


def test_copies_are_made_of_those_leaves_alone_of_which_they_are_wanted():
    w, b = leaves(w=[2.0], b=[1.0])
    run = ObservedRun(Table(), [w])
    with run:
        loss = w * b
        w.data[0] = 5.0
    used = run.leaves(nodes(loss))
    assert used[w.node].copy == [2.0]
    assert used[b.node].copy is None


def test_passes_over_graphs_with_the_same_leaves_are_kept_apart():
    (w,) = leaves(w=2.0)
    run = ObservedRun(table := Table())
    with run:
        first, second = w * 3.0, w * 5.0
        first.backward()
        second.backward()
    for loss, expected in ((first, "3.0"), (second, "5.0")):
        backward = run.last_pass_through(loss.node)
        assert table.rows[backward.gradients[w.node]]["lines"] == (expected,)


def test_a_pass_within_a_pass_does_not_disturb_it():
    (w,) = leaves(w=[0.5, -0.5])
    block = checkpoint(lambda x: np.tanh(x * w))
    # The contribution from w * 3 is there before the checkpoint goes back through its own graph.
    backward, row = played(block(w).sum() + (w * 3.0).sum())
    plain, plain_row = played(np.tanh(w * w).sum() + (w * 3.0).sum())
    assert row(backward.gradients[w.node]) == plain_row(plain.gradients[w.node])


def test_the_last_pass_over_a_graph_is_the_one_that_is_played():
    (w,) = leaves(w=2.0)
    run = ObservedRun(table := Table())
    with run:
        loss = w * 3.0
        loss.backward(retain_graph=True)
        loss.backward(10.0)
    backward = run.last_pass_through(loss.node)
    assert table.rows[backward.gradients[w.node]]["lines"] == ("30.0",)
