"""Arithmetic, exponentials, trigonometry, rounding, and choices element by element."""

import math
from typing import Any

import numpy as np

from ..call import Call
from ..graph import Value
from .table import counterpart, same_as, without

same_as(
    **{
        "abs": "Abs",
        "fabs": "Abs",
        "add": "Add",
        "subtract": "Sub",
        "multiply": "Mul",
        "divide": "Div",
    },
    **{"negative": "Neg", "power": "Pow", "reciprocal": "Reciprocal", "sqrt": "Sqrt", "exp": "Exp"},
    **{
        "log": "Log",
        "sin": "Sin",
        "tan": "Tan",
        "arcsin": "Asin",
        "arccos": "Acos",
        "arctan": "Atan",
    },
    **{"sinh": "Sinh", "cosh": "Cosh", "tanh": "Tanh", "arcsinh": "Asinh", "arccosh": "Acosh"},
    **{"arctanh": "Atanh", "maximum": "Max", "minimum": "Min", "floor": "Floor", "ceil": "Ceil"},
    **{"rint": "Round", "sign": "Sign", "identity": "Identity", "copy": "Identity"},
    **{"positive": "Identity"},
)

_NO_BESSEL = "ONNX has no Bessel functions"
without(_NO_BESSEL, "i0", "modified_bessel", "spherical_bessel")


# --- arithmetic -------------------------------------------------------------------------------------


@counterpart("square")
def square(call: Call, x: Value) -> Value:
    """x²"""
    return x * x


@counterpart("cbrt")
def cbrt(call: Call, x: Value) -> Value:
    """∛x, which powers have of positive numbers alone"""
    return call.op("Sign", x) * call.op("Pow", abs(x), 1 / 3)


@counterpart("copysign")
def copysign(call: Call, x: Value, y: Value) -> Value:
    """|x| with the sign of y, that of −0 included"""
    is_negative = call.op("Or", y < 0.0, call.op("Reciprocal", y) < 0.0)
    return call.graph.where(is_negative, -abs(x), abs(x))


@counterpart("fmod")
def fmod(call: Call, x: Value, y: Value) -> Value:
    """The rest of x / y, with the sign of x"""
    return call.op("Mod", x, y, fmod=1)


@counterpart("remainder")
def remainder(call: Call, x: Value, y: Value) -> Value:
    """The rest of x / y, with the sign of y"""
    rest = fmod(call, x, y)
    differs = call.op("Less", call.op("Sign", rest) * call.op("Sign", y), 0.0)
    return call.graph.where(differs, rest + y, rest)


@counterpart("floor_divide")
def floor_divide(call: Call, x: Value, y: Value) -> Value:
    """⌊x / y⌋, from the rest, since x / y is rounded"""
    return call.op("Round", (x - remainder(call, x, y)) / y)


# --- exponentials -----------------------------------------------------------------------------------


def log1p(x: Value) -> Value:
    """ln(1 + x), exact for small x: the rounding error of u = 1 + x is in ln u and in u − 1 alike

    Source: Higham, "Accuracy and stability of numerical algorithms", section 1.14.1.
    """
    op = x.graph.op
    u = x + 1.0
    is_itself = op("Or", u.equals(1.0), u.equals(math.inf))
    return x.graph.where(is_itself, x, op("Log", u) * (x / (u - 1.0)))


def expm1(x: Value) -> Value:
    """eˣ − 1, exact for small x, by the same trick as `log1p`"""
    op, where = x.graph.op, x.graph.where
    u = op("Exp", x)
    near_zero = (u - 1.0) * (x / op("Log", u))
    return where(u.equals(1.0), x, where(abs(x) < 1.0, near_zero, u - 1.0))


def logaddexp(x: Value, y: Value) -> Value:
    """ln(eˣ + eʸ), without overflow"""
    graph = x.graph
    return graph.op("Max", x, y) + log1p(graph.op("Exp", -abs(x - y)))


@counterpart("log1p")
def _log1p(call: Call, x: Value) -> Value:
    return log1p(x)


@counterpart("expm1")
def _expm1(call: Call, x: Value) -> Value:
    return expm1(x)


@counterpart("logaddexp")
def _logaddexp(call: Call, x: Value, y: Value) -> Value:
    return logaddexp(x, y)


@counterpart("logaddexp2")
def _logaddexp2(call: Call, x: Value, y: Value) -> Value:
    largest = call.op("Max", x, y)
    return largest + log1p(call.op("Pow", 2.0, -abs(x - y))) / math.log(2)


