"""``results.json``: the figures of the report for other programs.

schema          "tinygrad_course/demo/1"; the number changes when programs that read it must
version, seed, python, numpy, platform      what the run was made with
passed          whether every model reached its target
models          a list, in the order of training; each model has
  key, title, architecture, training        names and settings, in words
  parameters                                how many numbers it learned
  data            name, source, scaling, classes (names), rows (train, validation, test)
  gradient_check  relative_error, tolerance, slopes (how many were compared), every_parameter
  curves          train_cost, validation_cost, train_accuracy, validation_accuracy: by epoch
  accuracy        train, test, target: fractions from 0 to 1
  reached_target, seconds
  confusion       rows: the true class; columns: the predicted class; numbers of test rows
  mistakes        row (of the test set), is, said (indices of the true and predicted class), confidence
  graph           the file of its drawing, relative to results.json
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from .outcome import Environment, Outcome

SCHEMA = "tinygrad_course/demo/1"


def results(outcomes: Sequence[Outcome], environment: Environment) -> str:
    """The content of ``results.json``."""
    document = {
        "schema": SCHEMA,
        **asdict(environment),
        "passed": all(outcome.reached_target for outcome in outcomes),
        "models": [_model(outcome) for outcome in outcomes],
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _model(outcome: Outcome) -> dict[str, Any]:
    data, check = outcome.dataset, outcome.gradient_check
    return {
        "key": outcome.key,
        "title": outcome.title,
        "architecture": outcome.architecture,
        "training": outcome.training,
        "parameters": outcome.parameters,
        "data": {
            "name": data.name,
            "source": data.source,
            "scaling": data.scaling,
            "classes": data.class_names,
            "rows": {
                "train": outcome.train_rows,
                "validation": outcome.validation_rows,
                "test": len(data.y_test),
            },
        },
        "gradient_check": {
            "relative_error": check.error,
            "tolerance": check.tolerance,
            "slopes": check.slopes,
            "every_parameter": check.every_parameter,
        },
        "curves": asdict(outcome.curves),
        "accuracy": {
            "train": outcome.train_accuracy,
            "test": outcome.test_accuracy,
            "target": outcome.target,
        },
        "reached_target": outcome.reached_target,
        "seconds": round(outcome.seconds, 3),
        "confusion": outcome.confusion.tolist(),
        "mistakes": [
            {
                "row": int(row),
                "is": int(data.y_test[row]),
                "said": int(outcome.predicted[row]),
                "confidence": float(outcome.confidence[row]),
            }
            for row in outcome.mistakes
        ],
        "graph": outcome.graph_file,
    }
