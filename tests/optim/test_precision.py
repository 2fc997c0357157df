"""Every optimizer in every precision, against its formula in float64, for gradients small and large."""

import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.optim.test_adam import textbook as adam_textbook
from tests.optim.test_sgd import textbook as sgd_textbook
from tinygrad_course import Tensor, optim
from tinygrad_course.nn import MLP, CrossEntropyLoss
from tinygrad_course.optim import SGD, Adagrad, Adam, AdamW, RMSprop
from tinygrad_course.optim.chunks import CHUNK_BYTES
from tinygrad_course.training import fit

DTYPES = [np.float16, np.float32, np.float64, np.longdouble, np.dtype(np.float32).newbyteorder()]
SIZES = [3, CHUNK_BYTES // 4 + 1]
"""Of parameters: one that fits into a chunk, and one that doesn't in any dtype."""


def sgd(momentum=0.0, nesterov=False, weight_decay=0.0):
    return (
        lambda p, lr: SGD(p, lr, momentum, nesterov=nesterov, weight_decay=weight_decay),
        lambda p, gs, lr: sgd_textbook(p, gs, lr, momentum, nesterov, weight_decay),
    )


def adam(betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
    return (
        lambda p, lr: Adam(p, lr, betas, eps, weight_decay=weight_decay),
        lambda p, gs, lr: adam_textbook(p, gs, lr, betas, eps, weight_decay),
    )


def adamw_textbook(p, gs, lr, weight_decay):
    m, v = 0 * p, 0 * p
    for t, g in enumerate(gs, start=1):
        p = p - lr * weight_decay * p
        m, v = 0.9 * m + (1 - np.longdouble(0.9)) * g, 0.999 * v + (1 - np.longdouble(0.999)) * g**2
        m_hat, v_hat = m / (1 - np.longdouble(0.9) ** t), v / (1 - np.longdouble(0.999) ** t)
        p = p - lr * m_hat / (np.sqrt(v_hat) + 1e-8)
    return p


def rmsprop_textbook(p, gs, lr, alpha, eps, momentum, weight_decay):
    v, b = 0 * p, 0 * p
    for g in gs:
        g = g + weight_decay * p
        v = alpha * v + (1 - np.longdouble(alpha)) * g**2
        b = momentum * b + g / (np.sqrt(v) + eps)
        p = p - lr * b
    return p


def rmsprop(alpha=0.99, eps=1e-8, momentum=0.0, weight_decay=0.0):
    settings = {"momentum": momentum, "weight_decay": weight_decay}
    return (
        lambda p, lr: RMSprop(p, lr, alpha, eps, **settings),
        lambda p, gs, lr: rmsprop_textbook(p, gs, lr, alpha, eps, **settings),
    )


def adagrad_textbook(p, gs, lr, lr_decay, initial, eps):
    v = 0 * p + initial
    for t, g in enumerate(gs):
        v = v + g**2
        p = p - lr / (1 + t * np.longdouble(lr_decay)) * g / (np.sqrt(v) + eps)
    return p


def adagrad(lr_decay=0.0, initial=0.0, eps=1e-10):
    settings = {"initial_accumulator_value": initial, "eps": eps}
    return (
        lambda p, lr: Adagrad(p, lr, lr_decay, **settings),
        lambda p, gs, lr: adagrad_textbook(p, gs, lr, lr_decay, initial, eps),
    )


CASES = {
    "plain": sgd(),
    "momentum": sgd(0.9),
    "Nesterov": sgd(0.9, nesterov=True),
    "SGD with decay": sgd(0.9, weight_decay=0.1),
    "Adam": adam(),
    "Adam without eps": adam(eps=0.0),
    "Adam, no memory": adam(betas=(0.0, 0.0)),
    "Adam, long memory": adam(betas=(0.99, 0.9999)),
    "Adam with decay": adam(weight_decay=0.1),
    "Adam, large eps": adam(eps=1e-2),
    "AdamW": (
        lambda p, lr: AdamW(p, lr, weight_decay=0.1),
        lambda p, gs, lr: adamw_textbook(p, gs, lr, 0.1),
    ),
    # The centered one subtracts numbers that may be equal: see tests/referee.
    "RMSprop": rmsprop(),
    "RMSprop without eps": rmsprop(eps=0.0),
    "RMSprop, no memory": rmsprop(alpha=0.0),
    "RMSprop with momentum and decay": rmsprop(momentum=0.9, weight_decay=0.1),
    "Adagrad": adagrad(),
    "Adagrad without eps": adagrad(eps=0.0),
    "Adagrad with decay and a head start": adagrad(lr_decay=0.1, initial=0.5),
}


def test_every_optimizer_is_swept():
    kinds = {type(make([Tensor([1.0], requires_grad=True)], 0.1)) for make, _ in CASES.values()}
    exported = {getattr(optim, name) for name in optim.__all__}
    kinds_of_all = {k for k in exported if isinstance(k, type) and issubclass(k, optim.Optimizer)}
    assert kinds == kinds_of_all - {optim.Optimizer}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@given(
    dtype=st.sampled_from(DTYPES),
    size=st.sampled_from(SIZES),
    exponents=st.lists(st.floats(-8, np.log10(6e4)), min_size=3, max_size=3),
    signs=st.lists(st.sampled_from([-1, 1]), min_size=3, max_size=3),
    lr=st.sampled_from([1e-6, 1e-3, 0.1]),
)
def test_steps_are_those_of_the_formula(case, dtype, size, exponents, signs, lr):
    make, formula = case
    gradients = (10.0 ** np.array(exponents) * signs).astype(dtype)
    assume(
        gradients.all()
    )  # the formula without eps is 0 / 0 for those that half precision rounds to 0
    start = np.array([1.0], dtype)
    p = Tensor(np.full(size, start), requires_grad=True)
    assert p.dtype == dtype
    optimizer = make([p], lr)
    for g in gradients:
        p.grad = np.full(size, g)
        optimizer.step()
    wide, precise = np.longdouble(start), np.longdouble(gradients)[:, None]
    path = [wide, *(formula(wide, precise[: i + 1], lr) for i in range(3))]
    # The parameter is rounded once a step, relative to the largest value that it has on its way; the rule
    # rounds each of its dozen operations, relative to the longest of its steps without cancellation.
    largest = max(abs(x) for x in path)
    longest = sum(formula(0 * wide, abs(precise[: i + 1]), lr) for i in range(3))
    longest = abs(longest) + 3 * lr * largest  # and that of the decay
    rule = max(np.finfo(np.promote_types(dtype, np.float32)).eps, np.finfo(np.float64).eps)
    tolerance = 3 * np.finfo(dtype).eps * largest + 12 * rule * longest
    assert np.all(np.abs(np.longdouble(p.data) - path[-1]) <= tolerance)
    assert (p.data == p.data[0]).all()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_gradient_that_is_always_zero_moves_nothing(case, dtype):
    make, _ = case
    p = Tensor(np.zeros(3, dtype), requires_grad=True)
    optimizer = make([p], 0.1)
    for _ in range(3):
        p.grad = np.zeros(3, dtype)
        optimizer.step()
        np.testing.assert_array_equal(p.data, 0)


@pytest.mark.parametrize("eps", [0.0, 1e-300, 1e-30, 1e-8])
@pytest.mark.parametrize("dtype", DTYPES)
@given(st.lists(st.integers(-320, 4), min_size=1, max_size=6))
def test_adam_is_finite_and_never_steps_further_than_its_bound(dtype, eps, exponents):
    p = Tensor(np.zeros(1, dtype), requires_grad=True)
    optimizer = Adam([p], lr=1.0, eps=eps)
    for exponent in exponents:
        p.grad = np.array([10.0**exponent]).astype(dtype)
        before = p.data.copy()
        optimizer.step()
        # |m̂| / √v̂ ≤ √Σ (1 − β₁)²β₁²ⁱ / (1 − β₂)β₂ⁱ, of all corrections of the bias the largest in step 1.
        bound = (1 - 0.9) / np.sqrt((1 - 0.999) * (1 - 0.9**2 / 0.999))
        assert abs(p.data - before) <= max(1, bound) * (1 + 16 * np.finfo(dtype).eps)


def test_a_column_of_zeros_does_not_hurt_a_model_in_half_precision():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 3)).astype(np.float16)
    x[:, 1] = 0
    y = (x[:, 0] > 0).astype(np.int64)
    for optimizer in (Adam, lambda m: SGD(m, 0.1, 0.9)):
        model = MLP([3, 4, 2], rng=0, dtype=np.float16)
        column = model.layers[0].weight.data[:, 1].copy()
        history = fit(*(model, CrossEntropyLoss(), optimizer(model), x, y), epochs=5, batch_size=8)
        assert all(np.isfinite(w).all() for w in model.state_dict().values())
        np.testing.assert_array_equal(model.layers[0].weight.data[:, 1], column)
        assert history.train["loss"][-1] < history.train["loss"][0]


def test_a_step_in_half_precision_warns_only_where_the_result_is_too_large():
    p = Tensor(np.array([6e4], np.float16), requires_grad=True)
    p.grad = np.array([6e4], np.float16)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SGD([p], lr=1.9).step()  # 6e4 · 1.9 is more than float16 holds; what is left is not
    np.testing.assert_allclose(p.data, 6e4 - 1.9 * 6e4, rtol=2e-3)
