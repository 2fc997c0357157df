"""Activations, the affine map of a layer, losses."""

from tests.referee import torch
from tests.referee.pairs.pair import primitive_pair
from tinygrad_course.nn import functional as ours
from tinygrad_course.ops.normalization import standardize

theirs = torch.nn.functional


def along(function):
    """PyTorch's function along `dim`, with our `axis`."""
    return lambda x, axis=-1: function(x, dim=axis)


def binary_cross_entropy(p, y, reduction="mean"):
    losses = -y * torch.log(p) - (1 - y) * torch.log1p(-p)
    return losses if reduction == "none" else getattr(losses, reduction)()


def of_numbers(loss):
    """PyTorch's loss, which takes no whole numbers and no truth values for targets."""
    return lambda prediction, target, **reduction: loss(prediction, target.double(), **reduction)


def cross_entropy(logits, target, **reduction):
    return theirs.cross_entropy(logits, target.long(), **reduction)


def standardized(x, axes, eps=1e-5):
    centred = x - x.mean(axes, keepdim=True)
    return centred / torch.sqrt((centred * centred).mean(axes, keepdim=True) + eps)


PAIRS = {
    standardize: standardized,
    ours.sigmoid: theirs.sigmoid,
    ours.relu: theirs.relu,
    ours.leaky_relu: theirs.leaky_relu,
    ours.elu: theirs.elu,
    ours.prelu: lambda x, w: torch.where(x > 0, x, w * x),
    ours.selu: theirs.selu,
    ours.celu: theirs.celu,
    ours.threshold: lambda x, threshold=0.0, value=0.0: theirs.threshold(x, threshold, value),
    ours.hardshrink: theirs.hardshrink,
    ours.softshrink: theirs.softshrink,
    ours.relu6: theirs.relu6,
    ours.hardtanh: theirs.hardtanh,
    # The derivative of PyTorch's own is 1/6 in single precision.
    ours.hardsigmoid: lambda x: torch.clamp(x + 3, 0, 6) / 6,
    ours.softsign: theirs.softsign,
    ours.logsigmoid: theirs.logsigmoid,
    ours.tanhshrink: theirs.tanhshrink,
    ours.gelu: theirs.gelu,
    ours.silu: theirs.silu,
    ours.mish: theirs.mish,
    ours.hardswish: theirs.hardswish,
    ours.softplus: theirs.softplus,
    ours.softmax: along(theirs.softmax),
    ours.log_softmax: along(theirs.log_softmax),
    ours.linear: theirs.linear,
    ours.mse: theirs.mse_loss,
    # The second derivative of PyTorch's has 1e-12 added to its denominators.
    ours.binary_cross_entropy: [
        primitive_pair(ours.binary_cross_entropy, of_numbers(theirs.binary_cross_entropy), order=1),
        of_numbers(binary_cross_entropy),
    ],
    ours.binary_cross_entropy_with_logits: of_numbers(theirs.binary_cross_entropy_with_logits),
    ours.cross_entropy: cross_entropy,
}
