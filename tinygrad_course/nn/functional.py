"""The functions behind the modules: activations, the affine map, losses.

Each is a primitive: on tensors it is one node of the graph, on plain arrays a NumPy function.
Losses take `reduction`: "mean" (over all elements), "sum" or "none".
"""

import typing

from .. import suggestions
from ..ops.activations import elu, leaky_relu, log_softmax, relu, sigmoid, softmax, softplus
from ..ops.affine import linear
from ..ops.gates import gelu, hardswish, mish, silu
from ..ops.losses import binary_cross_entropy, binary_cross_entropy_with_logits, cross_entropy, mse
from ..ops.rectifiers import celu, hardshrink, prelu, selu, softshrink, threshold
from ..ops.reduction import logsumexp
from ..ops.squashing import hardsigmoid, hardtanh, logsigmoid, relu6, softsign, tanhshrink
from ..ops.trigonometric import tanh

__all__ = [
    "relu",
    "leaky_relu",
    "prelu",
    "elu",
    "selu",
    "celu",
    "gelu",
    "silu",
    "mish",
    "relu6",
    "hardtanh",
    "hardsigmoid",
    "hardswish",
    "threshold",
    "hardshrink",
    "softshrink",
    "tanhshrink",
    "softsign",
    "sigmoid",
    "logsigmoid",
    "tanh",
    "softplus",
    "softmax",
    "log_softmax",
    "logsumexp",
    "linear",
    "mse",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
]

if not typing.TYPE_CHECKING:  # a checker would believe that every name exists
    __getattr__ = suggestions.for_module(__name__)
