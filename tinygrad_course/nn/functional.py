"""The functions behind the modules: activations, the affine map, convolution, pooling, losses.

Each is one node of the graph on tensors, and a NumPy function on plain arrays. Convolution and pooling are
primitives for any number of axes, which take their settings apart first; adaptive pooling to a size that
does not divide the picture is made of several nodes.
Losses take `reduction`: "mean" (over all elements), "sum" or "none".
"""

import typing

from .. import suggestions
from ..ops.activations import elu, gelu, leaky_relu, log_softmax, relu, sigmoid, softmax, softplus
from ..ops.affine import linear
from ..ops.class_losses import cross_entropy, nll_loss
from ..ops.convolution import conv1d, conv2d
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
from ..ops.pooling import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    avg_pool1d,
    avg_pool2d,
    max_pool1d,
    max_pool2d,
)
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
    "conv1d",
    "conv2d",
    "max_pool1d",
    "max_pool2d",
    "avg_pool1d",
    "avg_pool2d",
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
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
