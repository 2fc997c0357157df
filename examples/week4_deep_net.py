"""Week 4: a deep net from its building blocks, checked, and then used on cats.

You learn to write the linear step of the course by hand, forward and backward, to check it, and to
build an L-layer net from it. And you see what depth gains over logistic regression.

    python examples/week4_deep_net.py
"""

from pathlib import Path

import numpy as np

import tinygrad_course as tg
import viz
from tinygrad_course import nn, optim
from tinygrad_course.testing import gradcheck


# 1. The building block: Z = A Wᵀ + b, with a sample in each row of A and a unit in each row of W.
@tg.primitive("linear by hand")
def linear_by_hand(A, W, b):
    """Z = A Wᵀ + b;   Ā = Z̄ W,   W̄ = Z̄ᵀ A,   b̄ = Σ Z̄ over the rows"""
    return A @ W.T + b


# linear_backward of the course, one function each for dA, dW and db; g is dZ. The 1/m of the course is
# missing because the cost is already a mean: g contains the 1/m.
linear_by_hand.vjp(
    A=lambda g, W: g @ W,
    W=lambda g, A: g.T @ A,
    b=lambda g: g.sum(axis=0),
)

rng = np.random.default_rng(0)
A, W, b = rng.normal(size=(5, 4)), rng.normal(size=(3, 4)), rng.normal(size=3)
print("linear_backward by hand:", gradcheck(linear_by_hand, A, W, b), "\n")

# 2. The L-layer net: [linear -> relu] × (L − 1) -> linear. The sigmoid is part of the cost.
cats = tg.data.cats()


def by_hand(model: nn.MLP, X: tg.Tensor) -> tg.Tensor:
    """The forward pass of `model`, with our building block in each layer."""
    A = X
    *hidden, last = model.layers
    for layer in hidden:
        A = tg.relu(linear_by_hand(A, layer.weight, layer.bias))
    return linear_by_hand(A, last.weight, last.bias).squeeze(axis=1)


model = nn.MLP([784, 20, 7, 5, 1], rng=0)
X, Y = tg.Tensor(cats.x_train[:100], name="X"), tg.Tensor(cats.y_train[:100], name="Y")
cost = nn.BCEWithLogitsLoss()

cost(by_hand(model, X), Y).backward()
gradients_by_hand = [p.grad.data for p in model.parameters()]
model.zero_grad()
J = cost(model(X), Y)
J.backward()

print("largest difference between the gradients of our net and of nn.MLP")
for (name, parameter), by_us in zip(model.named_parameters(), gradients_by_hand):
    print(f"  {name:<16} {parameter.shape!s:<10} {np.abs(parameter.grad.data - by_us).max():.1g}")

J.name = "J"
drawing = Path("out/examples/week4_deep_net.svg")
drawing.parent.mkdir(parents=True, exist_ok=True)
viz.draw(J, drawing, direction="TB")
print(f"The graph of its cost: {drawing.as_posix()}\n")

# 3. Depth on real pictures: the same training for three nets.
print("layers               parameters    cost   train    test")
for sizes in ([784, 1], [784, 20, 1], [784, 128, 64, 1]):
    model = nn.MLP(sizes, rng=0)
    sgd = optim.SGD(model, lr=0.1, momentum=0.9)
    history = tg.fit(
        model, cost, sgd, cats.x_train, cats.y_train,
        epochs=20, batch_size=64, schedule=optim.schedules.linear_decay(), progress=False,
    )  # fmt: skip
    test = tg.training.evaluate(model, cats.x_test, cats.y_test)
    layers = " -> ".join(map(str, sizes))
    print(f"{layers:<20} {model.num_parameters():10,}  {history.train['loss'][-1]:6.4f}", end="  ")
    print(f"{history.train['accuracy'][-1]:6.1%}  {test['accuracy']:6.1%}")
