"""An automatic differentiation engine in 100 lines.

You learn all that backpropagation needs: a record of what was computed, an order to go back in, and
one rule per operand. The rules are the real engine's own, since they are plain NumPy. Both engines
then train the same net, and their gradients are equal to the last bit.

    python examples/engine_in_100_lines.py
"""

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

import tinygrad_course as tg
from tinygrad_course.primitive import of_numpy


class Value(NDArrayOperatorsMixin):
    """An array or a number that remembers how it was computed.

    The mixin turns operators into calls of NumPy's functions, and NumPy hands those to `record`.
    """

    def __init__(self, data, primitive=None, operands=(), parameters=None):
        self.data, self.grad = data, None
        self.primitive, self.operands, self.parameters = primitive, operands, parameters

    def __array_ufunc__(self, ufunc, method, *operands, **parameters):
        return record(of_numpy[ufunc], operands, parameters)

    def __array_function__(self, function, types, operands, parameters):
        return record(of_numpy[function], operands, parameters)


def record(primitive, operands, parameters):
    """Run a primitive on plain arrays, and remember that it ran."""
    operands = [x if isinstance(x, Value) else Value(x) for x in operands]
    out = primitive.function(*(x.data for x in operands), **parameters)
    return Value(out, primitive, operands, primitive.defaults | parameters)


def topological_order(value, order):
    """Add to `order` all that `value` was computed from, each value after its operands."""
    if id(value) not in order:
        for operand in reversed(value.operands):
            topological_order(operand, order)
        order[id(value)] = value
    return order


def backward(result):
    """Set the `grad` of every value that `result`, a number, was computed from."""
    order = list(topological_order(result, {}).values())
    for value in order:
        value.grad = None
    result.grad = np.ones_like(result.data)
    for value in reversed(order):  # all uses of a value come before it: its gradient is complete
        for operand, g in contributions(value):
            operand.grad = g if operand.grad is None else operand.grad + g


def contributions(value):
    """Yield every operand, with what its rule makes of the gradient of `value`."""
    names = value.primitive.operands if value.primitive else ()
    known = {"out": value.data, **(value.parameters or {})}
    known |= {name: x.data for name, x in zip(names, value.operands)}
    known |= {f"{name}_shape": np.shape(x.data) for name, x in zip(names, value.operands)}
    for name, operand in zip(names, value.operands):
        rule, wants = value.primitive.rules[name], value.primitive.wants[name]
        if rule is not None and value.grad is not None:  # a condition has no derivative
            g = rule(value.grad, *(known[want] for want in wants))
            yield operand, unbroadcast(g, np.shape(operand.data))


def unbroadcast(g, shape):
    """Sum g over the axes along which NumPy stretched an operand of this shape."""
    extra = g.ndim - len(shape)
    stretched = (i for i in range(g.ndim) if i < extra or shape[i - extra] != g.shape[i])
    return g if g.shape == shape else g.sum(axis=tuple(stretched)).reshape(shape)


def cost(w1, b1, w2, b2, x, y):
    """Two layers and the logistic loss, for y = 1 or -1: NumPy that knows of no engine."""
    return np.mean(np.logaddexp(0.0, -y * (np.tanh(x @ w1 + b1) @ w2 + b2)))


if __name__ == "__main__":  # learn to tell two moons apart
    rng = np.random.default_rng(0)
    t, y = rng.uniform(0, np.pi, (200, 1)), np.repeat([[1.0], [-1.0]], 100, axis=0)
    x = y * np.hstack([np.cos(t) - 0.5, np.sin(t) - 0.25]) + rng.normal(0, 0.1, (200, 2))
    parameters = [rng.normal(size=(2, 8)), np.zeros(8), rng.normal(size=(8, 1)), np.zeros(1)]
    for step in range(301):
        values = [Value(p) for p in parameters]
        J = cost(*values, x, y)
        backward(J)
        real = tg.grad(cost, argnums=(0, 1, 2, 3))(*parameters, x, y)
        assert all(v.grad.tobytes() == g.tobytes() for v, g in zip(values, real))
        if step % 100 == 0:
            print(f"step {step:3}: cost {J.data:.6f}, gradients equal to the last bit")
        parameters = [p - 0.5 * v.grad for p, v in zip(parameters, values)]
