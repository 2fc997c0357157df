"""Check a gradient that you derived on paper.

You learn to turn a formula into the rule of an operation, what `gradcheck` reports for a mistake in it,
and that `check_primitive` finds mistakes that a check of numbers does not. The operation is swish,
z = x σ(x).

    python examples/check_your_own_gradient.py
"""

import tinygrad_course as tg
from tinygrad_course.testing import Case, check_primitive, gradcheck


@tg.primitive("swish")
def swish(x):
    """z = x σ(x);   x̄ = z̄ (σ(x) + z (1 − σ(x)))"""
    return x * tg.sigmoid(x)


# Values on both sides of 0, neither sorted nor symmetric: a pattern could hide a mistake.
x = tg.Tensor([-2.0, 3.0, 0.5, -0.1], name="x")

# First attempt: σ(x) is treated as a constant, and the product rule forgotten.
swish.vjp(x=lambda g, x: g * tg.sigmoid(x))
print("1. dz/dx = s(x)")
try:
    gradcheck(swish, x)
except tg.errors.GradientCheckError as error:
    print(f"{error}\n")

# Second attempt: the product rule, but with a wrong sign in σ' = σ (1 − σ).
swish.vjp(x=lambda g, x, out: g * (tg.sigmoid(x) + out * (1 + tg.sigmoid(x))))
print("2. dz/dx = s(x) + z (1 + s(x))")
try:
    gradcheck(swish, x)
except tg.errors.GradientCheckError as error:
    print(f"{error}\n")


# Third attempt: the formula is right, and gradcheck passes. But to save memory, the rule writes into g,
# which other rules may use as well: in y = swish(x) + x, both operands of + get the same array.
def in_place(g, x, out):
    """The right numbers, in the wrong place."""
    g *= tg.sigmoid(x) + out * (1 - tg.sigmoid(x))
    return g


swish.vjp(x=in_place)
print("3. dz/dx = s(x) + z (1 - s(x)), written into g")
print(gradcheck(swish, x))
try:
    check_primitive(swish, Case((x.data,)))
except tg.errors.LawError as error:
    print(f"{error}\n")

# Fourth attempt.
swish.vjp(x=lambda g, x, out: g * (tg.sigmoid(x) + out * (1 - tg.sigmoid(x))))
print("4. the same, into new memory")
print(gradcheck(swish, x, order=2))
check_primitive(swish, Case((x.data,)))
print("check_primitive finds nothing: all laws hold")
