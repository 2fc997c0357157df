"""The functions behind the modules: activations, the affine map, losses.

Each is a primitive: on tensors it is one node of the graph, on plain arrays a NumPy function.
Losses take `reduction`: "mean" (over all elements), "sum" or "none".
"""

import typing

from .. import suggestions
from ..ops.activations import elu, gelu, leaky_relu, log_softmax, relu, sigmoid, softmax, softplus
from ..ops.affine import linear
from ..ops.class_losses import cross_entropy, nll_loss
from ..ops.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    huber_loss,
    kl_div,
    l1_loss,
    mse,
    smooth_l1_loss,
)
from ..ops.margin_losses import cosine_embedding_loss, hinge_embedding_loss, hinge_loss
from ..ops.reduction import logsumexp
from ..ops.trigonometric import tanh

__all__ = [
    "relu",
    "leaky_relu",
    "elu",
    "gelu",
    "sigmoid",
    "tanh",
    "softplus",
    "softmax",
    "log_softmax",
    "logsumexp",
    "linear",
    "mse",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "nll_loss",
    "kl_div",
    "hinge_loss",
    "hinge_embedding_loss",
    "cosine_embedding_loss",
]

if not typing.TYPE_CHECKING:  # a checker would believe that every name exists
    __getattr__ = suggestions.for_module(__name__)
