"""`gradcheck`: does reverse mode agree with numerical differentiation?

    gradcheck(lambda x, w: np.tanh(x @ w), x, w)               # every entry of the Jacobian
    gradcheck(lambda x: np.log(x).sum(), x, order=2)           # second derivatives as well

Both sides are computed in float64 and meet in the numbers v · J w, where J is the Jacobian: ours is
(Jᵀv) · w, one backward pass for each cotangent v; the numerical one is v · (d/dt) f(x + t w). With
unit vectors for v and w these are the entries of J. Where f has too many inputs or outputs for that,
random vectors take their place: an error anywhere shows in nearly all of the products, though
they can't tell which entry is wrong.
"""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..autodiff import grad
from ..tensor import Tensor
from .comparison import Comparison, GradientReport, outputs_of
from .numerical import STEP


def gradcheck(
    f: Callable[..., Any],
    *inputs: Any,
    step: float = STEP,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    order: int = 1,
    seed: int = 0,
) -> GradientReport:
    """Compare the derivatives that reverse mode gives of `f` with central differences.

    `f` takes Tensors and returns a Tensor of any shape, or a tuple of them. Floating-point inputs (arrays or
    Tensors) are copied into float64 leaves, anything else is handed to `f` as it is; no input and no
    `.grad` is changed. With at most 256 input and 256 output entries, every entry of the Jacobian is
    compared, otherwise random projections of it (see the module). `order=2` then checks the
    gradient's own gradient, with random cotangents.

    Raises: GradientCheckError with a table of the worst entries; NotRecordedError if `f` returns
    something else than Tensors; ValueError for another order.

    Numerics: the two may differ by atol + rtol · |derivative| and by what rounding explains. `step` is
    relative to entries above 1 and absolute below; it shortens itself close to a kink or an edge of
    the domain. *At* a kink there is no derivative to compare with.
    """
    if order not in (1, 2):
        raise ValueError(f"order={order}: gradcheck looks at first (1) and second (2) derivatives")
    arrays = [_copied(x) for x in inputs]
    positions = [i for i, x in enumerate(arrays) if _is_float(x)]
    if not positions:
        raise ValueError("gradcheck needs at least one floating-point input to differentiate by")
    names = _names(f, inputs)
    rng = np.random.default_rng(seed)
    comparison = Comparison(f, arrays, positions, names, rng, step, rtol, atol)
    report = comparison.run(order=1)
    if order == 1:
        return report
    gradient = _gradient(f, arrays, positions, rng)
    comparison = Comparison(gradient, arrays, positions, names, rng, step, rtol, atol)
    second = comparison.run(order=2)
    return GradientReport(
        second.what, report.checked + second.checked, max(report.max_error, second.max_error), 2
    )


def _gradient(
    f: Callable[..., Any], arrays: Sequence[Any], positions: Sequence[int], rng: np.random.Generator
) -> Callable[..., Any]:
    """x ↦ Jᵀv for fixed random v: what `order=2` differentiates once more."""
    shapes = [y.shape for y in outputs_of(f, f(*map(_as_tensor, arrays)))]
    cotangents = [rng.standard_normal(shape) for shape in shapes]

    def weighted_sum(*tensors: Any) -> Tensor:
        total = Tensor(0.0)
        for y, v in zip(outputs_of(f, f(*tensors)), cotangents, strict=True):
            total = total + (y * v).sum()
        return total

    gradients = grad(weighted_sum, tuple(positions))

    def gradient(*tensors: Any) -> Any:
        return gradients(*tensors)

    return gradient


def _as_tensor(x: Any) -> Any:
    return Tensor(x) if _is_float(x) else x


def _is_float(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def _copied(x: Any) -> Any:
    """A float64 copy of a floating-point input; anything else as it is."""
    if isinstance(x, Tensor):
        data = np.array(x.data)
        return data.astype(np.float64) if data.dtype.kind == "f" else Tensor(data, name=x.name)
    if isinstance(x, float) or getattr(getattr(x, "dtype", None), "kind", "") == "f":
        return np.array(x, dtype=np.float64)
    if isinstance(x, list) and np.asarray(x).dtype.kind == "f":
        return np.array(x, dtype=np.float64)
    return x


def _names(f: Callable[..., Any], inputs: Sequence[Any]) -> list[str]:
    """What the table calls the inputs: a tensor's own name, or that of f's parameter."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    names = []
    for i, x in enumerate(inputs):
        name = x.name if isinstance(x, Tensor) else None
        if (
            name is None
            and i < len(parameters)
            and parameters[i].kind != parameters[i].VAR_POSITIONAL
        ):
            name = parameters[i].name
        names.append(name or f"input {i}")
    return names
