"""A user's program, for type checkers alone: see test_wheel.py. It says which types things have to be.

A line that ends with `# error` has a mistake that a checker has to find; no other line may have one.
"""

from collections.abc import Iterator
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import tinygrad_course as tg
import viz
from tinygrad_course import data, nn, optim, testing, training
from tinygrad_course.nn import functional as F

t = tg.Tensor([[1.0, 2.0]], requires_grad=True, name="t")
array = np.ones((2, 2))

# --- tensors ---------------------------------------------------------------------------------------

assert_type(t + t, tg.Tensor)
assert_type(t - array, tg.Tensor)
assert_type(2 * t, tg.Tensor)
assert_type(1 / t, tg.Tensor)
assert_type(t**2, tg.Tensor)
assert_type(-t, tg.Tensor)
assert_type(abs(t), tg.Tensor)
assert_type(t @ t, tg.Tensor)
assert_type(t[0], tg.Tensor)
assert_type(t > 0, NDArray[np.bool_])
assert_type(t.T, tg.Tensor)
assert_type(t.sum(), tg.Tensor)
assert_type(t.sum(axis=(0, 1), keepdims=True), tg.Tensor)
assert_type(t.reshape(2, 1), tg.Tensor)
assert_type(t.take([0], axis=1), tg.Tensor)
assert_type(t.sqrt().sin().log1p(), tg.Tensor)
assert_type(t.exp().tanh().softmax(axis=0), tg.Tensor)
assert_type(t.argsort(), NDArray[np.intp])
assert_type(t.detach(), tg.Tensor)
assert_type(t.grad, tg.Tensor | None)
assert_type(t.data, NDArray[Any])
assert_type(t.numpy(), NDArray[Any])
assert_type(t.shape, tuple[int, ...])
assert_type(iter(t), Iterator[tg.Tensor])
t.sum().backward(retain_graph=True)
t.register_hook(lambda g: -g).remove()
t.sum(axes=0)  # error
t.sum(dtype=np.float32, where=np.array(True), initial=0.0)
t.reshape(2, order="F")  # error
t.clip(0, 1, where=True)  # error
t.summ()  # error
t.backward(retain=True)  # error
tg.Tensor([1.0], grad=True)  # error
tg.tensor([1.0])  # error
print(tg.Tensr)  # error

# --- functions ------------------------------------------------------------------------------------

assert_type(tg.sigmoid(t), tg.Tensor)
assert_type(tg.softmax(t, axis=0), tg.Tensor)
assert_type(F.cross_entropy(t, np.array([1])), tg.Tensor)
assert_type(F.mse(t, t, reduction="sum"), tg.Tensor)
tg.softmax(t, axs=0)  # error
F.mse(t)  # error


@tg.primitive("double")
def double(x: tg.Tensor, *, times: int = 1) -> tg.Tensor:
    return x * 2 * times


@tg.custom_vjp
def triple(x: tg.Tensor, *, times: int = 1) -> tg.Tensor:
    return x * 3 * times


assert_type(double(t, times=2), tg.Tensor)
assert_type(triple(t), tg.Tensor)
triple(t, tims=2)  # error

# --- derivatives ----------------------------------------------------------------------------------


def f(x: tg.Tensor) -> tg.Tensor:
    return (x**2).sum()


def g(x: tg.Tensor, y: tg.Tensor) -> tg.Tensor:
    return (x * y).sum()


def cost(parameters: Any, x: Any = 1.0) -> tg.Tensor:
    product: tg.Tensor = parameters["W"].sum() * x
    return product


