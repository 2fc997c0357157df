"""`gradcheck`: is a gradient right?

    gradcheck(lambda x, w: np.tanh(x @ w), x, w)               # every entry of the Jacobian
    gradcheck(lambda x: np.log(x).sum(), x, order=2)           # second derivatives as well
    gradcheck(cost, w, b, gradient=mine)                       # one that you derived by hand

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
from ..errors import GradientCheckError
from ..tensor import Tensor
from .gradients.claims import ByHand, Claim, ReverseMode, tensors_of
from .gradients.comparison import compare
from .gradients.findings import Findings
from .gradients.function import Function, is_float
from .gradients.numerical import STEP
from .gradients.projections import point_of
from .gradients.report import GradientReport
from .gradients.verdicts import Tolerance


def gradcheck(
    f: Callable[..., Any],
    *inputs: Any,
    step: float = STEP,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    order: int = 1,
    seed: int = 0,
    gradient: Any = None,
    raises: bool = True,
) -> GradientReport:
    """Compare the derivatives that reverse mode gives of `f` with central differences.

    `f` takes Tensors and returns a Tensor of any shape, or a tuple of them. Floating-point inputs (arrays or
    Tensors) are copied into float64 leaves, anything else is handed to `f` as it is; no input and no
    `.grad` is changed. With at most 256 input and 256 output entries, every entry of the Jacobian is
    compared, otherwise random projections of it (see the module). `order=2` then checks the
    gradient's own gradient, with random cotangents.

    With `gradient` it is this one that is checked, in place of reverse mode's: a function of the same inputs,
    or the gradient itself. It has an array for each floating-point input (None for one that is not to be
    checked), in a tuple or by name, {"dw": …, "db": …}: the gradient of f, or of the sum of its
    outputs if it has several, in the shape of the input; or the Jacobian, in the shape of the output and
    then the input. `f` and `gradient` are plain NumPy then: they get Tensors only where you give some.

    Every number gets a verdict (see `Verdict`); the report says what explains those that are not
    correct. A kink is no fault, and neither are missing digits as long as the rest agrees: both are in the
    report only, which `report.all_correct` sums up. With `raises=False` the report is all that comes.

    Raises: GradientCheckError, whose message is the report, for a derivative that is wrong, or of which
    nothing can be known, as where f is not finite; NotRecordedError if `f` returns something else than
    Tensors; ValueError for another order, or a gradient that does not belong to these inputs.

    Numerics: the two may differ by atol + rtol · |derivative| and by what rounding explains. `step` is
    relative to entries above 1 and absolute below; it shortens itself close to a kink or an edge of
    the domain.
    """
    if order not in (1, 2):
        raise ValueError(f"order={order}: gradcheck looks at first (1) and second (2) derivatives")
    if order == 2 and gradient is not None:
        raise ValueError("order=2 differentiates reverse mode's gradient: it can't be given")
    arrays = [_copied(x) for x in inputs]
    positions = [i for i, x in enumerate(arrays) if is_float(x)]
    if not positions:
        raise ValueError("gradcheck needs at least one floating-point input to differentiate by")
    names = _names(f, inputs)
    rng = np.random.default_rng(seed)
    tolerance = Tolerance(rtol, atol)

    def part(claim: Claim, function: Function, order: int = 1) -> Findings:
        several = len(claim.outputs) > 1
        outputs = [f"output {k}" if several else "output" for k in range(len(claim.outputs))]
        if order == 2:
            outputs = [f"gradient by {names[i]}" for i in positions]
        point = point_of(claim, function, arrays, names, outputs, rng)
        found = compare(point, claim, order, step, tolerance)
        if raises and not found.passes:
            raise GradientCheckError(str(GradientReport([found])))
        return found

    if gradient is not None:
        function = Function(f, frozenset(i for i in positions if isinstance(inputs[i], Tensor)))
        return GradientReport([part(ByHand(function, gradient, arrays, names), function)])
    function = Function(f, frozenset(positions))
    parts = [part(ReverseMode(function, arrays, positions), function)]
    if order == 2:
        derivative = Function(_gradient(f, arrays, positions, rng), frozenset(positions))
        claim = ReverseMode(derivative, arrays, positions)
        parts.append(part(claim, derivative, order=2))
    return GradientReport(parts)


def _gradient(
    f: Callable[..., Any], arrays: Sequence[Any], positions: Sequence[int], rng: np.random.Generator
) -> Callable[..., Any]:
    """x ↦ Jᵀv for fixed random v: what `order=2` differentiates once more."""
    shapes = [y.shape for y in tensors_of(f, f(*map(_as_tensor, arrays)))]
    cotangents = [rng.standard_normal(shape) for shape in shapes]

    def weighted_sum(*tensors: Any) -> Tensor:
        total = Tensor(0.0)
        for y, v in zip(tensors_of(f, f(*tensors)), cotangents, strict=True):
            total = total + (y * v).sum()
        return total

    gradients = grad(weighted_sum, tuple(positions))

    def gradient(*tensors: Any) -> Any:
        return gradients(*tensors)

    return gradient


def _as_tensor(x: Any) -> Any:
    return Tensor(x) if is_float(x) else x


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
