"""The player: a web page that steps through a forward and a backward pass.

player.py           the function `player`, and the `Player` that it returns
observed.py         notes what happens in a run; backward.py: the contributions in a backward pass
contributions.py    the contribution of an operation to each operand, and its local derivatives
graph_data.py       the graph as plain data; pass_data.py: the arrays of a pass; table.py: each array once
network_data.py     the diagram of a model beside its graph, and the links between both
page.py             joins the files of assets/ (HTML, CSS, JavaScript) and the data into one file
"""

from .player import Player, player

__all__ = ["Player", "player"]
