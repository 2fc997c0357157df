"""The command `train`: from a table, a database or pictures to a trained network and a report on it."""

import argparse
import json
import sys
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import nn, optim
from ..data.datasets import Dataset
from ..data.split import stratified_split
from ..nn import Module
from ..training import EarlyStopping, History, fit, lr_find
from . import sources
from .figures import Figures, Task, baseline_of, figures_of, lines, outputs_of, reached, shown
from .program import INTERRUPTED
from .report import write_report
from .run_folder import RunFolder, write_json

_LARGEST_BATCH, _STEPS_OF_EPOCH = 256, 20
"""A batch has at most so many rows, and fewer where an epoch had fewer steps than these."""

_VALIDATION = 0.125

_RATES = (5e-4, 2e-2)
"""Between these Adam's rates are, for networks of a few layers."""


class Parts(NamedTuple):
    """The rows to learn from, and those that say when to stop."""

    x: NDArray[np.float32]
    y: NDArray[Any]
    validation: tuple[NDArray[np.float32], NDArray[Any]]


def train(arguments: argparse.Namespace) -> int:
    """Run the command."""
    run = RunFolder(arguments.out)
    table = sources.dataset(arguments.data, vars(arguments))
    run.begin(arguments.resume, arguments.force)
    task = Task(table.class_names)
    say = (lambda *_: None) if arguments.json else print
    say(table)
    parts = _parts(table, arguments.seed)
    model = network(table, task, arguments.hidden, arguments.dropout, arguments.seed)
    batch_size = arguments.batch_size or _batch_size(len(parts.y))
    lr = _rate(arguments, model, task, parts, batch_size)
    say(
        f"{type(model).__name__}: {model.num_parameters():,} parameters, lr={lr:.2g}, batches of {batch_size}"
    )
    optimizer = optim.AdamW(model, lr=lr, weight_decay=arguments.weight_decay)
    early = EarlyStopping(arguments.patience)
    history = fit(
        *(model, task.loss, optimizer, parts.x, parts.y),
        epochs=arguments.epochs,
        batch_size=batch_size,
        validation=parts.validation,
        rng=arguments.seed,
        callbacks=[early],
        checkpoint=run.checkpoint,
        every="15s",
        resume=True if arguments.resume else "auto",
        progress=False if arguments.json else "auto",
    )
    model.preparation = table.preparation
    outputs = outputs_of(model, table.x_test)
    figures = figures_of(task, table.preparation, outputs, table.y_test)
    baseline = baseline_of(task, table.preparation, table.y_train, table.y_test)
    model.save(run.model)
    _write_files(run, arguments, history, early, figures, baseline, lr, batch_size)
    write_report(run, table, task, model, history, outputs, figures, baseline)
    if arguments.json:
        print(
            json.dumps(
                {
                    "test": figures,
                    "baseline": baseline,
                    "epochs": len(history),
                    "run": str(run.path),
                }
            )
        )
    else:
        _say_how_it_went(run, history, early, figures, baseline)
    if history.interrupted:
        print("Interrupted: --resume goes on, with the same arguments.", file=sys.stderr)
        return INTERRUPTED
    return _exit_code(task, figures, arguments.at_least)


def network(
    table: Dataset, task: Task, hidden: tuple[int, ...], dropout: float, seed: int
) -> Module:
    """The network for a data set."""
    sizes = [table.x_train.shape[1], *hidden, task.outputs]
    if not dropout:
        return nn.MLP(sizes, rng=seed)
    layers: list[Module] = []
    for i, (inputs, outputs) in enumerate(pairwise(sizes)):
        layers.append(nn.Linear(inputs, outputs, rng=seed + i))
        if i < len(hidden):
            layers += [nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers, *[nn.Flatten(0)][: task.outputs == 1])


def _parts(table: Dataset, seed: int) -> Parts:
    """A part of the training rows for validation: by class, or at random."""
    x, y = table.x_train, table.y_train
    if table.class_names and np.bincount(y).min() > 1:
        rows, held = stratified_split(y, test_fraction=_VALIDATION, seed=seed)
    else:
        order = np.random.default_rng(seed).permutation(len(y))
        held, rows = np.split(order, [max(1, round(_VALIDATION * len(y)))])
    return Parts(x[rows], y[rows], (x[held], y[held]))


def _batch_size(rows: int) -> int:
    """A power of two."""
    size = 8
    while 2 * size <= min(_LARGEST_BATCH, rows / _STEPS_OF_EPOCH):
        size *= 2
    return min(size, rows)


def _rate(
    arguments: argparse.Namespace, model: Module, task: Task, parts: Parts, batch_size: int
) -> float:
    if arguments.lr != "auto":
        return float(arguments.lr)
    optimizer = optim.AdamW(model, weight_decay=arguments.weight_decay)
    found = lr_find(
        *(model, task.loss, optimizer, parts.x, parts.y),
        batch_size=max(batch_size, min(_LARGEST_BATCH, len(parts.y))),  # since small ones are noisy
        rng=arguments.seed,
        low=1e-5,
        high=1.0,
    )
    # Where the loss falls fastest is as large as a rate may be; among few rows chance finds odd ones.
    low, high = _RATES
    return float(f"{min(max(found.suggestion / 2, low), high):.1e}")


def _write_files(
    run: RunFolder,
    arguments: argparse.Namespace,
    history: History,
    early: EarlyStopping,
    figures: Figures,
    baseline: Figures,
    lr: float,
    batch_size: int,
) -> None:
    write_json(
        run.history,
        {
            **history.to_dict(),
            "best_epoch": early.best_epoch,
            "test": figures,
            "baseline": baseline,
        },
    )
    given = {
        name: value for name, value in vars(arguments).items() if name not in ("run", "command")
    }
    said = {name: str(value) if name == "out" else value for name, value in given.items()}
    write_json(run.settings, {**said, "lr": lr, "batch_size": batch_size})


def _say_how_it_went(
    run: RunFolder, history: History, early: EarlyStopping, figures: Figures, baseline: Figures
) -> None:
    print(
        f"{len(history)} epochs in {history.seconds:.1f} s, the best was {early.best_epoch}. Test rows:"
    )
    print(*lines(figures, baseline), sep="\n")
    print(f"{run.path}: {', '.join(sorted(file.name for file in run.path.iterdir()))}")


def _exit_code(task: Task, figures: Figures, goal: float | None) -> int:
    if reached(task, figures, goal):
        return 0
    found = shown(task.goal, figures[task.goal])
    print(
        f"{task.goal} is {found}, below the goal of {shown(task.goal, goal or 0)}.", file=sys.stderr
    )
    return 1
