"""Week 1: a computational graph, forward and backward.

You learn how J = 3 (a + b c) becomes a graph of small steps, how the chain rule is applied from the
result back to a, b and c, what happens where a value is used twice, and why the order matters.

    python examples/week1_computational_graph.py
"""

from pathlib import Path

import tinygrad_course as tg
import viz
from tinygrad_course.engine.graph import Node, topological_order

# Forward: each line computes a value and, beside it, a node of the graph.
a = tg.Tensor(5.0, requires_grad=True, name="a")
b = tg.Tensor(3.0, requires_grad=True, name="b")
c = tg.Tensor(2.0, requires_grad=True, name="c")
u = b * c
v = a + u
J = 3 * v
u.name, v.name, J.name = "u", "v", "J"

# Gradients are kept for the leaves a, b and c; those of results only if we ask.
u.retain_grad()
v.retain_grad()
J.backward()

# Backward by hand: every line is one factor times a line above it.
by_hand = {"v": 3.0}  #                      J = 3 v
by_hand["a"] = by_hand["v"] * 1.0  #         v = a + u
by_hand["u"] = by_hand["v"] * 1.0
by_hand["b"] = by_hand["u"] * c.item()  #    u = b c
by_hand["c"] = by_hand["u"] * b.item()

print(f"J = 3 (a + b c) = {J.item():g} for a = 5, b = 3, c = 2\n")
print("        by hand  backward()")
for x in (v, u, a, b, c):
    print(f"dJ/d{x.name}  {by_hand[x.name]:8g}  {x.grad.item():10g}")

drawing = Path("out/examples/week1_computational_graph.svg")
drawing.parent.mkdir(parents=True, exist_ok=True)
viz.draw(J, drawing)
print(f"\nThe graph, with every value and every gradient: {drawing.as_posix()}\n")

# A chain of diamonds: y = x + x, then z = y + y, … Each value is used twice, so two contributions to
# its gradient meet there, and they are added. As a formula: the derivative is a sum over all paths
# from the result back to x, and n diamonds have 2ⁿ paths.


def visits(node: Node) -> int:
    """How often nodes are visited if each passes every contribution on as soon as it arrives."""
    return 1 + sum(visits(parent) for parent in node.parents if parent is not None)


# In reverse topological order a node waits until it has all its contributions. Then it passes on
# their sum, once.
print("diamonds  derivative  visits, path by path  visits, in topological order")
for diamonds in (1, 2, 4, 8, 16):
    x = tg.Tensor(1.0, requires_grad=True)
    result = x
    for _ in range(diamonds):
        result = result + result
    result.backward()
    in_order = len(topological_order(result.node))
    print(f"{diamonds:8}  {x.grad.item():10g}  {visits(result.node):20,}  {in_order:28}")
