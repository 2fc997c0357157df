"""Training: the fit loop, its history, metrics, and a progress bar.

    history = fit(model, CrossEntropyLoss(), Adam(model), x, y, epochs=10, batch_size=64)
    history.train["accuracy"][-1], evaluate(model, x_test, y_test)["accuracy"]

`fit` and `evaluate` take arrays, with one example per row.
"""

from .history import History
from .loop import Callback, fit
from .metrics import LossFunction, Metric, accuracy, evaluate

__all__ = ["fit", "evaluate", "accuracy", "History", "Callback", "Metric", "LossFunction"]
