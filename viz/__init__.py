"""viz: computational graphs as pictures.

    import viz

    drawing = viz.draw(loss, "loss.svg")     # .svg .html .png .mmd .txt .dot; .pdf where the `dot` can
    drawing                                  # displays itself in a notebook
    viz.draw(model, inputs=x, depth=1)       # a model by its layers
    viz.network(model, "net.svg")            # a model as neurons and layers
    viz.player(loss, "player.html")          # forward and backward, step by step, in a browser
    viz.player(step, steps=20, network=model)   # a run of training, with the model's weights

    with viz.watch():                        # lines of code, and statistics of large arrays
        loss = cost(model(x), y)

    viz.activation("sigmoid", "relu")        # plots, with matplotlib (the extra `plot`): see viz.plots
    viz.decision_boundary(model, X, y)
    viz.learning_curve(history)
    viz.learning_rates(training.lr_find(…))
    viz.confusion(y, model.predict(x))
    viz.gradient_flow(model)
    viz.gradcheck(report)

`viz` reads tinygrad_course from outside. `view` turns a graph into plain data once, and every drawing is
made from that data.
"""

from .graph.boxes import View
from .graph.view import view
from .network import NetworkDrawing, network
from .player import Player, player
from .plots import (
    activation,
    confusion,
    decision_boundary,
    gradcheck,
    gradient_flow,
    learning_curve,
    learning_rates,
)
from .render import Drawing, draw
from .watching import watch

__all__ = [
    "Drawing",
    "NetworkDrawing",
    "Player",
    "View",
    "draw",
    "network",
    "player",
    "view",
    "watch",
    # plots
    "activation",
    "confusion",
    "decision_boundary",
    "gradcheck",
    "gradient_flow",
    "learning_curve",
    "learning_rates",
]
