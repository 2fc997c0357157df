import json
import re

import numpy as np
import pytest

import tinygrad_course as tg
import viz
from tests.viz.player.examples import deep_net, expression, leaves, named, xor_training
from tinygrad_course import nn
from tinygrad_course.errors import DrawingError


@pytest.fixture
def loss():
    return expression(*leaves(a=5.0, b=3.0, c=2.0))


def data_of(page):
    """The data in a page, as a browser reads it."""
    html = page.html()
    return json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL).group(1))


def items(page):
    return {item["name"]: item for item in data_of(page)["graphs"][0]["items"]}


def numbers(page):
    """Values, gradients and contributions, as text."""
    data = data_of(page)
    shown = data["passes"][0]
    row = [entry.get("lines") for entry in data["table"]]
    contributions = [
        [row[n] for n in c[2:]] for back in shown["backward"] for c in back["contributions"]
    ]
    return [row[n] for n in shown["values"] + shown["gradients"]], contributions


def test_a_loss_is_played_before_and_after_its_backward_pass(loss):
    before = viz.player(loss)
    loss.backward()
    after = viz.player(loss)
    assert numbers(before) == numbers(after)
    assert repr(before).startswith("<Player: Backpropagation of J: 4 operations and 3 leaves; ")


def test_saved_is_what_is_shown(loss, tmp_path):
    page = viz.player(loss, tmp_path / "player.html")
    assert (tmp_path / "player.html").read_text("utf-8") == page.html()
    assert "srcdoc" in page._repr_html_()


@pytest.mark.parametrize("path", ["player.svg", "player", 3])
def test_only_a_web_page_can_be_saved(loss, path):
    with pytest.raises(DrawingError, match=r"it is a web page, so the name must end in \.html"):
        viz.player(loss, path)


def test_a_folder_that_does_not_exist_is_said(loss, tmp_path):
    with pytest.raises(DrawingError, match="there is no folder"):
        viz.player(loss, tmp_path / "nowhere" / "player.html")


def test_a_function_shows_its_lines_of_code():
    a, b, c = leaves(a=5.0, b=3.0, c=2.0)
    u = items(viz.player(lambda: expression(a, b, c)))["u"]
    assert u["source"] == 'u = named("u", b * c)'
    assert re.fullmatch(r"examples\.py:\d+", u["location"])
    assert "source" not in items(viz.player(expression(a, b, c)))["u"]


def test_code_that_was_watched_is_shown_as_well():
    a, b, c = leaves(a=5.0, b=3.0, c=2.0)
    with viz.watch():
        loss = expression(a, b, c)
    assert items(viz.player(loss))["u"]["source"] == 'u = named("u", b * c)'


def test_a_run_of_training_is_played_step_by_step():
    step, model = xor_training()
    page = viz.player(step, steps=5)
    data = data_of(page)
    assert len(data["passes"]) == 5
    assert len(data["graphs"]) == 1
    again, _ = xor_training()
    assert [p["loss"] for p in data["passes"]] == [again().item() for _ in range(5)]
    for before, after in zip(data["passes"], data["passes"][1:]):
        for item, number in before["after"].items():
            assert after["values"][int(item)] == number  # it goes on with what the step before left
    assert len(data["passes"][0]["after"]) == len(list(model.parameters()))


def test_a_graph_that_changes_on_the_way_is_shown_as_it_is_in_each_step():
    (w,) = leaves(w=2.0)
    powers = iter([w * w, w * w * w, w * w])
    data = data_of(viz.player(lambda: next(powers), steps=3))
    assert [p["graph"] for p in data["passes"]] == [0, 1, 0]


def test_a_function_that_does_not_go_back_is_gone_back_for():
    a, b, c = leaves(a=5.0, b=3.0, c=2.0)
    page = viz.player(lambda: expression(a, b, c))
    assert len(data_of(page)["passes"][0]["backward"]) == 4
    assert a.grad is None


def test_a_model_is_played_on_inputs():
    model = nn.MLP([2, 3, 1], rng=np.random.default_rng(0))
    data = data_of(viz.player(model, inputs=np.ones((4, 2), np.float32)))
    assert "MLP" in [region["label"] for region in data["graphs"][0]["regions"]]
    assert "starts with ones" in data["notes"][0]


@pytest.mark.parametrize(("depth", "opened"), [(0, 1), (1, 2), (None, 2)])
def test_regions_begin_folded_to_a_depth_or_so_that_they_fit(depth, opened):
    regions = data_of(viz.player(deep_net(), depth=depth))["graphs"][0]["regions"]
    assert sum(region["open"] for region in regions) == opened


def test_what_a_page_can_not_show_is_said_on_it():
    (w,) = leaves(w=np.linspace(0, 1, 100))
    loss = (w * w).sum()
    loss.backward()
    assert "before loss.backward()" in data_of(viz.player(loss))["notes"][0]
    (w,) = leaves(w=[1.0, 2.0])
    loss = (w * w).sum()
    loss.backward()
    w.data[0] = 7.0
    assert "changed since" in data_of(viz.player(loss))["notes"][0]


def test_names_can_be_given(loss):
    assert "cost" in items(viz.player(loss, names={loss: "cost", "a": "first"}))
    step, _ = xor_training()
    assert {"W⁽¹⁾", "z⁽²⁾", "a⁽¹⁾"} <= items(viz.player(step, notation="course")).keys()


def test_a_number_that_is_used_twice_is_two_constants_and_an_array_one():
    (w,) = leaves(w=[1.0, 2.0])
    x = tg.Tensor([3.0, 4.0], name="x")
    shown = data_of(viz.player((w * 2.0 + x * 2.0 + x * w).sum()))["graphs"][0]["items"]
    constants = [item["name"] for item in shown if item["kind"] == "constant"]
    assert sorted(constants) == [
        "2.0",
        "c₁",
        "x",
    ]  # x * 2.0 needs no gradient: it is a constant itself


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (3.0, "can't play float"),
        (tg.Tensor(1.0), "no graph to play"),
        (lambda: None, r"<lambda> returned NoneType in step 1.*its loss"),
        (lambda: tg.Tensor(1.0), "a Tensor without a graph"),
        (nn.MLP([2, 3, 1]), r"inputs=x"),
    ],
)
def test_what_can_not_be_played_is_said(x, said):
    with pytest.raises(DrawingError, match=said):
        viz.player(x)


def test_options_that_do_not_go_together_are_said(loss):
    with pytest.raises(
        DrawingError, match=r"steps=3: expected a number of 1 or more, for a function"
    ):
        viz.player(loss, steps=3)
    with pytest.raises(DrawingError, match=r"steps=0"):
        viz.player(lambda: loss, steps=0)


def test_a_graph_that_is_too_long_is_refused_with_a_way_out():
    (x,) = leaves(x=1.0)
    for _ in range(1000):
        x = x + 1.0
    with pytest.raises(DrawingError, match=r"1,001 nodes is too long.*viz\.draw"):
        viz.player(x)


def test_a_loss_that_is_no_number_is_no_point_of_the_curve():
    (w,) = leaves(w=-1.0)
    with np.errstate(invalid="ignore"):
        page = viz.player(lambda: named("loss", np.sqrt(w)))
    assert data_of(page)["passes"][0]["loss"] is None
