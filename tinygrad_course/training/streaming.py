"""Pieces as the data of `fit` and `evaluate`: checked once, then read piece by piece in every epoch.

Memory stays the same however many rows there are: two pieces, one batch, and what the model needs for it. So
predictions can't be kept until the epoch ends. A loss that is a mean or a sum of rows is added up, and so
are metrics that have a `sum_form`, as `accuracy` has: a function of the same arguments, also of
`sample_weight`, that returns numbers or arrays which add up over batches. The metric is the quotient of their
sums, of a total and a count; or what its function `of_sums` makes of the sums, as `f1` has it. Of other
losses and metrics all predictions are kept: a number or a few per row, but no inputs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.batching import batches, bounds
from ..data.pieces import (
    Piece,
    Pieces,
    as_pieces,
    batches_of,
    batches_per_epoch,
    checked_count,
    checked_piece,
    prefetched,
)
from ..errors import DataError, SettingError
from ..nn import Module
from ..nn.data_checks import checked_inputs, checked_rows
from ..nn.predictions import check_no_nan
from ..primitive import Shape
from .checks import Metric, dry_run
from .reduction import LossFunction, Reduction
from .weighting import (
    ClassWeight,
    Weighting,
    no_loss,
    sample_weights,
    takes_weights,
    weighted,
)

_TARGETS_FOR_REDUCTION = 8
"""How many targets of each piece are looked at, to find out what a loss reduces to."""

_PIECES_FOR_REDUCTION = 64
"""And of how many pieces."""

SumForm = Callable[[NDArray[Any], NDArray[Any]], tuple[Any, ...]]


class Streamed(Pieces):
    """Pieces that were checked; it has the length and the shape of the array that they would be together."""

    def __init__(self, what: str, pieces: Pieces, model: Module) -> None:
        self._what, self._pieces, self._model = what, pieces, model
        self.rows = 0
        self.shape: Shape = ()
        self.seed = 0
        self.weighting: Weighting | None = None
        self._kinds: tuple[Shape, Shape, Any, bool] | None = None

    def __len__(self) -> int:
        return len(self._pieces)

    def read(self, number: int) -> Piece:
        """One piece in the dtype of the model: x, y and, if rows have weights, `Weighting.columns_of` them.

        Until all pieces were read once, sample weights are in place of these.
        """
        x, y, *weights = checked_piece(number, self._pieces[number])
        inputs = checked_inputs(f"{self._what}x of piece {number}", x, self._model)
        targets = checked_rows(f"{self._what}y of piece {number}", y, len(inputs))
        samples = [
            sample_weights(f"{self._what}sample_weight of piece {number}", w, len(inputs))
            for w in weights
        ]
        kinds = (inputs.shape[1:], targets.shape[1:], targets.dtype, bool(weights))
        if self._kinds is None:
            self._kinds = kinds
        if kinds != self._kinds:
            raise DataError(
                f"{self._what}piece {number} has {_described(kinds)}, and the first one "
                f"{_described(self._kinds)}"
            )
        if self.weighting is None:
            return inputs, targets, *samples
        given = samples[0] if samples else None
        return inputs, targets, *self.weighting.columns_of(targets, given)

    @property
    def has_sample_weights(self) -> bool:
        """Whether rows have weights of their own, which metrics get as well."""
        return self._kinds is not None and self._kinds[3]


def _described(kinds: tuple[Shape, Shape, Any, bool]) -> str:
    x, y = (f"(m, {', '.join(map(str, shape))})" if shape else "(m,)" for shape in kinds[:2])
    return f"x {x} and y {y} of dtype {kinds[2]}, {'with' if kinds[3] else 'without'} sample_weight"


def checked_pieces(
    what: str,
    data: Any,
    model: Module,
    loss: LossFunction | None,
    metrics: Mapping[str, Metric],
    class_weight: ClassWeight = None,
    by_label: dict[Any, float] | None = None,
) -> tuple[Streamed, Reduction]:
    """Every piece read and checked, and what the loss reduces to on them.

    What their rows weigh is in `Streamed.weighting`; None if all weigh the same.

    Raises: DataError, naming piece, row and column, and what `dry_run` and `Weighting` raise.
    """
    weighting = None
    streamed = Streamed(what, as_pieces(data), model)
    some = np.linspace(0, len(streamed) - 1, _PIECES_FOR_REDUCTION).astype(int)
    sampled: list[NDArray[Any]] = []
    for number, (x, y, *samples) in prefetched(streamed, range(len(streamed))):
        if number == 0 and (samples or class_weight is not None or by_label is not None):
            weighting = Weighting(loss or no_loss, class_weight, by_label, what)
        dry_run(model, weighting or loss, x, y, metrics)
        if weighting is not None:
            weighting.see(y, samples[0] if samples else None)
        streamed.rows += len(x)
        if number == 0:
            first = x[:1].copy()
        if number in some:
            sampled.append(y[np.linspace(0, len(y) - 1, _TARGETS_FOR_REDUCTION).astype(int)])
    targets = np.concatenate(sampled)
    reduction = dry_run(model, weighting or loss, first, targets)
    streamed.shape = (streamed.rows, *first.shape[1:])
    if weighting is not None:
        weighting.settle()
        streamed.weighting = weighting
        reduction = weighting.reduction
    return streamed, reduction


def check_no_sample_weight(sample_weight: Any) -> None:
    """Raise SettingError for an array of weights beside rows that come in pieces."""
    if sample_weight is not None:
        raise SettingError(
            "sample_weight is given beside pieces: give the weights with the rows, in pieces "
            "(x, y, sample_weight), such as data.ArrayPieces(x, y, sample_weight, rows=1000)"
        )


def number_of_rows(x: Any) -> int:
    """How many rows there are, in an array or in pieces."""
    return x.rows if isinstance(x, Streamed) else len(x)


def number_of_batches(x: Any, y: Any, batch_size: int) -> int:
    """How many batches an epoch has.

    Raises: DataError or SettingError for a batch_size that is no whole number of 1 or more.
    """
    if isinstance(x, Streamed):
        return batches_per_epoch(x.rows, checked_count("batch_size", batch_size))
    batches(x, y, batch_size=batch_size, shuffle=False)  # checks batch_size
    return len(bounds(len(x), batch_size, join_single=True))


def shuffled_batches(
    x: Any, y: Any, *weights: Any, batch_size: int, rng: np.random.Generator, epoch: int
) -> Iterator[tuple[NDArray[Any], ...]]:
    """An epoch of batches in random order; `epoch` counts those that were trained before."""
    if isinstance(x, Streamed):
        return batches_of(x, batch_size, x.seed, epoch, shuffle=True)
    return batches(x, y, *weights, batch_size=batch_size, rng=rng, join_single=True)


def batches_in_order(
    x: Any, y: Any, *weights: Any, batch_size: int
) -> Iterator[tuple[NDArray[Any], ...]]:
    """All rows once, as they come."""
    if isinstance(x, Streamed):
        return batches_of(x, batch_size, 0, 0, shuffle=False)
    return batches(x, y, *weights, batch_size=batch_size, shuffle=False)


class Sums:
    """The metrics that are added up, because rows come in pieces; none if they are in arrays."""

    def __init__(self, x: Any, model: Module, metrics: Mapping[str, Metric]) -> None:
        self._model = model
        self._forms: dict[str, SumForm] = {}
        if isinstance(x, Streamed):
            forms = {name: sum_form(metric) for name, metric in metrics.items()}
            if x.has_sample_weights:
                forms = {
                    name: form if takes_weights(form) or not takes_weights(metrics[name]) else None
                    for name, form in forms.items()
                }
            self._forms = {name: form for name, form in forms.items() if form is not None}
        self._of_sums = {name: of_sums(metrics[name]) for name in self._forms}
        self._sums: dict[str, list[Any]] = {name: [] for name in self._forms}
        self._order = list(metrics)
        self.others = {name: m for name, m in metrics.items() if name not in self._forms}
        """The metrics that need all predictions."""

    def add(
        self,
        prediction: NDArray[Any],
        target: NDArray[Any],
        sample_weight: NDArray[Any] | None = None,
    ) -> None:
        """The predictions of one batch."""
        if self._forms:
            check_no_nan(self._model, "prediction", prediction)
        for name, form in self._forms.items():
            parts = weighted(form, sample_weight)(prediction, target)
            before = self._sums[name] or [0.0] * len(parts)
            self._sums[name] = [
                sum_ + np.asarray(part, np.float64)
                for sum_, part in zip(before, parts, strict=True)
            ]

    def state(self) -> dict[str, list[Any]]:
        """What was added up, as values for JSON."""
        return {name: [part.tolist() for part in sums] for name, sums in self._sums.items()}

    def restore(self, state: Mapping[str, Sequence[Any]]) -> None:
        """The inverse of `state`."""
        self._sums = {name: [np.array(part) for part in state[name]] for name in self._forms}

    def among(self, figures: dict[str, float]) -> dict[str, float]:
        """The other figures with those that were added up, in the order of the metrics."""
        summed = {name: float(self._of_sums[name](*self._sums[name])) for name in self._forms}
        every = figures | summed
        return {name: every[name] for name in sorted(every, key=self._place)}

    def _place(self, name: str) -> int:
        return 1 + self._order.index(name) if name in self._order else 0


def sum_form(metric: Metric) -> SumForm | None:
    """The form of a metric that can be added up, also of one with settings; None if it has none."""
    if isinstance(metric, partial):
        form = sum_form(metric.func)
        return None if form is None else partial(form, *metric.args, **metric.keywords)
    found: SumForm | None = getattr(metric, "sum_form", None)
    return found


def of_sums(metric: Metric) -> Callable[..., Any]:
    """What makes the metric of the sums; their quotient, if nothing else is said."""
    if isinstance(metric, partial):
        made = of_sums(metric.func)
        return made if made is np.divide else partial(made, *metric.args, **metric.keywords)
    found: Callable[..., Any] = getattr(metric, "of_sums", np.divide)
    return found
