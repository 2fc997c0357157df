"""Week 3: a net with one hidden layer, and why its weights must not start at zero.

You learn what hidden units do (each adds one bend to the border between the classes), and that units
which start equal stay equal, because their gradients are equal too.

    python examples/week3_shallow_net.py
"""

import numpy as np

import tinygrad_course as tg
from tinygrad_course import nn, optim

rng = np.random.default_rng(0)

# A flower of eight petals, which belong to class 0 and 1 in turn. The points of a petal lie at angles
# around its middle, closer together near the centre of the flower. A little noise blurs the edges.
m, petals = 400, 8
angle = rng.uniform(0, 2 * np.pi, m)
radius = np.abs(np.sin(angle * petals / 2)) * np.sqrt(rng.uniform(0, 1, m)) * 3
X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
X = X + rng.normal(0, 0.02, X.shape)
Y = (angle // (2 * np.pi / petals)).astype(int) % 2


def trained(n_h: int, initializer=None) -> tuple[nn.MLP, float]:
    """A net with n_h hidden tanh units after 500 steps of gradient descent, and its cost."""
    model = nn.MLP([2, n_h, 1], activation="tanh", rng=1, initializer=initializer, dtype=float)
    sgd = optim.SGD(model, lr=0.5, momentum=0.9)
    # One batch holds all samples, as in the course: mini-batches come later.
    history = tg.fit(
        model, nn.BCEWithLogitsLoss(), sgd, X, Y, epochs=500, batch_size=m, progress=False
    )
    return model, history.train["loss"][-1]


def accuracy(model: nn.MLP) -> float:
    """The fraction of points with the right class."""
    return (model.predict(X) == Y).mean()


def picture(model: nn.MLP, rows: int = 17, columns: int = 41) -> str:
    """What the model predicts in the plane around the flower, # for class 1."""
    x, y = np.meshgrid(np.linspace(-3, 3, columns), np.linspace(3, -3, rows))
    plane = np.stack([x.ravel(), y.ravel()], axis=1)
    says = model.predict(plane).reshape(rows, columns)
    return "\n".join("".join("#" if one else "." for one in row) for row in says)


print("hidden units    cost  accuracy")
for n_h in (1, 4, 20):
    model, cost = trained(n_h)
    print(f"{n_h:12}  {cost:6.4f}  {accuracy(model):8.1%}")
print(f"\nThe plane, as the net with 20 hidden units sees it:\n{picture(model)}\n")

# Symmetry. From zeros, all hidden activations are 0, and so is the gradient of the second layer's
# weights. The first layer gets no gradient through weights of 0. Only the last bias can learn.
model, cost = trained(20, nn.init.zeros)
first, last = model.layers
print(f"from zeros:     cost {cost:.4f}, accuracy {accuracy(model):.1%};", end=" ")
print("all weights are still zero:", not first.weight.data.any() and not last.weight.data.any())


# From equal numbers other than zero the net learns, but all hidden units learn the same: 20 are worth one.
def all_equal(shape, *, rng, dtype):
    """An initializer is any function like this."""
    return np.full(shape, 0.1, dtype)


model, cost = trained(20, all_equal)
spread = np.ptp(model.layers[0].weight.data, axis=0).max()
print(f"from 0.1 each:  cost {cost:.4f}, accuracy {accuracy(model):.1%};", end=" ")
print(f"largest difference between two hidden units: {spread:.1g}")
