"""Training: the fit loop, its history, metrics, callbacks, and a progress bar.

    history = fit(model, CrossEntropyLoss(), Adam(model), x, y, epochs=10, batch_size=64)
    history.train["accuracy"][-1], evaluate(model, x_test, y_test)["accuracy"]

`fit` and `evaluate` take arrays, with one example per row. `blas_threads(1)` is for loops of your own.
"""

from .callbacks import Callback, StepCallback, Training, TrainingStep
from .checkpoint import Checkpoint, read_checkpoint
from .checks import Metric
from .classification import confusion, f1, precision, recall, roc_auc
from .early_stopping import EarlyStopping
from .history import History
from .loop import fit
from .lr_find import RateSearch, lr_find
from .metrics import accuracy, evaluate
from .reduction import LossFunction
from .regression import mae, r2
from .threads import blas_threads

__all__ = [
    "fit",
    "evaluate",
    "accuracy",
    "precision",
    "recall",
    "f1",
    "roc_auc",
    "confusion",
    "mae",
    "r2",
    "lr_find",
    "RateSearch",
    "History",
    "Training",
    "TrainingStep",
    "Callback",
    "StepCallback",
    "EarlyStopping",
    "Checkpoint",
    "read_checkpoint",
    "Metric",
    "LossFunction",
    "blas_threads",
]
