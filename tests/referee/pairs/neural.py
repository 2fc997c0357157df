"""Activations, the affine map of a layer, losses."""

import numpy as np

from tests.referee import torch
from tests.referee.pairs.pair import primitive_pair
from tinygrad_course.nn import functional as ours
from tinygrad_course.ops import convolution as convolutions
from tinygrad_course.ops import pooling as pools

theirs = torch.nn.functional


def along(function):
    """PyTorch's function along `dim`, with our `axis`."""
    return lambda x, axis=-1: function(x, dim=axis)


def binary_cross_entropy(p, y, weight=1.0, reduction="mean"):
    losses = weight * (-y * torch.log(p) - (1 - y) * torch.log1p(-p))
    return losses if reduction == "none" else getattr(losses, reduction)()


def kl_div(x, y, log_target=False, reduction="mean"):
    if reduction != "mean":
        return theirs.kl_div(x, y, log_target=log_target, reduction=reduction)
    return theirs.kl_div(x, y, log_target=log_target, reduction="none").mean()  # theirs warns


def hinge_loss(x, y, margin=1.0, reduction="mean"):
    # PyTorch's is that of a distance: of a distance y x and targets −1 it is the same.
    return theirs.hinge_embedding_loss(y * x, -torch.ones_like(x), margin, reduction=reduction)


def of_numbers(loss):
    """PyTorch's loss, which takes no whole numbers and no truth values for targets."""
    return lambda prediction, target, **settings: of_tensors(loss)(
        prediction, target.double(), **settings
    )


def of_tensors(loss):
    """PyTorch's loss, whose weights are tensors, and whose classes are of 64 bits."""

    def made(*operands, **settings):
        weights = {
            k: torch.tensor(np.asarray(w), dtype=operands[0].dtype)
            for k, w in settings.items()
            if k.endswith("weight") and w is not None
        }
        *others, target = operands
        target = target if target.is_floating_point() else target.long()
        return loss(*others, target, **settings | weights)

    return made


def _bordered(x, padding, value=0.0):
    return theirs.pad(x, [side for sides in padding[::-1] for side in sides], value=value)


def _of_axes(name, axes):
    return getattr(theirs, f"{name}{axes}d")


def convolution(x, weight, bias=None, *, stride, padding, dilation, groups):
    convolved = _of_axes("conv", x.ndim - 2)
    return convolved(_bordered(x, padding), weight, bias, stride, 0, dilation, groups)


def convolution_input(z, weight, *, sizes, padding, **step):
    """The gradient of a convolution, which is linear, by a picture of zeros."""
    x = torch.zeros(
        len(z), weight.shape[1] * step["groups"], *sizes, dtype=z.dtype, requires_grad=True
    )
    y = convolution(x, weight, padding=padding, **step)
    return torch.autograd.grad(y, x, z, create_graph=True)[0]


def convolution_weight(x, z, *, kernel, padding, groups, **step):
    shape = (z.shape[1], x.shape[1] // groups, *kernel)
    weight = torch.zeros(shape, dtype=x.dtype, requires_grad=True)
    y = convolution(x, weight, padding=padding, groups=groups, **step)
    return torch.autograd.grad(y, weight, z, create_graph=True)[0]


def max_pool(x, *, kernel, stride, padding, dilation):
    pooled = _of_axes("max_pool", x.ndim - 2)
    return pooled(_bordered(x, padding, -torch.inf), kernel, stride, 0, dilation)


def avg_pool(x, *, kernel, stride, padding, counted):
    pooled = _of_axes("avg_pool", x.ndim - 2)

    def mean(y):
        return pooled(_bordered(y, padding), kernel, stride)

    inside = torch.ones(1, 1, *x.shape[2:], dtype=x.dtype)
    # What is counted is the share of the window that lies in the picture, or in all.
    return mean(x) / (mean(inside) if not any(map(any, counted)) else 1.0)


def avg_pool_input(z, *, sizes, **settings):
    x = torch.zeros(*z.shape[:2], *sizes, dtype=z.dtype, requires_grad=True)
    return torch.autograd.grad(avg_pool(x, **settings), x, z, create_graph=True)[0]


def _has_samples(case):
    return all(len(x) for x in case.operands)


PAIRS = {
    **{
        of: primitive_pair(of, function, where=_has_samples)
        for of, function in (
            (convolutions.convolution, convolution),
            (convolutions.convolution_input, convolution_input),
            (convolutions.convolution_weight, convolution_weight),
            (pools.max_pool, max_pool),
            (pools.avg_pool, avg_pool),
            (pools.avg_pool_input, avg_pool_input),
        )
    },
    ours.sigmoid: theirs.sigmoid,
    ours.relu: theirs.relu,
    ours.leaky_relu: theirs.leaky_relu,
    ours.elu: theirs.elu,
    ours.gelu: lambda x: theirs.gelu(x, approximate="tanh"),
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
    ours.cross_entropy: of_tensors(theirs.cross_entropy),
    ours.nll_loss: of_tensors(theirs.nll_loss),
    ours.l1_loss: theirs.l1_loss,
    ours.huber_loss: theirs.huber_loss,
    ours.smooth_l1_loss: theirs.smooth_l1_loss,
    ours.kl_div: kl_div,
    ours.hinge_loss: hinge_loss,
    ours.hinge_embedding_loss: theirs.hinge_embedding_loss,
    ours.cosine_embedding_loss: theirs.cosine_embedding_loss,
}
