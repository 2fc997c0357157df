"""The commands `evaluate` and `predict`: a trained network on other data."""

import argparse
import csv
import io
import json
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.h5_files import from_h5
from ..data.picture_preparation import PicturePreparation
from ..data.table_preparation import TablePreparation
from ..errors import DataError
from ..files.atomic import write_whole
from ..nn import Module
from . import sources
from .figures import Task, baseline_of, figures_of, lines, outputs_of, reached, shown
from .run_folder import RunFolder


def evaluate(arguments: argparse.Namespace) -> int:
    """Run the command `evaluate`."""
    model = RunFolder(arguments.folder).trained()
    x, y = _rows_with_targets(model, arguments.data)
    preparation = _preparation(model)
    task = Task(preparation.class_names)
    figures = figures_of(task, preparation, outputs_of(model, x), y)
    baseline = baseline_of(task, preparation, y, y)
    if arguments.json:
        print(json.dumps({"rows": len(y), **figures, "baseline": baseline}))
    else:
        print(f"{len(y):,} rows:")
        print(*lines(figures, baseline), sep="\n")
    if reached(task, figures, arguments.at_least):
        return 0
    found, goal = shown(task.goal, figures[task.goal]), shown(task.goal, arguments.at_least)
    print(f"{task.goal} is {found}, below the goal of {goal}.", file=sys.stderr)
    return 1


def predict(arguments: argparse.Namespace) -> int:
    """Run the command `predict`."""
    model = RunFolder(arguments.folder).trained()
    preparation = _preparation(model)
    if isinstance(preparation, TablePreparation):
        table = sources.read_table(arguments.data)
        x = preparation.apply_table(table)
        names = [table.where(i) for i in range(len(table))]
    else:
        files = sources.pictures(arguments.data)
        x = preparation.apply(files)
        names = [str(file) for file in files]
    rows = _predictions(model, x, names)
    if arguments.json:
        text = "".join(json.dumps(row) + "\n" for row in rows)
    else:
        written = io.StringIO()
        writer = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        text = written.getvalue()
    if arguments.out is None:
        sys.stdout.write(text)
    else:
        write_whole(arguments.out, text.encode())
    return 0


def _predictions(model: Module, x: NDArray[Any], names: Sequence[str]) -> list[dict[str, Any]]:
    preparation = _preparation(model)
    found = preparation.in_units(model.predict(x))
    if not preparation.class_names:
        return [{"row": n, "prediction": float(v)} for n, v in zip(names, found, strict=True)]
    shares = model.predict_proba(x)
    best = np.maximum(shares, 1 - shares) if shares.ndim == 1 else shares.max(axis=1)
    return [
        {"row": n, "prediction": str(c), "probability": round(float(p), 6)}
        for n, c, p in zip(names, found, best, strict=True)
    ]


def _preparation(model: Module) -> TablePreparation | PicturePreparation:
    found = model.preparation
    if not isinstance(found, TablePreparation | PicturePreparation):
        raise DataError(
            "the model's file has no preparation, so that it can't take raw rows: train it with "
            "tinygrad_course train, or give model.preparation before model.save"
        )
    return found


def _rows_with_targets(model: Module, data: Sequence[str]) -> tuple[NDArray[Any], NDArray[Any]]:
    preparation = _preparation(model)
    if isinstance(preparation, TablePreparation):
        table = sources.read_table(data)
        return preparation.apply_table(table), preparation.targets(table)
    if data[0].endswith((".h5", ".hdf5")):
        found = from_h5(*data)
        if found.class_names != preparation.class_names:
            raise DataError(
                f"{data[0]} has the classes {found.class_names}, and the network knows "
                f"{preparation.class_names}"
            )
        return found.x_test, found.y_test
    files, labels = sources.labelled_pictures(data[0], preparation.class_names)
    return preparation.apply(files), labels
