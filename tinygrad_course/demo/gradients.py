"""The check before training: is the gradient of the whole loss, through all layers, right?"""

from __future__ import annotations  # naming np.random.Generator would import numpy.random

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..autodiff import grad
from ..nn import Module
from ..tensor import Tensor
from ..testing import gradcheck
from .outcome import GradientCheck

TOLERANCE = 1e-6

STEP = 1e-4
"""Small enough to cross few kinks of ReLU, and large enough for rounding not to matter."""

SMALL = 64
"""In a parameter with up to this many numbers, the slope along each number is compared."""

SAMPLED = 4
"""In a larger one: the number of random directions, and of its numbers, drawn at random."""


def check_gradients(
    model: Module, cost: Callable[[Module], Tensor], rng: np.random.Generator
) -> GradientCheck:
    """Compare ∇J · u with the slope of the cost J along directions u, for all parameters of a model.

    The parameters are moved to a random point first, so the model changes. It must be in float64.

    Raises: GradientCheckError with a table of the slopes that disagree.
    """
    for parameter in model.parameters():
        spread = 1 / np.sqrt(parameter.shape[-1])
        parameter.data = rng.normal(0, spread, parameter.shape)
    start = {path: p.data for path, p in model.named_parameters()}
    directions = [_directions(values, rng) for values in start.values()]

    def cost_along(*steps: Tensor) -> Tensor:
        """J(θ + Σ t u): a function of a few numbers t, whose derivatives are the slopes ∇J · u."""
        moved = {
            path: (t @ u).reshape(values.shape) + values
            for (path, values), t, u in zip(start.items(), steps, directions, strict=True)
        }
        with _parameters_replaced(model, moved):
            return cost(model)

    here = [Tensor(np.zeros(len(u)), name=path) for path, u in zip(start, directions, strict=True)]
    report = gradcheck(cost_along, *here, step=STEP, rtol=TOLERANCE)
    slopes = np.concatenate([g.data for g in grad(cost_along, range(len(here)))(*here)])
    return GradientCheck(
        error=report.max_error / float(np.abs(slopes).max()),
        tolerance=TOLERANCE,
        slopes=slopes.size,
        every_parameter=all(values.size <= SMALL for values in start.values()),
    )


def _directions(values: NDArray[Any], rng: np.random.Generator) -> NDArray[np.float64]:
    """Directions of length about 1 in the space of one parameter, as rows."""
    if values.size <= SMALL:
        return np.eye(values.size)
    everywhere = rng.standard_normal((SAMPLED, values.size)) / np.sqrt(values.size)
    single = np.zeros((SAMPLED, values.size))
    single[np.arange(SAMPLED), rng.choice(values.size, SAMPLED, replace=False)] = 1
    return np.concatenate([everywhere, single])


@contextmanager
def _parameters_replaced(model: Module, tensors: dict[str, Tensor]) -> Iterator[None]:
    """Let computed tensors replace the parameters, by path, inside the block."""
    own = dict(model.named_parameters())
    modules = dict(model.named_modules())
    try:
        _put(modules, tensors)
        yield
    finally:
        _put(modules, own)


def _put(modules: dict[str, Module], tensors: dict[str, Any]) -> None:
    for path, tensor in tensors.items():
        module, _, name = path.rpartition(".")
        # Past the assignment, which refuses a tensor that would not be trained in a parameter's place.
        vars(modules[module])[name] = tensor
