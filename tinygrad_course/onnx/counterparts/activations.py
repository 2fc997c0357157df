"""Activations: ONNX' own nodes where it has them, and onnxruntime has them in the same precision."""

import math

import numpy as np

from ...ops.rectifiers import SELU_ALPHA, SELU_SCALE
from ..call import Call
from ..graph import Value
from .elementwise import expm1, log1p
from .table import counterpart, same_as

same_as(relu="Relu", sigmoid="Sigmoid")


def _is_double(x: Value) -> bool:
    return x.dtype == np.float64


def _positive(x: Value) -> Value:
    return x.graph.op("Relu", x)


def _negative(x: Value) -> Value:
    return x.graph.op("Min", x, 0.0)


def _between(x: Value, low: float, high: float) -> Value:
    graph = x.graph
    return graph.op(
        "Clip",
        x,
        graph.constant(np.asarray(low, x.dtype)),
        graph.constant(np.asarray(high, x.dtype)),
    )


def softplus(x: Value) -> Value:
    """ln(1 + eˣ)"""
    if not _is_double(x):
        return x.graph.op("Softplus", x)
    return _positive(x) + log1p(x.graph.op("Exp", -abs(x)))


def normal_cdf(x: Value) -> Value:
    """Φ(x) = ½ (1 + erf(x / √2))"""
    return (x.graph.op("Erf", x * math.sqrt(0.5)) + 1.0) * 0.5


@counterpart("softplus")
def _softplus(call: Call, x: Value) -> Value:
    return softplus(x)


@counterpart("logsigmoid")
def _logsigmoid(call: Call, x: Value) -> Value:
    return -softplus(-x)


@counterpart("leaky_relu")
def _leaky_relu(call: Call, x: Value) -> Value:
    slope = call["negative_slope"]
    return (
        _positive(x) + _negative(x) * slope
        if _is_double(x)
        else call.op("LeakyRelu", x, alpha=slope)
    )


@counterpart("elu")
def _elu(call: Call, x: Value) -> Value:
    return _positive(x) + expm1(_negative(x)) * call["alpha"]


@counterpart("celu")
def _celu(call: Call, x: Value) -> Value:
    alpha = call["alpha"]
    return _positive(x) + expm1(_negative(x) / alpha) * alpha


@counterpart("selu")
def _selu(call: Call, x: Value) -> Value:
    return (_positive(x) + expm1(_negative(x)) * SELU_ALPHA) * SELU_SCALE


@counterpart("prelu")
def _prelu(call: Call, x: Value, weight: Value) -> Value:
    return _positive(x) + _negative(x) * weight


@counterpart("relu6")
def _relu6(call: Call, x: Value) -> Value:
    return _between(x, 0.0, 6.0)


@counterpart("hardtanh")
def _hardtanh(call: Call, x: Value) -> Value:
    return _between(x, call["min_val"], call["max_val"])


@counterpart("hardsigmoid")
def _hardsigmoid(call: Call, x: Value) -> Value:
    return _between(x + 3.0, 0.0, 6.0) / 6.0


@counterpart("hardswish")
def _hardswish(call: Call, x: Value) -> Value:
    return x * (_between(x + 3.0, 0.0, 6.0) / 6.0)


@counterpart("threshold")
def _threshold(call: Call, x: Value) -> Value:
    return call.graph.where(x > float(call["threshold"]), x, float(call["value"]))


@counterpart("hardshrink")
def _hardshrink(call: Call, x: Value) -> Value:
    return call.graph.where(abs(x) > float(call["lambd"]), x, 0.0)


@counterpart("softshrink")
def _softshrink(call: Call, x: Value) -> Value:
    size = float(call["lambd"])
    return _positive(x - size) + _negative(x + size)


@counterpart("softsign")
def _softsign(call: Call, x: Value) -> Value:
    return x / (abs(x) + 1.0)


@counterpart("tanhshrink")
def _tanhshrink(call: Call, x: Value) -> Value:
    return x - call.op("Tanh", x)


@counterpart("silu")
def _silu(call: Call, x: Value) -> Value:
    return x * call.op("Sigmoid", x)


@counterpart("mish")
def _mish(call: Call, x: Value) -> Value:
    return x * call.op("Tanh", softplus(x))


@counterpart("gelu")
def _gelu(call: Call, x: Value) -> Value:
    if call["approximate"] == "none":
        return x * normal_cdf(x)
    inner = x * (x * x * 0.044715 + 1.0) * math.sqrt(2 / math.pi)
    return x * 0.5 * (call.op("Tanh", inner) + 1.0)


@counterpart("normal_cdf")
def _normal_cdf(call: Call, x: Value) -> Value:
    return normal_cdf(x)


@counterpart("normal_density")
def _normal_density(call: Call, x: Value) -> Value:
    return call.op("Exp", x * x * -0.5) * (1 / math.sqrt(2 * math.pi))


@counterpart("softmax")
def _softmax(call: Call, x: Value) -> Value:
    return _along(call, "Softmax", x)


@counterpart("log_softmax")
def _log_softmax(call: Call, x: Value) -> Value:
    return _along(call, "LogSoftmax", x)


def _along(call: Call, kind: str, x: Value) -> Value:
    if not isinstance(call["axis"], int):
        call.refuse("ONNX has it along one axis alone")
    return call.op(kind, x, axis=call["axis"])
