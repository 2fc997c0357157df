"""Week 2: vectorisation and broadcasting, and what they do to gradients.

You learn why one matrix product replaces two loops, how the gradient of a stretched operand is
summed, and how (m, 1) and (m,) together give a wrong cost without an error.

    python examples/week2_vectorisation_and_broadcasting.py
"""

from time import perf_counter

import numpy as np

import tinygrad_course as tg
from tinygrad_course import nn

rng = np.random.default_rng(0)

# 1. Vectorisation. Both compute z = X w for 500 samples of 200 features.
X, w = rng.normal(size=(500, 200)), rng.normal(size=200)
X @ w  # once before the clock starts: the first product of a program also starts the BLAS library

start = perf_counter()
z_loops = np.zeros(len(X))
for i in range(len(X)):
    for j in range(len(w)):
        z_loops[i] += X[i, j] * w[j]
middle = perf_counter()
z_vectorised = X @ w
end = perf_counter()

print("1. Vectorisation")
print(f"largest difference: {np.abs(z_loops - z_vectorised).max():.1e}")
print(f"two loops took {(middle - start) / (end - middle):,.0f} times as long as X @ w\n")

# 2. Broadcasting. Z has a row for each of 4 samples; b has 3 numbers and is stretched over the rows.
print("2. Broadcasting: Z = X W + b with X W of shape (4, 3) and b of shape (3,)")
XW = tg.Tensor(rng.normal(size=(4, 3)), requires_grad=True, name="XW")
b = tg.Tensor(np.zeros(3), requires_grad=True, name="b")
Z = XW + b

# Let the cost weight every entry of Z differently, so that dZ is this table.
dZ = np.arange(12.0).reshape(4, 3)
Z.backward(dZ)

# b₀ was used four times, once per row, and a value that is used four times gets four contributions to
# its gradient. So what the forward pass stretches, the backward pass sums.
print("dZ =", str(dZ).replace("\n", "\n     "), sep=" ")
print("db =", b.grad.data, "= the sum of the rows:", bool((b.grad.data == dZ.sum(axis=0)).all()))
print("d(XW) is dZ itself:", bool((XW.grad.data == dZ).all()), "\n")

# 3. The trap. A model's output is often (m, 1) and the labels are (m,). NumPy then stretches both.
print("3. The trap: predictions of shape (4, 1), labels of shape (4,)")
y = np.array([1.0, 2.0, 3.0, 4.0])
y_hat = tg.Tensor(y[:, None], requires_grad=True, name="y_hat")  # every prediction is right …
difference = y_hat - y
print(f"y_hat - y has the shape {difference.shape}")
print(f"the mean of its squares is {(difference**2).mean().item():g}")  # … but the cost is not 0

# The losses of the package never broadcast, so this is an error at once.
try:
    nn.MSELoss()(y_hat, y)
except tg.errors.ShapeError as error:
    print(f"MSELoss says: {error}")

# With equal shapes the cost is right.
print(f"with y_hat.squeeze(axis=1) the cost is {nn.MSELoss()(y_hat.squeeze(axis=1), y).item():g}")
