"""From a table to a `Dataset`: rows are split, and the training rows alone teach what prepares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, SettingError
from .datasets import Dataset, imbalance
from .split import grouped_split, random_split, stratified_split, time_ordered_split
from .table import Mask, Table, as_categories, as_numbers, gaps_in, plural
from .table_preparation import DROP, CategoryColumn, NumberColumn, TablePreparation, Target

_POLICIES = ("refuse", "mean", "category", "drop")

_MOST_CLASSES = 20
"""Whole numbers with more different values than this are no classes, unless task="classes" says so."""

_ROWS_PER_CLASS = 5
"""Nor are those with fewer rows per value, on average."""

_MOST_CATEGORIES = 100
"""A column of text with more values is a name or a sentence, and would be as many columns of x."""


class TableOptions(TypedDict, total=False):
    """What every source of tables takes, beside what it reads and the target.

    - missing: what to do with gaps, for all columns or by column, {"age": "mean"}. "refuse" (the default)
      counts them and raises. "mean" takes the mean of the training rows, with a column that says where a gap
      was; in columns of text, which have no mean, a gap is a category. "category" makes gaps in text a
      category, and refuses those in numbers. "drop" leaves the rows out. Rows without a target are refused
      or dropped.
    - leave_out: columns that are no input, such as a number that only counts the rows.
    - categories: columns of numbers that are names, such as a postal code: they become columns of 0 and 1.
    - unknown: "refuse" (the default) or "zeros", for a category that no training row has.
    - task: "classes" or "numbers", what the target is; "auto" takes text, True and False as classes, and
      whole numbers if they have at most 20 different values with five rows each on average.
    - test_fraction, seed: how many rows are for testing, and the seed that chooses them: by class, or at
      random for numbers.
    - groups: a column; rows of one group are in one part. time: a column; the latest rows are for testing.
      Neither is an input then.
    - name: what reports and plots call the data set.
    """

    missing: str | Mapping[str, str]
    leave_out: Sequence[str]
    categories: Sequence[str]
    unknown: str
    task: str
    test_fraction: float
    seed: int
    groups: str | None
    time: str | None
    name: str | None


@dataclass(frozen=True)
class Options:
    """The same with all defaults, checked."""

    target: str
    missing: str | Mapping[str, str] = "refuse"
    leave_out: Sequence[str] = ()
    categories: Sequence[str] = ()
    unknown: str = "refuse"
    task: str = "auto"
    test_fraction: float = 0.2
    seed: int = 0
    groups: str | None = None
    time: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.target, str):
            raise SettingError(f"target={self.target!r}: must be the name of a column")
        by_column = self.missing if isinstance(self.missing, Mapping) else {"": self.missing}
        for column, policy in by_column.items():
            if policy not in _POLICIES:
                of = f" for column {column!r}" if column else ""
                raise SettingError(f"missing={policy!r}{of}: must be one of {', '.join(_POLICIES)}")
        if by_column.get(self.target) in ("mean", "category"):
            raise SettingError(
                f"missing={by_column[self.target]!r} for the target {self.target!r}: a target can't be made "
                f"up, only 'refuse' or 'drop'"
            )
        for option, allowed in (
            ("unknown", ("refuse", "zeros")),
            ("task", ("auto", "classes", "numbers")),
        ):
            if getattr(self, option) not in allowed:
                found = getattr(self, option)
                raise SettingError(f"{option}={found!r}: must be one of {', '.join(allowed)}")
        for option in ("leave_out", "categories"):
            if isinstance(getattr(self, option), str):
                found = getattr(self, option)
                raise SettingError(f"{option}={found!r}: give a list of columns, [{found!r}]")
        if self.groups is not None and self.time is not None:
            raise SettingError("groups and time: rows are split by one of them, so give one")

    def policy(self, column: str) -> str:
        """What to do with the gaps of a column."""
        if isinstance(self.missing, str):
            return self.missing
        return self.missing.get(column, "refuse")


def dataset_of(table: Table, options: Options) -> Dataset:
    """A data set of a table, see `TableOptions`.

    Raises: DataError for columns that are not there, gaps, values that are no numbers, columns that can't be
    an input, and splits that leave a part empty.
    """
    inputs = _inputs(table, options)
    read = len(table)
    table = _without_dropped(table, [*inputs, options.target], options)
    kinds = {name: _kind(table, name, options) for name in inputs}
    _refuse_gaps(table, kinds, options)
    is_class = _is_class(table, options)
    train, test = _split(table, is_class, options)
    rows = table.rows(_among(train, len(table)))
    columns = [_learnt(rows, name, kinds[name], options) for name in inputs]
    preparation = TablePreparation(columns, _learnt_target(table, rows, is_class, options))
    x, y = preparation.apply_table(table), preparation.targets(table)
    notes = []
    if read > len(table):
        notes.append(f"{plural(read - len(table), 'row')} of {read} left out because of gaps")
    if constant := [
        c.name for c in columns if isinstance(c, NumberColumn) and _is_flat(rows, c.name)
    ]:
        notes.append(f"the same number in all training rows: {', '.join(map(repr, constant))}")
    if is_class:
        notes += imbalance(y[train], preparation.class_names)
    return Dataset(
        name=options.name or table.source,
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        class_names=preparation.class_names,
        feature_names=preparation.feature_names,
        scaling=_scaling(preparation),
        source=table.source,
        preparation=preparation,
        notes=tuple(notes),
    )


def _inputs(table: Table, options: Options) -> list[str]:
    """The columns that become x."""
    by_column = [] if isinstance(options.missing, str) else [*options.missing]
    beside = [options.groups, options.time]
    for name in (options.target, *options.leave_out, *options.categories, *by_column, *beside):
        if name is not None:
            table.column(name)
    no_input = {options.target, options.groups, options.time, *options.leave_out}
    inputs = [name for name in table.columns if name not in no_input]
    if not inputs:
        raise DataError(
            f"{table.source} has no column that is an input: {options.target!r} is the target"
        )
    return inputs


def _without_dropped(table: Table, names: Sequence[str], options: Options) -> Table:
    gaps = [gaps_in(table.column(n)) for n in names if options.policy(n) == "drop"]
    if not gaps:
        return table
    kept = ~np.logical_or.reduce(gaps)
    if not kept.any():
        raise DataError(f"{table.source}: every row has a gap, so that 'drop' leaves none")
    return table.rows(kept)


def _kind(table: Table, name: str, options: Options) -> str:
    """Whether a column is "number" or "category".

    Raises: DataError for dates, and for a column of numbers with values that are none.
    """
    column = table.column(name)
    if column.dtype.kind == "M":
        raise DataError(
            f"{table.source}: column {name!r} has dates: leave it out, leave_out=[{name!r}], split by it, "
            f"time={name!r}, or make numbers of it, such as the day of the week"
        )
    if name in options.categories:
        return "category"
    values, wrong = as_numbers(column)
    numeric = int((~np.isnan(values) & ~wrong).sum())
    if gaps_in(column).all():
        raise DataError(
            f"{table.source}: column {name!r} is empty: leave it out, leave_out=[{name!r}]"
        )
    if column.dtype.kind == "f" or numeric >= wrong.sum():
        if column.dtype.kind == "f":
            advice = "Correct the values."
        else:
            advice = (
                f"Correct the values, say that they are gaps, or, if the numbers are names, "
                f"categories=[{name!r}]."
            )
        table.refuse({name: wrong}, "a value that is no finite number", advice)
        return "number"
    return "category"


def _refuse_gaps(table: Table, kinds: Mapping[str, str], options: Options) -> None:
    """Raise DataError for all gaps that are to be refused."""
    target = gaps_in(table.column(options.target))
    table.refuse({options.target: target}, "no target", DROP.format(options.target))
    refused: dict[str, Mask] = {}
    for name, kind in kinds.items():
        policy = options.policy(name)
        if policy == "refuse" or (policy == "category" and kind == "number"):
            refused[name] = gaps_in(table.column(name))
    table.refuse(
        refused,
        "gaps",
        "missing='mean' takes the mean, with a column that says where a gap was; missing='category' makes "
        "gaps in text a category; missing='drop' leaves the rows out.",
    )


def _is_class(table: Table, options: Options) -> bool:
    column = table.column(options.target)
    if options.task != "auto":
        return options.task == "classes"
    values, wrong = as_numbers(column)
    if column.dtype.kind == "M":
        raise DataError(
            f"{table.source}: the target {options.target!r} has dates: make numbers of them"
        )
    if wrong.any():
        numeric = len(column) - int(wrong.sum())
        if column.dtype.kind == "f" or numeric >= wrong.sum():
            table.refuse(
                {options.target: wrong},
                "a target that is no finite number",
                "Correct it, or say task='classes'.",
            )
        return True
    different = len(np.unique(values))
    return bool(
        (values == np.floor(values)).all()
        and different <= _MOST_CLASSES
        and (different <= 2 or len(values) >= _ROWS_PER_CLASS * different)
    )


def _split(
    table: Table, is_class: bool, options: Options
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    fraction, seed = options.test_fraction, options.seed
    for name in (options.groups, options.time):
        if name is not None:
            gaps = gaps_in(table.column(name))
            table.refuse(
                {name: gaps}, "a gap", f"missing={{{name!r}: 'drop'}} leaves the rows out."
            )
    if options.groups is not None:
        groups = as_categories(table.column(options.groups))
        return grouped_split(groups, test_fraction=fraction, seed=seed)
    if options.time is not None:
        return time_ordered_split(table.column(options.time), test_fraction=fraction)
    if is_class:
        labels = as_categories(table.column(options.target)).astype(str)
        return stratified_split(labels, test_fraction=fraction, seed=seed)
    return random_split(len(table), test_fraction=fraction, seed=seed)


def _among(rows: NDArray[np.int64], count: int) -> Mask:
    mask = np.zeros(count, dtype=bool)
    mask[rows] = True
    return mask


def _learnt(rows: Table, name: str, kind: str, options: Options) -> NumberColumn | CategoryColumn:
    """What prepares a column, learnt from these rows."""
    column = rows.column(name)
    gaps = gaps_in(column)
    if gaps.all():
        raise DataError(
            f"{rows.source}: column {name!r} is empty in all training rows: leave it out, "
            f"leave_out=[{name!r}]"
        )
    fills = options.policy(name) == "mean"
    if kind == "number":
        values = as_numbers(column)[0][~gaps]
        mean, deviation = _moments(values)
        return NumberColumn(name, mean, deviation, fills, flag=fills and bool(gaps.any()))
    found = as_categories(column)[~gaps]
    categories = in_order(set(found.tolist()))
    if len(categories) > _MOST_CATEGORIES:
        raise DataError(
            f"{rows.source}: column {name!r} has {len(categories)} different values in {len(rows)} training "
            f"rows, more than the {_MOST_CATEGORIES} that can be categories: leave it out, "
            f"leave_out=[{name!r}], or join its values"
        )
    filled = fills or options.policy(name) == "category"
    return CategoryColumn(name, categories, filled, options.unknown == "zeros")


def _moments(values: NDArray[np.float64]) -> tuple[float, float]:
    """The mean and the standard deviation, or 1 where all values are equal.

    Equal values may differ from their mean by rounding: the deviation is then as small as that, and would
    blow up the last bit.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        mean, deviation = float(values.mean()), float(values.std())
    if not (np.isfinite(mean) and np.isfinite(deviation)):
        scale = float(np.abs(values).max())
        mean, deviation = (float(f(values / scale)) * scale for f in (np.mean, np.std))
    if deviation == 0 or values.min() == values.max():
        return (float(values[0]) if values.min() == values.max() else mean), 1.0
    return mean, deviation


