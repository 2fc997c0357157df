"""Week 3: activation functions, their derivatives, and saturation.

You learn how to compute g'(z) for many z at once, what "saturated" means in numbers, and why sigmoids
in every layer of a deep net leave little gradient for the first layer.

    python examples/week3_activation_functions.py
"""

import numpy as np

import tinygrad_course as tg
from tinygrad_course.nn import functional as F

activations = {
    "sigmoid": F.sigmoid,
    "tanh": np.tanh,  # NumPy's own function takes tensors
    "relu": F.relu,
    "leaky relu": F.leaky_relu,
    "softplus": F.softplus,
    "gelu": F.gelu,
}
points = [-10.0, -2.0, -0.5, 0.5, 2.0, 10.0]

print(" " * 18 + "".join(f"{'z = ' + format(z, 'g'):>10}" for z in points))
for name, g in activations.items():
    z = tg.Tensor(points, requires_grad=True, name="z")
    a = g(z)
    # g works element by element, so the gradient of the sum has every g'(z).
    a.sum().backward()
    print(f"{name:<12}g(z)  " + "".join(f"{value:10.5f}" for value in a.data))
    print(f"{'':<12}g'(z) " + "".join(f"{value:10.5f}" for value in z.grad.data))

# The formulas of the course, from the output alone: g' = a (1 − a) and g' = 1 − a².
z = np.array(points)
by_hand = F.sigmoid(z) * (1 - F.sigmoid(z)), 1 - np.tanh(z) ** 2
ours = [tg.grad(lambda z, g=g: g(z).sum())(z) for g in (F.sigmoid, np.tanh)]
largest = max(np.abs(one - other).max() for one, other in zip(by_hand, ours))
print(f"\nagainst a (1 - a) and 1 - a^2: largest difference {largest:.1g}\n")

# Saturation. Far from 0, sigmoid and tanh are flat: they pass on almost no gradient, and the weights
# before them stop learning. Even at its steepest point, sigmoid passes on only a quarter.
print("What is left of a gradient after 10 activations, one after the other")
print(f"{'':<12}from z = 0.5  from z = 4")
for name, g in activations.items():
    left = []
    for start in (0.5, 4.0):
        z = tg.Tensor(start, requires_grad=True)
        a = z
        for _ in range(10):
            a = g(a)
        a.backward()
        left.append(z.grad.item())
    print(f"{name:<12}{left[0]:12.1e}{left[1]:12.1e}")
