"""The command `draw`: a trained network as neurons and layers, or as the graph of its operations."""

import argparse

import numpy as np

from .run_folder import RunFolder


def draw(arguments: argparse.Namespace) -> int:
    """Run the command."""
    import viz  # the package stands above this one, and is needed for drawing alone

    model = RunFolder(arguments.folder).trained()
    name = "graph.svg" if arguments.graph else "network.svg"
    out = arguments.out or arguments.folder / name
    if arguments.graph:
        first = next(iter(model.parameters()))
        viz.draw(model, out, inputs=np.zeros((1, first.shape[-1]), first.dtype))
    else:
        viz.network(model, out)
    print(out)
    return 0