def _learnt_target(table: Table, rows: Table, is_class: bool, options: Options) -> Target:
    """Classes are those of all rows, also if only the test part has one; moments are of training rows."""
    if is_class:
        names = in_order(set(as_categories(table.column(options.target)).tolist()))
        if len(names) < 2:
            raise DataError(
                f"{table.source}: every target is {names[0]!r}: there is nothing to tell apart"
            )
        return Target(options.target, names)
    _, wrong = as_numbers(table.column(options.target))
    table.refuse(
        {options.target: wrong},
        "a target that is no finite number",
        "Correct it, or say task='classes'.",
    )
    return Target(options.target, (), *_moments(as_numbers(rows.column(options.target))[0]))


def in_order(names: set[str]) -> tuple[str, ...]:
    """Names in alphabetical order; numbers by their size."""
    try:
        return tuple(sorted(names, key=lambda name: (float(name), name)))
    except ValueError:
        return tuple(sorted(names))


def _is_flat(rows: Table, name: str) -> bool:
    values = as_numbers(rows.column(name))[0]
    values = values[~np.isnan(values)]
    return bool(values.min() == values.max())


def _scaling(preparation: TablePreparation) -> str:
    inputs = "numbers standardised with the mean and standard deviation of the training rows"
    return inputs if preparation.class_names else f"{inputs}, and so is the target"
