"""The computational graph of a model's cost, drawn."""

from typing import Any

from numpy.typing import NDArray

import viz

from ..errors import DrawingError
from ..nn import Module
from ..nn.losses import Loss
from ..tensor import Tensor
from .outcome import Graph


def draw_cost(model: Module, loss: Loss, x: NDArray[Any], labels: NDArray[Any]) -> Graph:
    """The graph of the cost of these rows, after its backward pass.

    The model's own gradients are gone afterwards. Without a `dot` there is only the DOT source.
    """
    logits = model(Tensor(x, name="x"))
    # In the dtype that the loss computes with, or it would convert them and lose their name.
    y = Tensor(labels.astype(logits.dtype) if logits.ndim == 1 else labels, name="y")
    cost = loss(logits, y)
    cost.name = "cost J"
    model.zero_grad()
    cost.backward()
    drawing = viz.draw(cost, direction="TB")
    model.zero_grad()
    try:
        return Graph(drawing.dot, drawing.svg())
    except DrawingError as error:
        return Graph(drawing.dot, None, str(error))
