"""viz: computational graphs as pictures.

    import viz

    drawing = viz.draw(loss, "loss.svg")     # .svg, .png, .dot; .pdf where the `dot` can
    drawing                                  # shows itself in a notebook
    drawing.dot                              # the DOT source, which needs no Graphviz

`viz` looks into tinygrad_course from outside: a graph becomes plain data once (`view`), and
everything that draws works on that.
"""

from .render import Drawing, draw
from .view import View, view

__all__ = ["Drawing", "View", "draw", "view"]
