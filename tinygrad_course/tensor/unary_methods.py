"""Functions of one number as methods: t.sqrt() is np.sqrt(t), for every such function of NumPy's."""

from typing import Generic, TypeVar

import numpy as np

from .methods import method

Tensor = TypeVar("Tensor")
"""The class that inherits these methods: the results are of it."""


class UnaryMethods(Generic[Tensor]):
    """Element by element; formulas come from the primitives."""

    __slots__ = ()

    # --- powers and roots ------------------------------------------------------------------------

    @method(np.square)
    def square(self) -> Tensor:
        """Its square, for each element."""

    @method(np.sqrt)
    def sqrt(self) -> Tensor:
        """The square root of each element."""

    @method(np.cbrt)
    def cbrt(self) -> Tensor:
        """The cube root of each element."""

    @method(np.reciprocal)
    def reciprocal(self) -> Tensor:
        """One divided by it, for each element."""

    @method(np.abs)
    def abs(self) -> Tensor:
        """The absolute value of each element."""

    @method(np.sign)
    def sign(self) -> Tensor:
        """−1, 0 or 1, for each element."""

    # --- exponentials and logarithms -------------------------------------------------------------

    @method(np.exp2)
    def exp2(self) -> Tensor:
        """Two to its power, for each element."""

    @method(np.expm1)
    def expm1(self) -> Tensor:
        """Eˣ − 1, exact near 0, for each element."""

    @method(np.log2)
    def log2(self) -> Tensor:
        """The logarithm to the base 2 of each element."""

    @method(np.log10)
    def log10(self) -> Tensor:
        """The logarithm to the base 10 of each element."""

    @method(np.log1p)
    def log1p(self) -> Tensor:
        """ln(1 + x), exact near 0, for each element."""

    # --- trigonometric and hyperbolic functions --------------------------------------------------

    @method(np.sin)
    def sin(self) -> Tensor:
        """The sine of each element."""

    @method(np.cos)
    def cos(self) -> Tensor:
        """The cosine of each element."""

    @method(np.tan)
    def tan(self) -> Tensor:
        """The tangent of each element."""

    @method(np.arcsin)
    def arcsin(self) -> Tensor:
        """The inverse sine of each element."""

    @method(np.arccos)
    def arccos(self) -> Tensor:
        """The inverse cosine of each element."""

    @method(np.arctan)
    def arctan(self) -> Tensor:
        """The inverse tangent of each element."""

    @method(np.sinh)
    def sinh(self) -> Tensor:
        """The hyperbolic sine of each element."""

    @method(np.cosh)
    def cosh(self) -> Tensor:
        """The hyperbolic cosine of each element."""

    @method(np.arcsinh)
    def arcsinh(self) -> Tensor:
        """The inverse hyperbolic sine of each element."""

    @method(np.arccosh)
    def arccosh(self) -> Tensor:
        """The inverse hyperbolic cosine of each element."""

    @method(np.arctanh)
    def arctanh(self) -> Tensor:
        """The inverse hyperbolic tangent of each element."""

    @method(np.sinc)
    def sinc(self) -> Tensor:
        """sin(πx) / (πx), for each element."""

    @method(np.i0)
    def i0(self) -> Tensor:
        """The modified Bessel function of order 0 of each element."""

    @method(np.deg2rad)
    def deg2rad(self) -> Tensor:
        """Degrees in radians, for each element."""

    @method(np.rad2deg)
    def rad2deg(self) -> Tensor:
        """Radians in degrees, for each element."""

    # --- rounding and mending --------------------------------------------------------------------

    @method(np.floor)
    def floor(self) -> Tensor:
        """The next whole number below of each element."""

    @method(np.ceil)
    def ceil(self) -> Tensor:
        """The next whole number above of each element."""

    @method(np.trunc)
    def trunc(self) -> Tensor:
        """The whole number towards 0 of each element."""

    @method(np.rint)
    def rint(self) -> Tensor:
        """The nearest whole number of each element."""
