"""The player: a web page on which one steps through a forward and a backward pass.

observed.py         notes what happens in a run, and backward.py what is propagated in a backward pass
contributions.py    what an operation contributes to each operand, and its local derivatives
graph_data.py       the graph as plain data; pass_data.py: the arrays of a pass; table.py has each array once
network_data.py     the diagram of a model beside its graph, and what is what in both
page.py             joins the files of assets/ (HTML, CSS, JavaScript) and the data into one file
player.py           `player`, which is what people call
"""

from .player import Player, player

__all__ = ["Player", "player"]
