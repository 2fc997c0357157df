"""The course's pictures: what a net computes, how it learns, and whether its gradients are right.

    activation("sigmoid", "tanh", "relu")     functions with their derivatives, and where they are saturated
    decision_boundary(model, X, y)            what a classifier makes of the plane
    learning_curve(history)                   loss and accuracy over the epochs
    confusion(y_true, y_pred)                 which class is taken for which
    gradient_flow(model)                      how large gradients are, layer by layer
    gradcheck(report)                         the error of numerical differentiation, by the step

Each returns a matplotlib Figure, which shows itself in a notebook and is saved with figure.savefig(path),
and each draws on axes of yours if it is given some, ax=…. matplotlib is the extra `plot`, imported when
the first plot is drawn.
"""

from .activation import activation
from .confusion import confusion
from .decision_boundary import decision_boundary
from .gradcheck import gradcheck
from .gradient_flow import gradient_flow
from .learning_curve import learning_curve

__all__ = [
    "activation",
    "decision_boundary",
    "learning_curve",
    "confusion",
    "gradient_flow",
    "gradcheck",
]
