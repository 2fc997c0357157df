"""The data set that is a table, read with SQL from a database."""

from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from .datasets import Dataset, shipped_file
from .split import stratified_split
from .table_preparation import NumberColumn, TablePreparation, Target


def breast_cancer(*, test_fraction: float = 0.2, seed: int = 0) -> Dataset:
    """Breast Cancer Wisconsin (Diagnostic): 569 tumours, 30 measurements each.

    The classes are counted as in scikit-learn: 0 is malignant (212 rows), 1 is benign (357).

    Every column is standardised, x ← (x - μ) / σ, with the mean μ and the standard deviation σ of
    the training rows only, so that nothing of the test rows leaks into training.

    Shapes: x (m, 30) float32, y (m,) int64.

    Raises: DataError for an invalid test_fraction or seed, see `stratified_split`.

    Source: W. Wolberg, O. Mangasarian, N. Street, W. Street (1993), UCI Machine Learning
    Repository, doi:10.24432/C5DW2B, CC BY 4.0.
    """
    x, y, feature_names, class_names = _read_database()
    train, test = stratified_split(y, test_fraction=test_fraction, seed=seed)
    mean, std = x[train].mean(axis=0), x[train].std(axis=0)
    x = (x - mean) / std
    columns = [
        NumberColumn(name, *moments)
        for name, *moments in zip(feature_names, mean.tolist(), std.tolist(), strict=True)
    ]
    return Dataset(
        name="breast_cancer",
        x_train=x[train].astype(np.float32),
        y_train=y[train],
        x_test=x[test].astype(np.float32),
        y_test=y[test],
        class_names=class_names,
        feature_names=feature_names,
        scaling="standardised with the mean and standard deviation of the training rows",
        source="UCI Breast Cancer Wisconsin (Diagnostic), doi:10.24432/C5DW2B, CC BY 4.0",
        preparation=TablePreparation(columns, Target("diagnosis", class_names)),
    )


def _read_database() -> tuple[
    NDArray[np.float64], NDArray[np.int64], tuple[str, ...], tuple[str, ...]
]:
    import sqlite3  # where it is used: some builds of Python come without it

    with shipped_file("breast_cancer.sqlite") as path:
        # Only a URI can open the file without writing, locking or journalling: the package may be
        # installed in a folder that the user may not write to.
        uri = path.absolute().as_uri() + "?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as database:
            samples = database.execute("SELECT * FROM samples ORDER BY id")
            columns = [description[0] for description in samples.description]
            table = np.array(samples.fetchall(), dtype=np.float64)
            diagnoses = database.execute("SELECT name FROM diagnoses ORDER BY label").fetchall()

    features = [i for i, column in enumerate(columns) if column not in ("id", "label")]
    return (
        table[:, features],
        table[:, columns.index("label")].astype(np.int64),
        tuple(columns[i].replace("_", " ") for i in features),
        tuple(name for (name,) in diagnoses),
    )
