"""Functions with the names, arguments and results of the course's notebooks, derived and written anew.

A column is an example: X is (n_x, m), W is (n[l], n[l−1]), b is (n[l], 1), Y is (1, m).
"""

import numpy as np


def sigmoid(Z):
    """A = σ(Z), and the cache Z"""
    return 1 / (1 + np.exp(-Z)), Z


def relu(Z):
    """A = max(0, Z), and the cache Z"""
    return np.maximum(0, Z), Z


def linear_forward(A_prev, W, b):
    """Z = W A + b, and the cache (A, W, b)"""
    return np.dot(W, A_prev) + b, (A_prev, W, b)


def linear_activation_forward(A_prev, W, b, activation):
    """A = g(W A + b), and the caches of both steps"""
    Z, linear_cache = linear_forward(A_prev, W, b)
    A, activation_cache = {"sigmoid": sigmoid, "relu": relu}[activation](Z)
    return A, (linear_cache, activation_cache)


def L_model_forward(X, parameters):
    """[linear -> relu] × (L − 1) -> linear -> sigmoid: A of the last layer, and the caches of all"""
    A, caches, L = X, [], len(parameters) // 2
    for layer in range(1, L + 1):
        activation = "sigmoid" if layer == L else "relu"
        W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
        A, cache = linear_activation_forward(A, W, b, activation)
        caches.append(cache)
    return A, caches


def compute_cost(AL, Y):
    """J = −1/m Σ [ y ln a + (1 − y) ln(1 − a) ]"""
    return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / Y.shape[1]


def propagate(w, b, X, Y):
    """Logistic regression, w (n_x, 1): ({"dw", "db"}, cost)"""
    A, _ = sigmoid(np.dot(w.T, X) + b)
    m = X.shape[1]
    return {"dw": np.dot(X, (A - Y).T) / m, "db": np.sum(A - Y) / m}, compute_cost(A, Y)


def L_model_backward(AL, Y, caches):
    """dW, db and dA of every layer, from the last to the first"""
    grads, dZ, m = {}, AL - Y, Y.shape[1]
    for layer in range(len(caches), 0, -1):
        (A_prev, W, _), _ = caches[layer - 1]
        grads[f"dW{layer}"] = np.dot(dZ, A_prev.T) / m
        grads[f"db{layer}"] = np.sum(dZ, axis=1, keepdims=True) / m
        grads[f"dA{layer - 1}"] = np.dot(W.T, dZ)
        if layer > 1:
            _, Z_prev = caches[layer - 2]
            dZ = grads[f"dA{layer - 1}"] * (Z_prev > 0)
    return grads


def predict(X, parameters):
    """The class of every example, (1, m)"""
    return (L_model_forward(X, parameters)[0] > 0.5) * 1
