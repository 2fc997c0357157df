"""`gradcheck`: is a gradient right?

    gradcheck(lambda x, w: np.tanh(x @ w), x, w)               # every entry of the Jacobian
    gradcheck(lambda x: np.log(x).sum(), x, order=2)           # second derivatives as well
    gradcheck(cost, w, b, gradient=mine)                       # one that you derived by hand

Both sides are computed in float64 and compare the numbers v · J w, where J is the Jacobian. Ours is
(Jᵀv) · w, one backward pass for each cotangent v; the numerical side is v · (d/dt) f(x + t w). With unit
vectors for v and w these are the entries of J. Where f has too many inputs or outputs for that, v and w
are random vectors: an error in any entry shows in nearly all of the products, but they do not tell in which.
"""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..autodiff import grad
from ..errors import GradientCheckError
from ..tensor import Tensor
from .gradients.claims import Claim, Given, ReverseMode, tensors_of
from .gradients.comparison import compare
from .gradients.findings import Findings
from .gradients.numerical import STEP
from .gradients.point import Function, is_float
from .gradients.projections import point_of
from .gradients.report import GradientReport
from .gradients.verdicts import Tolerance


def gradcheck(
    f: Callable[..., Any],
    *inputs: Any,
    step: float = STEP,
    rtol: float = 1e-6,
    atol: float = 0.0,
    order: int = 1,
    seed: int = 0,
    gradient: Any = None,
    raises: bool = True,
) -> GradientReport:
    """Compare the derivatives of `f` from reverse mode with central differences.

    `f` takes Tensors and returns a Tensor of any shape, or a tuple of them. Floating-point inputs (arrays or
    Tensors) are copied into float64 leaves; `f` gets anything else as it is. No input and no `.grad` changes.
    With at most 256 input and 256 output entries, every entry of the Jacobian is compared, otherwise
    random projections of it (see the module). `order=2` then also checks the gradient of the gradient, with
    random cotangents.

    `gradient` is checked in place of the one from reverse mode. It is a function of the same inputs, or
    the gradient itself: an array for each floating-point input (None for one that is not checked), in a
    tuple or by name, {"dw": …, "db": …}. An array in the shape of the input is the gradient of f, or of
    the sum of its outputs if it has several. An array in the shape of the output and then the input is the
    Jacobian. `f` and `gradient` are plain NumPy then: they get Tensors only where you give some.

    Every number gets a verdict (see `Verdict`), and the report says what explains those that are not
    correct. A kink is not an error, and neither is a lack of precision as long as the digits that are known
    agree: the report shows both, and `report.all_correct` is False. With `raises=False` the report is
    returned whatever it says.

    Raises: GradientCheckError, whose message is the report, for a derivative that is wrong, or of which
    nothing is known, as where f is not finite; NotRecordedError if `f` returns anything but Tensors;
    ValueError for another order, or a gradient that does not belong to these inputs.

    Numerics: the two sides may differ by rtol · |derivative| and by what rounding in f explains. Nothing is
    absolute: c · f gets the verdicts of f, and so does f(x / c) at c · x. `atol`, in the unit of the
    derivatives, allows more. `step` is relative to the largest entry of each input (absolute if all of them
    are zero); it gets shorter close to a kink or an edge of the domain, and longer where rounding hides
    what it shows. A gradient of 0 is correct where f does not change at all.
    """
    if order not in (1, 2):
        raise ValueError(f"order={order}: gradcheck checks first (1) and second (2) derivatives")
    if order == 2 and gradient is not None:
        raise ValueError(
            "order=2 differentiates the gradient from reverse mode, so it can't be given"
        )
    arrays = [_copied(x) for x in inputs]
    positions = [i for i, x in enumerate(arrays) if is_float(x)]
    if not positions:
        raise ValueError("gradcheck needs at least one floating-point input to differentiate by")
    names = _names(f, inputs)
    rng = np.random.default_rng(seed)
    tolerance = Tolerance(rtol, atol)

    def part(claim: Claim, function: Function, order: int = 1, behind: Any = None) -> Findings:
        several = len(claim.outputs) > 1
        outputs = [f"output {k}" if several else "output" for k in range(len(claim.outputs))]
        if order == 2:
            outputs = [f"gradient by {names[i]}" for i in positions]
        point = point_of(claim, function, arrays, names, outputs, rng, behind)
        found = compare(point, claim, order, step, tolerance)
        if raises and not found.passes:
            raise GradientCheckError(str(GradientReport([found])))
        return found

    if gradient is not None:
        function = Function(f, frozenset(i for i in positions if isinstance(inputs[i], Tensor)))
        return GradientReport([part(Given(function, gradient, arrays, names), function)])
    function = Function(f, frozenset(positions))
    parts = [part(ReverseMode(function, arrays, positions), function)]
    if order == 2:
        gradient_of_f, terms = _gradient(f, arrays, positions, rng)
        derivative = Function(gradient_of_f, frozenset(positions))
        claim = ReverseMode(derivative, arrays, positions)
        point = parts[0].point
        behind = [np.full(arrays[i].size, terms / point.scales[i]) for i in positions]
        parts.append(part(claim, derivative, order=2, behind=np.concatenate(behind)))
    return GradientReport(parts)


def _gradient(
    f: Callable[..., Any], arrays: Sequence[Any], positions: Sequence[int], rng: np.random.Generator
) -> tuple[Callable[..., Any], float]:
    """x ↦ Jᵀv for fixed random v, the function that `order=2` differentiates; and the size of v · f."""
    outputs = [y.data for y in tensors_of(f, f(*map(_as_tensor, arrays)))]
    cotangents = [rng.standard_normal(y.shape) for y in outputs]
    terms = sum(float(np.abs(y * v).sum()) for y, v in zip(outputs, cotangents, strict=True))

    def weighted_sum(*tensors: Any) -> Tensor:
        total = Tensor(0.0)
        for y, v in zip(tensors_of(f, f(*tensors)), cotangents, strict=True):
            total = total + (y * v).sum()
        return total

    gradients = grad(weighted_sum, tuple(positions))

    def gradient(*tensors: Any) -> Any:
        return gradients(*tensors)

    return gradient, terms


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
