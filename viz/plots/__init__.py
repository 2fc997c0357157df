"""Plots for the course: what a net computes, how it learns, and whether its gradients are correct.

    activation("sigmoid", "tanh", "relu")     functions with their derivatives, and where they are saturated
    decision_boundary(model, X, y)            the classes that a classifier predicts in the plane
    learning_curve(history)                   loss and accuracy over the epochs
    learning_rates(found)                     the loss against the learning rate, from lr_find
    confusion(y_true, y_pred)                 which classes are confused, and how often
    gradient_flow(model)                      how large gradients are, layer by layer
    gradcheck(report)                         the error of numerical differentiation against the step

Each returns a matplotlib Figure, which displays itself in a notebook and is saved by figure.savefig(path).
Each draws on your own axes if it is given some, ax=…. matplotlib is the extra `plot`; it is imported when
the first plot is drawn.
"""

from .activation import activation
from .confusion import confusion
from .decision_boundary import decision_boundary
from .gradcheck import gradcheck
from .gradient_flow import gradient_flow
from .learning_curve import learning_curve
from .learning_rates import learning_rates

__all__ = [
    "activation",
    "decision_boundary",
    "learning_curve",
    "learning_rates",
    "confusion",
    "gradient_flow",
    "gradcheck",
]