@counterpart("exp2")
def _exp2(call: Call, x: Value) -> Value:
    return call.op("Pow", 2.0, x)


@counterpart("log2")
def _log2(call: Call, x: Value) -> Value:
    return call.op("Log", x) / math.log(2)


@counterpart("log10")
def _log10(call: Call, x: Value) -> Value:
    return call.op("Log", x) / math.log(10)


@counterpart("ldexp")
def _ldexp(call: Call, x: Value, n: Value) -> Value:
    return x * call.op("Pow", 2.0, call.graph.cast(n, x.dtype))


# --- trigonometry -----------------------------------------------------------------------------------


@counterpart("cos")
def _cos(call: Call, x: Value) -> Value:
    # onnxruntime has Sin in double precision, and Cos not.
    return call.op("Cos", x) if x.dtype != np.float64 else call.op("Sin", x + math.pi / 2)


@counterpart("deg2rad")
def _deg2rad(call: Call, x: Value) -> Value:
    return x * (math.pi / 180)


@counterpart("rad2deg")
def _rad2deg(call: Call, x: Value) -> Value:
    return x * (180 / math.pi)


@counterpart("hypot")
def _hypot(call: Call, x: Value, y: Value) -> Value:
    """√(x² + y²), scaled by the larger one, so that no square overflows"""
    large, small = call.op("Max", abs(x), abs(y)), call.op("Min", abs(x), abs(y))
    ratio = small / call.graph.where(large.equals(0.0), 1.0, large)
    return large * call.op("Sqrt", ratio * ratio + 1.0)


@counterpart("arctan2")
def _arctan2(call: Call, y: Value, x: Value) -> Value:
    """The angle of (x, y): that of y / x, half a turn further where x is negative"""
    where = call.graph.where
    angle = call.op("Atan", y / x)
    turned = where(y < 0.0, angle - math.pi, angle + math.pi)
    beside = call.op("Sign", y) * (math.pi / 2)
    return where(x > 0.0, angle, where(x < 0.0, turned, beside))


@counterpart("sinc")
def _sinc(call: Call, x: Value) -> Value:
    angle = x * math.pi
    return call.graph.where(x.equals(0.0), 1.0, call.op("Sin", angle) / angle)


without(
    "it adds up corrections along an axis that depend on the numbers: no node of ONNX does that",
    "unwrap",
)


# --- rounding ---------------------------------------------------------------------------------------


def trunc(x: Value) -> Value:
    """x without its decimals"""
    graph = x.graph
    return graph.op("Sign", x) * graph.op("Floor", abs(x))


@counterpart("trunc")
def _trunc(call: Call, x: Value) -> Value:
    return trunc(x)


@counterpart("fraction")
def _fraction(call: Call, x: Value) -> Value:
    return x - trunc(x)


@counterpart("round")
def _round(call: Call, x: Value) -> Value:
    scale = 10.0 ** call["decimals"]
    return call.op("Round", x * scale) / scale if scale != 1 else call.op("Round", x)


@counterpart("heaviside")
def _heaviside(call: Call, x: Value, y: Value) -> Value:
    where = call.graph.where
    return where(x < 0.0, 0.0, where(x > 0.0, 1.0, y))


# --- choices ----------------------------------------------------------------------------------------


def numbers_or(x: Value, other: Any) -> Value:
    """x, and another value where it is NaN"""
    return x.graph.where(x.graph.op("IsNaN", x), other, x)


@counterpart("fmax")
def _fmax(call: Call, x: Value, y: Value) -> Value:
    return call.op("Max", numbers_or(x, y), numbers_or(y, x))


@counterpart("fmin")
def _fmin(call: Call, x: Value, y: Value) -> Value:
    return call.op("Min", numbers_or(x, y), numbers_or(y, x))


@counterpart("clip")
def _clip(call: Call, x: Value, low: Value | None, high: Value | None) -> Value:
    above = x if low is None else call.op("Max", x, low)
    return above if high is None else call.op("Min", above, high)


@counterpart("where")
def _where(call: Call, condition: Value, x: Value, y: Value) -> Value:
    return call.graph.where(call.graph.cast(condition, np.bool_), x, y)


@counterpart("nan_to_num")
def _nan_to_num(call: Call, x: Value) -> Value:
    limits = np.finfo(x.dtype)
    nan, high, low = (call[name] for name in ("nan", "posinf", "neginf"))
    where = call.graph.where
    x = numbers_or(x, 0.0 if nan is None else float(nan))
    x = where(x.equals(math.inf), float(limits.max if high is None else high), x)
    return where(x.equals(-math.inf), float(limits.min if low is None else low), x)