assert_type(tg.grad(f)(t), tg.Tensor)
assert_type(tg.grad(f)(array), NDArray[Any])
assert_type(tg.grad(f)(2.0), np.float64)
assert_type(tg.grad(tg.grad(f))(2.0), np.float64)
assert_type(tg.grad(g)(array, t), tg.Tensor)
assert_type(tg.grad(g, (0, 1))(array, array), tuple[NDArray[Any], ...])
assert_type(tg.grad(f, has_aux=True)(t), tuple[tg.Tensor, Any])
assert_type(tg.value_and_grad(f)(t), tuple[tg.Tensor, tg.Tensor])
assert_type(tg.value_and_grad(f)(array), tuple[np.floating[Any], NDArray[Any]])
assert_type(tg.value_and_grad(g, (0, 1))(t, t), tuple[tg.Tensor, tuple[tg.Tensor, ...]])
assert_type(tg.elementwise_grad(np.tanh)(array), NDArray[Any])
assert_type(tg.jacobian(f)(array), NDArray[Any])
assert_type(tg.hessian(f)(t), tg.Tensor)
assert_type(tg.hessian(g, (0, 1))(t, t), tuple[tuple[tg.Tensor, ...], ...])
assert_type(tg.vjp(f, array)[0], NDArray[Any])
assert_type(tg.vjp(f, array)[1](array), tuple[NDArray[Any], ...])
assert_type(tg.vjp(g, t, t)[1](t), tuple[tg.Tensor, ...])
assert_type(tg.jvp(f, (array,), (array,)), tuple[NDArray[Any], NDArray[Any]])
assert_type(tg.jvp(f, (t,), (t,)), tuple[tg.Tensor, tg.Tensor])
assert_type(tg.hvp(f, (t,), (t,)), tuple[tg.Tensor, ...])
assert_type(tg.checkpoint(f)(t), tg.Tensor)
parameters: dict[str, NDArray[np.float64]] = {"W": array, "b": array.sum(axis=0)}
assert_type(tg.grad(cost)(parameters, array), dict[str, NDArray[np.float64]])
assert_type(tg.value_and_grad(cost)(parameters, t)[1], dict[str, NDArray[np.float64]])
assert_type(tg.grad(cost)([t, t]), list[tg.Tensor])
assert_type(tg.grad(f)([1.0, 2.0]), NDArray[Any])
assert_type(tg.hvp(cost, (parameters,), (parameters,)), tuple[dict[str, NDArray[np.float64]], ...])
tg.grad(f, argnum=1)  # error
tg.checkpoint(f)(t, t)  # error

# --- models and training --------------------------------------------------------------------------


class Net(nn.Module):
    def __init__(self) -> None:
        self.layers = nn.Sequential(nn.Linear(2, 3, rng=0), nn.ReLU(), nn.MLP([3, 1]))
        self.scale = nn.Parameter(1.0)

    def forward(self, x: tg.Tensor) -> tg.Tensor:
        return self.layers(x) * self.scale


@tg.no_grad()
def predicted(x: tg.Tensor) -> tg.Tensor:
    with tg.scope("prediction"):
        return model(x)


model = Net()
optimizer = optim.Adam(model, lr=0.01)
assert_type(model(t), tg.Tensor)
assert_type(predicted(t), tg.Tensor)
assert_type(nn.MSELoss()(model(t), t), tg.Tensor)
assert_type(list(model.parameters()), list[nn.Parameter])
assert_type(model.state_dict(), dict[str, NDArray[Any]])
assert_type(model.eval(), Net)
assert_type(optimizer.lr, float)
history = tg.fit(model, nn.MSELoss(), optimizer, array, array[:, 0], epochs=1, batch_size=2)
assert_type(history, training.History)
assert_type(history.train["loss"], list[float])
assert_type(data.digits(), data.Dataset)
tg.fit(
    model, nn.MSELoss(), optimizer, data.digits(), epochs=1, batch_size=2, validation=data.digits()
)
assert_type(model.preparation, data.Preparation | None)
assert_type(tg.load("digits.safetensors").predict([{"size": 1.0}]), NDArray[Any])
assert_type(testing.gradcheck(f, array), testing.GradientReport)
assert_type(viz.draw(t), viz.Drawing)
tg.fit(model, nn.MSELoss(), optimizer, array, array, epoch=1, batch_size=2)  # error
nn.Linear(2, 2, dype=np.float64)  # error
optim.Adam(model, learning_rate=1)  # error
print(history.losses)  # error
