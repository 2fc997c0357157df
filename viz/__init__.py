"""viz: computational graphs as pictures.

    import viz

    drawing = viz.draw(loss, "loss.svg")     # .svg .html .png .mmd .txt .dot; .pdf where the `dot` can
    drawing                                  # shows itself in a notebook
    viz.draw(model, inputs=x, depth=1)       # a model by its layers
    viz.network(model, "net.svg")            # a model as neurons and layers

    with viz.watch():                        # lines of code, and what large arrays are like
        loss = cost(model(x), y)

`viz` looks into tinygrad_course from outside: a graph becomes plain data once (`view`), and
everything that draws works on that.
"""

from .graph.view import View, view
from .network import NetworkDrawing, network
from .render import Drawing, draw
from .watching import watch

__all__ = ["Drawing", "NetworkDrawing", "View", "draw", "network", "view", "watch"]
