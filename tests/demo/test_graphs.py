import numpy as np
import pytest

from tinygrad_course import nn
from tinygrad_course.demo import graphs
from tinygrad_course.demo.graphs import draw_cost
from tinygrad_course.errors import DrawingError

X = np.ones((4, 3), np.float32)


@pytest.mark.parametrize(
    ("sizes", "loss"), [((3, 1), nn.BCEWithLogitsLoss()), ((3, 2), nn.CrossEntropyLoss())]
)
def test_rows_labels_and_cost_are_named_and_the_model_is_left_without_gradients(
    sizes: tuple[int, int], loss: nn.Loss
) -> None:
    model = nn.MLP(sizes, rng=0)
    graph = draw_cost(model, loss, X, np.array([0, 1, 0, 1]))
    assert all(f"<b>{name}</b>" in graph.dot for name in ("x", "y", "cost J", "layers.0.weight"))
    assert "grad" in graph.dot
    assert all(p.grad is None for p in model.parameters())


def test_without_svg_there_is_dot_and_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> str:
        raise DrawingError("no dot: get one")

    monkeypatch.setattr(graphs.viz.Drawing, "svg", fail)
    graph = draw_cost(nn.LogisticRegression(3), nn.BCEWithLogitsLoss(), X, np.array([0, 1, 0, 1]))
    assert graph.svg is None
    assert graph.problem == "no dot: get one"
    assert graph.dot.startswith("digraph")
