"""`TablePreparation`: columns of numbers are standardised, columns of text become columns of 0 and 1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from ..nn.preparation import VERSION, Preparation, State, checked, finite, texts
from .frames import is_frame, is_row, table_of_rows
from .table import Table, as_categories, as_numbers, gaps_in

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class NumberColumn:
    """x = (value - mean) / deviation; a gap is the mean, so 0, with 1 in a column of its own."""

    name: str
    mean: float
    deviation: float
    fills: bool = False
    """Whether a gap is filled, and not refused."""
    flag: bool = False
    """Whether there is a column that says where a gap was."""

    @property
    def features(self) -> tuple[str, ...]:
        """The names of its columns of x."""
        return (self.name, f"{self.name} is missing") if self.flag else (self.name,)

    def apply(self, table: Table) -> list[Floats]:
        """Its columns of x."""
        values, wrong = as_numbers(table.column(self.name))
        table.refuse({self.name: wrong}, "a value that is no finite number", "Correct it.")
        gaps = np.isnan(values)
        if not self.fills:
            table.refuse(
                {self.name: gaps},
                "a gap",
                "The model was trained without gaps here: fill them, or train it on data that has them, with "
                f"missing={{{self.name!r}: 'mean'}}.",
            )
        scaled = (np.where(gaps, self.mean, values) - self.mean) / self.deviation
        return [scaled, gaps.astype(np.float64)] if self.flag else [scaled]


@dataclass(frozen=True)
class CategoryColumn:
    """One column of 0 and 1 per category, and one for gaps if they are a category."""

    name: str
    categories: tuple[str, ...]
    gap: bool = False
    """Whether gaps are a category of their own, and not refused."""
    zeros: bool = False
    """Whether a category that training had not is 0 everywhere, and not refused."""

    @property
    def features(self) -> tuple[str, ...]:
        """The names of its columns of x."""
        names = tuple(f"{self.name}={category}" for category in self.categories)
        return (*names, f"{self.name} is missing") if self.gap else names

    def apply(self, table: Table) -> list[Floats]:
        """Its columns of x."""
        values = as_categories(table.column(self.name))
        gaps = gaps_in(values)
        if not self.gap:
            table.refuse(
                {self.name: gaps},
                "a gap",
                "The model was trained without gaps here: fill them, or train it on data that has them, with "
                f"missing={{{self.name!r}: 'category'}}.",
            )
        index = {category: i for i, category in enumerate(self.categories)}
        found = np.fromiter((index.get(v, -1) for v in values), dtype=np.int64, count=len(values))
        if not self.zeros:
            table.refuse(
                {self.name: (found < 0) & ~gaps},
                "a category that no training row has",
                f"Known are {_some(self.categories)}; unknown='zeros', when the data set is made, "
                "takes a category that training had not as none of them.",
            )
        columns = [(found == i).astype(np.float64) for i in range(len(self.categories))]
        return [*columns, gaps.astype(np.float64)] if self.gap else columns


@dataclass(frozen=True)
class Target:
    """What is predicted: a class, by its index in `class_names`, or a number, which is standardised."""

    name: str
    class_names: tuple[str, ...] = ()
    mean: float = 0.0
    deviation: float = 1.0

    def apply(self, table: Table) -> NDArray[Any]:
        """y: int64 class indices, or float32 standardised numbers."""
        column = table.column(self.name)
        table.refuse({self.name: gaps_in(column)}, "no target", DROP.format(self.name))
        if not self.class_names:
            values, wrong = as_numbers(column)
            table.refuse(
                {self.name: wrong},
                "a target that is no finite number",
                "Correct it, or leave it out.",
            )
            return ((values - self.mean) / self.deviation).astype(np.float32)
        names = as_categories(column)
        index = {name: i for i, name in enumerate(self.class_names)}
        found = np.fromiter((index.get(name, -1) for name in names), np.int64, count=len(names))
        table.refuse(
            {self.name: found < 0}, "an unknown class", f"Known are {_some(self.class_names)}."
        )
        return found


DROP = "missing={{{0!r}: 'drop'}} leaves such rows out."


class TablePreparation(Preparation):
    """How the rows of a table become x and y, learnt from the training rows alone."""

    kind = "table"
    takes = "rows with names, such as a data frame or a list of dictionaries"

    def __init__(self, columns: Sequence[NumberColumn | CategoryColumn], target: Target) -> None:
        self.columns = tuple(columns)
        self.target = target
        self.class_names = target.class_names
        self.feature_names = tuple(name for column in self.columns for name in column.features)

    def __repr__(self) -> str:
        return (
            f"TablePreparation({len(self.columns)} columns, {len(self.feature_names or ())} features, "
            f"target {self.target.name!r})"
        )

    def is_raw(self, rows: Any) -> bool:
        """Whether the rows have names: a data frame, a dictionary of columns, or rows as dictionaries."""
        if isinstance(rows, (list, tuple)):
            return bool(rows) and isinstance(rows[0], Mapping)
        return isinstance(rows, (Mapping, Table)) or is_frame(rows) or is_row(rows)

    def apply(self, rows: Any) -> NDArray[np.float32]:
        """Raw rows as x: a data frame, a dictionary of columns, rows as dictionaries or in column order.

        A dictionary of values, in place of columns, is one row, and so is a row of a data frame.

        Columns that the model does not use are ignored, and so is the target.

        Shapes: m rows → (m, n_x).

        Raises: DataError for a column that is missing, and, with row, column and value, for what is no
        number, for a gap where training had none, and for an unknown category.
        """
        table = table_of_rows(rows, tuple(column.name for column in self.columns))
        return self.apply_table(table)

    def apply_table(self, table: Table) -> NDArray[np.float32]:
        """The same for a table that was read from a file or a database."""
        parts = [part for column in self.columns for part in column.apply(table)]
        with np.errstate(over="ignore"):
            x = np.stack(parts, axis=1).astype(np.float32)
        if not np.isfinite(x).all():
            row, column = (int(i) for i in np.argwhere(~np.isfinite(x))[0])
            raise DataError(
                f"{table.source}: {table.where(row)}, {(self.feature_names or ())[column]!r} is too far from "
                f"the training rows for float32: correct the value"
            )
        return x

    def targets(self, table: Table) -> NDArray[Any]:
        """y of a table that has the target: class indices, or standardised numbers.

        Raises: DataError for gaps, unknown classes and what is no number.
        """
        return self.target.apply(table)

    def in_units(self, y: Any) -> NDArray[Any]:
        """Targets, or a model's predictions, in the units of the table: names of classes, or numbers.

        Raises: DataError for anything but indices of the classes, if there are some.
        """
        if self.class_names:
            return super().in_units(y)
        return np.asarray(y, dtype=np.float64) * self.target.deviation + self.target.mean

    def to_state(self) -> State:
        """Everything in plain data and arrays, for a model's file."""
        numeric = [column for column in self.columns if isinstance(column, NumberColumn)]
        data = {
            "kind": self.kind,
            "version": VERSION,
            "columns": [_column_state(column) for column in self.columns],
            "target": {"name": self.target.name, "class_names": list(self.class_names)},
        }
        arrays = {
            "means": np.array([column.mean for column in numeric], dtype=np.float64),
            "deviations": np.array([column.deviation for column in numeric], dtype=np.float64),
            "target": np.array([self.target.mean, self.target.deviation], dtype=np.float64),
        }
        return data, arrays

    @classmethod
    def _from_state(
        cls, data: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> "TablePreparation":
        states = checked(data["columns"], list)
        count = sum(state["type"] == "number" for state in states)
        means = iter(finite(arrays, "means", count).tolist())
        deviations = finite(arrays, "deviations", count)
        mean, deviation = finite(arrays, "target", 2).tolist()
        if (deviations <= 0).any() or deviation <= 0:
            raise ValueError("deviations must be above 0")
        divisors = iter(deviations.tolist())
        columns: list[NumberColumn | CategoryColumn] = []
        for state in states:
            name = checked(state["name"], str)
            if checked(state["type"], str, ("number", "category").__contains__) == "number":
                fills, flag = checked(state["fills"], bool), checked(state["flag"], bool)
                columns.append(NumberColumn(name, next(means), next(divisors), fills, flag))
            else:
                gap, zeros = checked(state["gap"], bool), checked(state["zeros"], bool)
                columns.append(CategoryColumn(name, texts(state["categories"]), gap, zeros))
        target = data["target"]
        names = texts(target["class_names"])
        if not columns or len({column.name for column in columns}) < len(columns):
            raise ValueError("there are no columns, or two of one name")
        if len(names) == 1:
            raise ValueError(f"there is one class, {names[0]!r:.60}")
        return cls(columns, Target(checked(target["name"], str), names, mean, deviation))


def _column_state(column: NumberColumn | CategoryColumn) -> dict[str, Any]:
    if isinstance(column, NumberColumn):
        return {
            "type": "number",
            "name": column.name,
            "fills": column.fills,
            "flag": column.flag,
        }
    return {
        "type": "category",
        "name": column.name,
        "categories": list(column.categories),
        "gap": column.gap,
        "zeros": column.zeros,
    }


def _some(names: Sequence[str], shown: int = 8) -> str:
    """The first names of many."""
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(map(repr, names[:shown])) + more
