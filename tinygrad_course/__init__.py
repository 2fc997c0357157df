"""tinygrad_course: automatic differentiation on a dynamic computational graph, in NumPy.

    import numpy as np
    import tinygrad_course as tg

    w = tg.Tensor([0.5, -1.0], requires_grad=True, name="w")
    loss = np.log1p(np.exp(-(w * [1.0, 2.0]).sum()))
    loss.backward()
    w.grad

Tensors take NumPy's own functions; `tg.nn` has the layers, `tg.optim` the optimizers, `tg.data` the
data sets, and `viz`, beside this package, the drawings.
"""

import typing

from . import data, errors, inspect, nn, optim, suggestions, training
from .autodiff import (
    checkpoint,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from .engine.anomaly import detect_anomaly
from .engine.grad_mode import enable_grad, is_grad_enabled, no_grad, scope
from .nn.saving import load
from .onnx import export_onnx
from .ops.activations import log_softmax, relu, sigmoid, softmax
from .ops.reduction import logsumexp
from .primitive import Domain, Primitive, custom_vjp, primitive
from .tensor import Tensor
from .training import fit
from .version import __version__ as __version__

__all__ = [
    # the engine
    "Tensor",
    "no_grad",
    "enable_grad",
    "is_grad_enabled",
    "scope",
    "grad",
    "value_and_grad",
    "elementwise_grad",
    "vjp",
    "jvp",
    "jacobian",
    "hessian",
    "hvp",
    "checkpoint",
    "detect_anomaly",
    # functions that NumPy has not
    "relu",
    "sigmoid",
    "softmax",
    "log_softmax",
    "logsumexp",
    # rules of one's own
    "primitive",
    "custom_vjp",
    "Primitive",
    "Domain",
    # the packages
    "data",
    "errors",
    "inspect",
    "nn",
    "optim",
    "training",
    "fit",
    "load",
    "export_onnx",
]

if not typing.TYPE_CHECKING:  # a checker would believe that every name exists
    __getattr__ = suggestions.for_module(__name__)
