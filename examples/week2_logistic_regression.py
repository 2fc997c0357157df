"""Week 2: logistic regression on pictures of cats, once by hand and once by backward().

You learn the gradients of the course in vectorised NumPy, and that backward() computes the same
numbers from the cost alone. The two trainings differ in the function `gradients` only.

    python examples/week2_logistic_regression.py
"""

from pathlib import Path

import numpy as np

import tinygrad_course as tg
import viz

cats = tg.data.cats()
print(cats, "\n")

# Batches are rows here: X is (m, n_x), where the course has (n_x, m). So Z = X w + b.
X, Y = cats.x_train.astype(np.float64), cats.y_train.astype(np.float64)
m, n_x = X.shape


def gradients_by_hand(w, b):
    """dJ/dw and dJ/db, as derived on paper: dZ = A − Y, because σ and the logarithm cancel."""
    A = 1 / (1 + np.exp(-(X @ w + b)))
    dZ = A - Y
    dw = X.T @ dZ / m
    db = dZ.mean()
    return dw, db


def cost(w, b, X=X, Y=Y):
    """J = −1/m Σ [ y ln a + (1 − y) ln (1 − a) ], exactly as the course writes it."""
    A = tg.sigmoid(X @ w + b)
    return -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).mean()


gradients_by_backward = tg.grad(cost, argnums=(0, 1))


def train(gradients, steps=100, learning_rate=0.1):
    """Gradient descent from zero: the cost is convex, so the start does not matter."""
    w, b = np.zeros(n_x), np.float64(0)
    for _ in range(steps):
        dw, db = gradients(w, b)
        w = w - learning_rate * dw
        b = b - learning_rate * db
    return w, b


def accuracy(w, b, x, y):
    """The fraction of pictures on the right side of the plane x w + b = 0."""
    return ((x @ w + b > 0) == y).mean()


random_w = np.random.default_rng(0).normal(0, 0.05, n_x)
difference = max(
    np.abs(one - other).max()
    for one, other in zip(gradients_by_hand(random_w, 0.1), gradients_by_backward(random_w, 0.1))
)
print(f"largest difference of the gradients at a random point: {difference:.1e}")

with tg.training.blas_threads(
    1
):  # in products of this size, threads wait for each other most of the time
    by_hand = train(gradients_by_hand)
    by_backward = train(gradients_by_backward)
difference = np.abs(by_hand[0] - by_backward[0]).max()
print(f"largest difference of the weights after training:      {difference:.1e}\n")

print("             cost   train   test")
for name, (w, b) in {"by hand": by_hand, "backward()": by_backward}.items():
    train_accuracy = accuracy(w, b, X, Y)
    test_accuracy = accuracy(w, b, cats.x_test, cats.y_test)
    print(f"{name:<10} {cost(w, b):6.4f}  {train_accuracy:6.1%} {test_accuracy:6.1%}")

# tg.grad takes plain arrays. To draw the graph, compute the same cost with tensors, for two cats and
# two other pictures only, so that the values fit into the drawing.
four = [*np.flatnonzero(Y == 1)[:2], *np.flatnonzero(Y == 0)[:2]]
w = tg.Tensor(by_hand[0], requires_grad=True, name="w")
b = tg.Tensor(by_hand[1], requires_grad=True, name="b")
J = cost(w, b, X=tg.Tensor(X[four], name="X"), Y=tg.Tensor(Y[four], name="Y"))
J.backward()
J.name = "J"
drawing = Path("out/examples/week2_logistic_regression.svg")
drawing.parent.mkdir(parents=True, exist_ok=True)
viz.draw(J, drawing, direction="TB")
print(f"\nThe graph of the cost: {drawing.as_posix()}")
