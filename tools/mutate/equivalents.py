"""Mutants that compute the same as the rules, with the reason: no test can tell them apart.

Each is a line of `python3 run.py mutate --list` without its kind and line number; … stands for anything. A
run examines them too, and complains if the laws or the tests of the topic catch one.
"""

import re
from functools import cache

from .mutant import Mutant

_STEPS = ("sign", "floor", "ceil", "trunc", "rint", "round", "heaviside")
_RULES_OF_0 = (
    *(f"rounding: {name} by x" for name in _STEPS),
    *(
        f"arithmetic: {rule}"
        for rule in ("floor_divide by x", "floor_divide by y", "copysign by y")
    ),
)
_CHANGES_OF_0 = (
    "-(result)",
    "1.001 * (result)",
    "0 * (result)",
    "np.flip(result)",
    "np.flip(g)",
    "detached g",
)

EQUIVALENT: dict[str, tuple[str, ...]] = {
    "the rule always returns 0, and so does this": tuple(
        f"{rule}: {change}" for rule in _RULES_OF_0 for change in _CHANGES_OF_0
    ),
    "it is piecewise constant in this: it uses signs, whole parts, order, comparisons": (
        *(f"arithmetic: {name} by y: detached {x}" for name in ("remainder", "fmod") for x in "xy"),
        "arithmetic: fmod by y: detached out",
        "arithmetic: abs by x: detached x",
        "arithmetic: fabs by x: detached x",
        "arithmetic: copysign by x: detached x",
        "arithmetic: copysign by x: detached out",
        "exponential: ldexp by x: detached n",
        "extremes: …max… by …: detached x",
        "extremes: …min… by …: detached x",
        "extremes: …max… by …: detached y",
        "extremes: …min… by …: detached y",
        "extremes: …max… by …: detached out",
        "extremes: …min… by …: detached out",
        "extremes: clip by …: detached x",
        "extremes: clip by …: detached a_…",
        "extremes: where by …: detached condition",
        "extremes: nan_to_num by x: detached x",
        "rounding: heaviside by y: detached x",
        "reduction: …max by x: detached …t",
        "reduction: …min by x: detached …t",
        "reduction: …max by x: detached x",
        "reduction: …min by x: detached x",
        "statistics: …median by x: detached x",
        "statistics: …quantile by x: detached x",
        "statistics: …percentile by x: detached x",
        "nan: nanmean by x: detached x",
        "decompositions: svdvals by x: detached out",
        "activations: relu by x: detached out",
        "activations: leaky_relu by x: detached x",
        *(f"rectifiers: {name} by x: detached x" for name in ("prelu", "threshold", "…shrink")),
        *(f"squashing: {name} by x: detached x" for name in ("hardtanh", "relu6", "hardsigmoid")),
        "pooling: … by …: detached which",
        "pooling: max_pool by x: detached …",
        "scans: running_… by x: detached out",
        "sorting: … by x: detached x",
        "sorting: … by x: detached out",
        "class_losses: cross_entropy by logits: detached target",
        "margin_losses: … by …: detached target",
        "margin_losses: hinge… by prediction: detached prediction",
    ),
    "both orders of these two give the same": (
        "…: np.hypot(1, x) → np.hypot(x, 1)",
        "…: np.hypot(x, y) → np.hypot(y, x)",
        "…: np.maximum(count, 1) → np.maximum(1, count)",
        "extremes: clip by a_max: np.maximum(x, x if a_min is None else a_min) → np.maximum(x if …, x)",
        "statistics: _by_rank: np.maximum(1 - np.abs(ranks - positions), 0) → np.maximum(0, 1 - …)",
        "shaping: swapaxes by x: g.swapaxes(axis1, axis2) → g.swapaxes(axis2, axis1)",
        "…swapaxes(-1, -2) → …swapaxes(-2, -1)",
        "polynomials: _convolve_vjp: np.convolve(g, other[::-1], 'valid') → np.convolve(other[::-1], g, …)",
        "activations: elu by x: np.minimum(x, 0) → np.minimum(0, x)",
        "rectifiers: … by …: np.minimum(x, 0) → np.minimum(0, x)",
        "special: _normal_density_vjp: np.minimum(…, 100) → np.minimum(100, …)",
        "special: _normal_density_vjp: np.maximum(x, -100) → np.maximum(-100, x)",
        "gates: _between: np.minimum(…, cut) → np.minimum(cut, …)",
        "gates: _between: np.maximum(x, -cut) → np.maximum(-cut, x)",
        "losses: _bce_vjp: np.maximum(prediction * (1 - prediction), least) → np.maximum(least, …)",
        "losses: _bce_target_vjp: np.maximum(np.log…(…prediction), _LOG_FLOOR) → np.maximum(_LOG_FLOOR, …)",
    ),
    "the density of the normal distribution is 0 from there on": (
        "special: _normal_density_vjp: np.maximum(x, -100) → np.maximum(x, -99)",
        "special: _normal_density_vjp: np.minimum(…, 100) → np.minimum(…, 101)",
    ),
    "a factor beside it is 0 there": (
        "rectifiers: prelu by weight: x <= 0 → x < 0",
        "rectifiers: prelu by weight: np.minimum(x, 0) → np.minimum(x, 1)",
        "arithmetic: power by y: np.where(x > 0, out, 0) → np.where(x > 0, out, 1)",
        "arithmetic: _log_of_base: 0.0 → 1.0",
        "arithmetic: _log_of_base: out.dtype.type(1) → out.dtype.type(2)",
        "arithmetic: _one_less: np.where(… & ~has_inverse, 1, …) → np.where(…, 2, …)",
        "reduction: _logsumexp_vjp: np.where(all_terms == 0, 1, …) → np.where(…, 2, …)",
        "norms: _norm_vjp: np.where(ratio == 0, 1, np.abs(ratio)) → np.where(ratio == 0, 2, …)",
        "decompositions: _reciprocals: np.where(is_zero, 1, x) → np.where(is_zero, 2, x)",
    ),
    "it is in the branch that is not taken": (
        *(
            f"rectifiers: {name} by x: np.minimum(x, 0) → np.minimum(x, 1)"
            for name in ("selu", "celu")
        ),
        "gates: hardswish by x: _between(x, 3) → _between(x, 4)",
    ),
    "at 0, and on the side where the exponent is 0, both branches give the same": (
        "rectifiers: celu by x: x > 0 → x >= 0",
        "rectifiers: celu by x: x > 0 → x > 1",
    ),
    "this topic never keeps the dimensions": (
        "convolution: total: …, keepdims=keepdims) → ….sum(axis=axis)",
    ),
    "positions in a window may start at any number": (
        "pooling: _position: number = 0 → number = 1",
    ),
    "the rule uses its shape alone": (
        "class_losses: cross_entropy by target: np.flip(target)",
        "class_losses: cross_entropy by target: detached target",
        "class_losses: nll_loss by log_probabilities: np.flip(log_probabilities)",
        "class_losses: nll_loss by log_probabilities: detached …",
    ),
    "the loss has refused before what would be different": (
        "class_losses: _count: not count → False",
        "class_losses: _class_weights: weights.shape != (classes,) → False",
        "class_losses: _class_weights: np.asarray(weight) → weight",
        "margin_losses: …: target > 0 → target >= 0",
    ),
    "without smoothing it adds 0": ("class_losses: _shares: label_smoothing → True",),
    "NumPy sums half precision in single along the last axis": (
        "class_losses: total: x.dtype.char == 'e' → False",
        "class_losses: total: x.astype(np.float32) → x",
    ),
    "with no elements, the value makes no difference": (
        "reduction: mean by x: _count(x_shape, axis) or 1 → _count(x_shape, axis) or 2",
    ),
    "an infinity minus a finite number is the same infinity": (
        "reduction: _finite_top: np.where(np.isfinite(top), top, 0) → np.where(np.isfinite(top), top, 1)",
    ),
    "the dtype is the same, or the engine converts it to that of the operand": (
        "arithmetic: power by y: _log_of_base(x, out) → _log_of_base(x, g)",
        "statistics: _by_rank: np.zeros(x.shape, g.dtype) → np.zeros(x.shape, x.dtype)",
        "statistics: _by_rank: ….astype(g.dtype) → ….astype(x.dtype)",
        "nan: …: _inverse(n, g) → _inverse(n, x)",
        "shaping: astype by x: (result) * np.float64(1)",
        "convolution: total: ….astype(np.float16) → …keepdims=keepdims)",
        "…: narrowed: x.dtype.char == 'e' → True",
        "class_losses: _dtype: np.result_type(logits.dtype, np.float16) → …",
        "class_losses: _shares: _one_hot(…).astype(_dtype(logits)) → _one_hot(…)",
        "class_losses: _per_row: _count(logits, …) → _count(target, …)",
        "class_losses: …: _per_row(g, …, target, weight, …) → _per_row(g, target, target, weight, …)",
        "class_losses: _cross_entropy_target_vjp: _class_weights(weight, logits) → …",
    ),
    "the shape, or the length, is the same": (
        "decompositions: _qr_vjp: out.shape[-…] → g.shape[-…]",
        "losses: …: size(logits) → size(target)",
        "losses: …: size(prediction) → size(target)",
        "class_losses: _one_hot: len(target) → len(like)",
        "class_losses: _count: len(target) → len(logits)",
        "margin_losses: …: size(prediction) → size(target)",
    ),
    "a matrix that is symmetric, or made so afterwards, may be transposed": (
        "linalg: _pinv_vjp: g.mT @ (out @ out.mT) → g.mT @ (out @ out.mT).mT",
        "linalg: _pinv_vjp: right @ (out @ x) → right @ (out @ x).mT",
        "decompositions: _cholesky_vjp: inverse.mT @ _half_below(…) → inverse.mT @ _half_below(…).mT",
        "decompositions: _qr_vjp: q @ (below + below.mT) → q @ (below + below.mT).mT",
        "decompositions: _eigenpairs_vjp: v @ inner → v @ inner.mT",
    ),
    "it takes the slower of two ways to compute the same numbers": (
        "extremes: _contribution: known((out == out).all()) → False",
        "activations: leaky_relu by x: negative_slope → True",
        "pooling: first_of_largest: none < 256 → none > 256",
        "pooling: first_of_largest: none < 256 → False",
        "pooling: first_of_largest: np.isnan(largest) → …",
        "pooling: first_of_largest: largest.dtype.kind == 'f' → …",
        "pooling: first_of_largest: False → True",
        "pooling: first_of_largest: has_nan → True",
        "pooling: first_of_largest: as_numpy(constant(…)) → constant(…)",
        "extremes: _contribution: out == out → …g…",  # equal to g means equal to a number
        "…: over_count: count <= _LARGEST_HALF → count < _LARGEST_HALF",
        "…: over_count: count <= _LARGEST_HALF → False",
        "arithmetic: _log_of_base: isinstance(base, (int, float)) → False",
        "products: _matmul_vjp_x: len(x_shape) > 1 → len(x_shape) >= 1",
        "products: _matmul_vjp_x: len(x_shape) > 1 → True",
        "products: _matmul_vjp_x: g.ndim == y.ndim == 2 → g.ndim != y.ndim == 2",
        "products: _matmul_vjp_x: g.ndim == y.ndim == 2 → False",
        "products: _matmul_vjp_x: g.ndim == y.ndim == 2 → y.ndim == y.ndim == 2",
        "products: _matmul_vjp_x: g.ndim == y.ndim == 2 → g.ndim == g.ndim == 2",
        "products: _matmul_vjp_y: x.ndim == g.ndim == 2 and isinstance(g, np.ndarray) → False",
        "products: _matmul_vjp_y: x.ndim == g.ndim == 2 → x.ndim != g.ndim == 2",
        "products: _matmul_vjp_y: x.ndim == g.ndim == 2 → g.ndim == g.ndim == 2",
        "products: _dot_vjp_x: len(x_shape) <= 2 and y_ndim <= 2 → y_ndim <= 2",
        "products: _dot_vjp_x: len(x_shape) <= 2 and y_ndim <= 2 → False",
        "products: _dot_vjp_x: len(x_shape) <= 2 → len(x_shape) …",
        "products: _dot_vjp_x: y_ndim <= 2 → y_ndim < 2",
        "products: _dot_vjp_y: x_ndim <= 2 and len(y_shape) <= 2 → False",
        "products: _dot_vjp_y: x_ndim <= 2 → x_ndim < 2",
        "products: _dot_vjp_y: len(y_shape) <= 2 → len(y_shape) < 2",
        "einsum: _einsum_vjp: in_single(…, *arrays, optimize=…) → in_single(…, *arrays)",
        "einsum: _einsum_vjp: optimize is not False → optimize is …",
        "linalg: _cofactors: out.all() or np.linalg.slogdet(x).sign.all() → np.linalg.slogdet(x).sign.all()",
        "linalg: _pinv_vjp: x.shape[-2] < x.shape[-1] → x.shape[-2] > x.shape[-1]",
        "linalg: _pinv_vjp: x.shape[-2] < x.shape[-1] → False",
        "linalg: _pinv_vjp: x.shape[-2] → x.shape[-1]",
        "linalg: _pinv_vjp: x.shape[-1] → x.shape[0]",
        "linalg: _pinv_vjp: x.shape[-…] → out.shape[-…]",
        "linalg: _check_dropped: rcond is None or np.max(rcond) <= negligible → rcond is None",
        "linalg: _check_dropped: np.max(rcond) <= negligible → np.max(rcond) < negligible",
        "polynomials: _convolve_vjp: g.size == full → other.size == full",
        "polynomials: _convolve_vjp: g.size == full → False",
        "affine: _product: x.ndim <= 2 …",
        "affine: _product: isinstance(y, np.ndarray) → isinstance(x, np.ndarray)",
        "affine: _rows: x.ndim == 2 → False",
        "affine: _sum_of_rows: isinstance(x, np.ndarray) → False",
        "class_losses: _one_hot: not (is_concrete(target) and is_concrete(like)) → True",
        "class_losses: _one_hot: is_concrete(target) and is_concrete(like) → is_concrete(target)",
        "class_losses: _one_hot: is_concrete(like) → is_concrete(target)",
        "class_losses: _cross_entropy_vjp: _is_plain(…) → …",
        "class_losses: class_counts: target.ndim == 2 or _is_plain(…) → target.ndim == 2",
        "class_losses: class_counts: _is_plain(target, weight, ignore_index) → _is_plain(weight, …)",
        "class_losses: _is_plain: target == ignore_index → target != ignore_index",
        "class_losses: class_counts: is_concrete(found) → False",
    ),
    "a product with ones that is not needed changes nothing": (
        "einsum: _einsum_vjp: length.get(c, 1) … → …",
        "einsum: _einsum_vjp: length.get(c, 1) → …",
        "einsum: _einsum_vjp: letter not in length or size not in (1, length[letter]) → True",
        "einsum: _einsum_vjp: length[letter] → length",
    ),
    "another part of the condition implies the same": (
        "decompositions: _used: hasattr(g, '__recorder__') → hasattr(vectors_bar, '__recorder__')",
        "decompositions: _triplets_vjp: _used(u_bar, g) → _used(u_bar, out)",
        "decompositions: _triplets_vjp: _used(v_bar, g) → _used(v_bar, out)",
    ),
    "known() differs for lazy arrays only, for which the condition is not tested otherwise": (
        "decompositions: _qr_vjp: known((pivots <= _rounding(r) * size).any()) → (pivots <= …).any()",
        "decompositions: _used: known(~(g != 0).any()) → ~(g != 0).any()",
    ),
    "all its elements are overwritten afterwards": ("shaping: _transpose_vjp: [0] → [1]",),
    "without axes each element is the only one in its row": (
        "statistics: _ranks: x.ndim - len(axes) → -len(axes)",
    ),
}


def reason_for(mutant: Mutant) -> str:
    """Why a mutant computes the same, or "" if it is not listed."""
    return _reason_for(mutant.identity)


@cache
def _reason_for(identity: str) -> str:
    return next((reason for line, reason in _lines() if line.fullmatch(identity)), "")


@cache
def _lines() -> list[tuple["re.Pattern[str]", str]]:
    return [(pattern(line), reason) for reason, lines in EQUIVALENT.items() for line in lines]


def pattern(line: str) -> "re.Pattern[str]":
    """The pattern of a line of EQUIVALENT."""
    return re.compile(re.escape(line).replace("…", ".*"))
