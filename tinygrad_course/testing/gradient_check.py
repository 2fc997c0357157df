"""`gradcheck`: is a gradient right?

    gradcheck(lambda x, w: np.tanh(x @ w), x, w)               # every entry of the Jacobian
    gradcheck(lambda x: np.log(x).sum(), x, order=2)           # second derivatives as well
    gradcheck(cost, w, b, gradient=mine)                       # one that you derived by hand

Both sides are computed in float64 and compare the numbers v · J w, where J is the Jacobian. The gradient
that is checked gives (Jᵀv) · w, one backward pass for each cotangent v; the numerical side is
v · (d/dt) f(x + t w). With unit vectors for v and w these are the entries of J. Where f has too many inputs
or outputs for that, v and w are random vectors: an error in any entry shows in nearly all of the products,
but they do not tell in which.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..autodiff import grad
from ..errors import GradientCheckError
from ..tensor import Tensor
from .gradients.arguments import Arguments
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

    `f` takes Tensors and returns a Tensor of any shape, or several. Floating-point inputs (arrays or
    Tensors) are copied into float64 leaves; `f` gets anything else as it is. No input and no `.grad` changes.
    Inputs and outputs may be in containers: nested dictionaries, lists, tuples and named tuples.
    With at most 256 input and 256 output entries, every entry of the Jacobian is compared, otherwise
    random projections of it (see the module). `order=2` then also checks the gradient of the gradient, with
    random cotangents.

    `gradient` is checked in place of the one from reverse mode. It is a function of the same inputs, or
    the gradient itself: an array for each floating-point input (None for one that is not checked), in a
    tuple or by name, {"dw": …, "db": …}, or a container like the input. The course's (grads, cost), and its
    {"dW1": …, "dA1": …} for the parameters {"W1": …}, are taken as they are. An array in the shape of the
    input is the gradient of f, or of the sum of its outputs if it has several. An array in the shape of the
    output and then the input is the Jacobian. `f` and `gradient` are plain NumPy then: they get Tensors only
    where you give some.

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
    arguments = Arguments(f, inputs)
    arrays, positions, names = arguments.arrays, arguments.positions, arguments.names
    if not positions:
        raise ValueError("gradcheck needs at least one floating-point input to differentiate by")
    f = arguments.taken_apart(f)
    rng = np.random.default_rng(seed)
    tolerance = Tolerance(rtol, atol)

    def part(claim: Claim, function: Function, order: int = 1, behind: Any = None) -> Findings:
        outputs = claim.output_names
        if order == 2:
            outputs = [f"gradient by {names[i]}" for i in positions]
        point = point_of(claim, function, arrays, names, outputs, rng, behind)
        found = compare(point, claim, order, step, tolerance)
        if raises and not found.passes:
            raise GradientCheckError(str(GradientReport([found])))
        return found

    if gradient is not None:
        given = arguments.given
        function = Function(f, frozenset(i for i in positions if isinstance(given[i], Tensor)))
        return GradientReport([part(Given(function, gradient, arguments, arrays), function)])
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
