"""The other side: forward pass, cost, backpropagation and update in NumPy, as a course teaches it.

This is a good student's solution: the course's formulas, dZ = A − Y and dW = 1/m dZ Aᵀ, vectorised over
the samples, with nothing computed twice and the weights updated in place. Samples are rows, not columns
as in the course, so that both sides read the same arrays.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Layers: TypeAlias = list[tuple[Array, Array]]
"""(W, b) of each layer, W of shape (outputs, inputs)."""

Gradients: TypeAlias = list[tuple[Array, Array]]
Update: TypeAlias = Callable[[Layers, Gradients], None]


def sigmoid(z: Array) -> Array:
    """σ(z) = 1 / (1 + e⁻ᶻ)"""
    return 1 / (1 + np.exp(-z))


def softmax(z: Array) -> Array:
    """eᶻ / Σ eᶻ over the classes, with the largest z subtracted first"""
    e: Array = np.exp(z - z.max(axis=1, keepdims=True))
    e /= e.sum(axis=1, keepdims=True)
    return e


def logistic_cost(a: Array, y: Array) -> Any:
    """𝒥 = −1/m Σ y ln a + (1 − y) ln(1 − a)"""
    return -(y * np.log(a) + (1 - y) * np.log(1 - a)).mean()


def gradient_descent(learning_rate: float) -> Update:
    """W := W − α dW"""

    def update(layers: Layers, gradients: Gradients) -> None:
        for (w, b), (dw, db) in zip(layers, gradients, strict=True):
            w -= learning_rate * dw
            b -= learning_rate * db

    return update


def adam(layers: Layers, learning_rate: float) -> Update:
    """v := β₁ v + (1 − β₁) dW,  s := β₂ s + (1 − β₂) dW²,  W := W − α v̂ / (√ŝ + ε)"""
    beta1, beta2, epsilon = 0.9, 0.999, 1e-8
    v = [[np.zeros_like(p) for p in layer] for layer in layers]
    s = [[np.zeros_like(p) for p in layer] for layer in layers]
    t = 0

    def update(layers: Layers, gradients: Gradients) -> None:
        nonlocal t
        t += 1
        for i, (layer, layer_gradients) in enumerate(zip(layers, gradients, strict=True)):
            for j, (p, dp) in enumerate(zip(layer, layer_gradients, strict=True)):
                v[i][j] = beta1 * v[i][j] + (1 - beta1) * dp
                s[i][j] = beta2 * s[i][j] + (1 - beta2) * dp**2
                v_corrected = v[i][j] / (1 - beta1**t)
                s_corrected = s[i][j] / (1 - beta2**t)
                p -= learning_rate * v_corrected / (np.sqrt(s_corrected) + epsilon)

    return update


def logistic_regression_step(x: Array, y: Array, layers: Layers, update: Update) -> Any:
    """ŷ = σ(x Wᵀ + b)"""
    ((w, b),) = layers
    a = sigmoid(x @ w.T + b)
    cost = logistic_cost(a, y)
    m = len(x)
    dz = a - y
    update(layers, [(dz.T @ x / m, dz.sum(axis=0) / m)])
    return cost


def planar_step(x: Array, y: Array, layers: Layers, update: Update) -> Any:
    """ŷ = σ(tanh(x W₁ᵀ + b₁) W₂ᵀ + b₂)"""
    (w1, b1), (w2, b2) = layers
    a1 = np.tanh(x @ w1.T + b1)
    a2 = sigmoid(a1 @ w2.T + b2)
    cost = logistic_cost(a2, y)
    m = len(x)
    dz2 = a2 - y
    dw2, db2 = dz2.T @ a1 / m, dz2.sum(axis=0) / m
    dz1 = dz2 @ w2 * (1 - a1**2)
    dw1, db1 = dz1.T @ x / m, dz1.sum(axis=0) / m
    update(layers, [(dw1, db1), (dw2, db2)])
    return cost


def deep_step(x: Array, y: Array, layers: Layers, update: Update) -> Any:
    """L layers: relu, …, relu, sigmoid"""
    activations, z = forward(x, layers)
    a = sigmoid(z)
    cost = logistic_cost(a, y)
    update(layers, backward(a - y, activations, layers))
    return cost


def classifier_step(x: Array, y: Array, layers: Layers, update: Update) -> Any:
    """L layers: relu, …, relu, softmax; y is one-hot"""
    activations, z = forward(x, layers)
    a = softmax(z)
    cost = -(y * np.log(a)).sum() / len(x)
    update(layers, backward(a - y, activations, layers))
    return cost


def forward(x: Array, layers: Layers) -> tuple[list[Array], Array]:
    """The inputs of all layers, and the output of the last layer before its activation."""
    activations = [x]
    for w, b in layers[:-1]:
        activations.append(np.maximum(activations[-1] @ w.T + b, 0))
    w, b = layers[-1]
    return activations, activations[-1] @ w.T + b


def backward(dz: Array, activations: Sequence[Array], layers: Layers) -> Gradients:
    """(dW, db) of all layers, from dZ of the last one."""
    m = len(dz)
    gradients = []
    for i in reversed(range(len(layers))):
        gradients.append((dz.T @ activations[i] / m, dz.sum(axis=0) / m))
        if i:
            dz = dz @ layers[i][0] * (activations[i] > 0)
    return gradients[::-1]


def chain_on_tape(x: Array, w: Array, b: Array, rounds: int) -> tuple[Array, ...]:
    """h := tanh(h w + b) − x, `rounds` times; returns h and the derivatives of Σ h by x, w, b.

    The tape is a list of the values that each operation saves, read from its end.
    """
    h = x
    tape: list[tuple[str, Any]] = []
    for _ in range(rounds):
        tape.append(("multiply", h))
        h = h * w
        tape.append(("add", None))
        h = h + b
        h = np.tanh(h)
        tape.append(("tanh", h))
        tape.append(("subtract", None))
        h = h - x
    dh = np.ones_like(h)
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros_like(b)
    for operation, saved in reversed(tape):
        if operation == "multiply":
            dw = dw + dh * saved
            dh = dh * w
        elif operation == "add":
            db = db + dh
        elif operation == "tanh":
            dh = dh * (1 - saved * saved)
        else:
            dx = dx - dh
    return h, dx + dh, dw, db


def scalar_chain(h: float, w: float, b: float, rounds: int) -> tuple[float, ...]:
    """h := h w + b, `rounds` times, on Python floats; returns h and its derivatives by h₀, w, b."""
    dh, dw, db = 1.0, 0.0, 0.0
    for _ in range(rounds):
        dh, dw, db = dh * w, dw * w + h, db * w + 1
        h = h * w + b
    return h, dh, dw, db


def twelve_operations(x: Array, y: Array, dz: Array) -> tuple[Array, ...]:
    """Twelve operations, element by element, and the derivatives by x and y, from that by z."""
    t1 = x * y
    t2 = t1 + x
    t3 = np.tanh(t2)
    t4 = t3 * y
    t5 = t4 - t1
    t6 = np.maximum(t5, 0)
    t7 = t6 + 1.0
    t8 = np.sqrt(t7)
    t9 = t3 / t8
    t10 = -t9
    t11 = np.exp(t10)
    t12 = t11 * t8

    d10 = dz * t8 * t11
    d9 = -d10
    d8 = dz * t11 - d9 * t9 / t8
    d7 = d8 / (2 * t8)
    d5 = d7 * (t5 > 0)
    d3 = d9 / t8 + d5 * y
    d2 = d3 * (1 - t3 * t3)
    d1 = d2 - d5
    return t12, d2 + d1 * y, d5 * t3 + d1 * x
