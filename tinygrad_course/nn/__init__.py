"""Neural networks: modules, layers, activations, losses, initializers and models.

    model = Sequential(Linear(30, 16, rng=0), ReLU(), Linear(16, 2, rng=1))
    loss = CrossEntropyLoss()(model(x), y)
    loss.backward()

`functional` has the same functions without state, `init` the initializers, `utils` clips gradients.
"""

import typing

from .. import suggestions
from . import functional, init, utils
from .activations import (
    CELU,
    ELU,
    GELU,
    GLU,
    SELU,
    Hardshrink,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softmin,
    Softplus,
    Softshrink,
    Softsign,
    Tanh,
    Tanhshrink,
    Threshold,
)
from .buffer import Buffer
from .containers import ModuleDict, ModuleList, Sequential
from .convolution import Conv1d, Conv2d
from .dropout import Dropout, training_step
from .embedding import Embedding
from .linear import Linear
from .losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CosineEmbeddingLoss,
    CrossEntropyLoss,
    HingeEmbeddingLoss,
    HingeLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)
from .models import MLP, Classifier, LogisticRegression
from .module import Module
from .normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm
from .parameter import Parameter
from .pooling import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AvgPool1d,
    AvgPool2d,
    MaxPool1d,
    MaxPool2d,
)
from .reshaping import Flatten, Identity, Unflatten

__all__ = [
    "Module",
    "Parameter",
    "Buffer",
    "Linear",
    "Embedding",
    "BatchNorm1d",
    "BatchNorm2d",
    "LayerNorm",
    "GroupNorm",
    "Dropout",
    "training_step",
    "Identity",
    "Flatten",
    "Unflatten",
    "Conv1d",
    "Conv2d",
    "MaxPool1d",
    "MaxPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "Sequential",
    "ModuleList",
    "ModuleDict",
    "ReLU",
    "LeakyReLU",
    "PReLU",
    "ELU",
    "SELU",
    "CELU",
    "GELU",
    "SiLU",
    "Mish",
    "ReLU6",
    "Hardtanh",
    "Hardsigmoid",
    "Hardswish",
    "Threshold",
    "Hardshrink",
    "Softshrink",
    "Tanhshrink",
    "Softsign",
    "Sigmoid",
    "LogSigmoid",
    "Tanh",
    "Softplus",
    "Softmax",
    "Softmin",
    "LogSoftmax",
    "GLU",
    "Loss",
    "MSELoss",
    "L1Loss",
    "SmoothL1Loss",
    "HuberLoss",
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "NLLLoss",
    "KLDivLoss",
    "HingeLoss",
    "HingeEmbeddingLoss",
    "CosineEmbeddingLoss",
    "Classifier",
    "LogisticRegression",
    "MLP",
    "functional",
    "init",
    "utils",
]

if not typing.TYPE_CHECKING:  # a checker would believe that every name exists
    __getattr__ = suggestions.for_module(__name__)
