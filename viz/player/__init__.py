"""The player: a web page on which one steps through a forward and a backward pass.

recording.py    looks on while operations run; handing.py notes what they hand to each other
shares.py       what an operation hands back to each operand, and its local derivatives
structure.py    the graph as plain data, and passes.py its numbers; numbers.py has each array once
linking.py      the diagram of a model beside its graph, and what is what in both
page.py         joins the files of assets/ (HTML, CSS, JavaScript) and the data into one file
making.py       `player`, which is what people call
"""

from .making import Player, player

__all__ = ["Player", "player"]
