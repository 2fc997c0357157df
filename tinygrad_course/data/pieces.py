"""Rows in pieces: data that are larger than memory, as a sequence of pairs (x, y) of arrays.

    pieces = NpyPieces("x.npy", "y.npy", rows=10_000)
    fit(model, loss, optimizer, pieces, epochs=10, batch_size=64)

A piece may have a third array, the weight of each row, (x, y, sample_weight).

Pieces have a length and are read by number, in any order and by any process: they can be pickled, and hold
paths and numbers, not open files. A list of pairs is one too. Only the piece in use and the next one, which
a thread reads meanwhile, are in memory.

The order of an epoch is a pure function: that of the pieces follows from (seed, epoch), that of the rows in
a piece from (seed, epoch, piece). So there is nothing to save, and a training that goes on sees the rows
that it would have seen. Rows are mixed within a piece only: rows of one class after the other have to be
mixed before.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, SettingError
from ..nn.data_checks import plain_array

Piece: TypeAlias = tuple[NDArray[Any], ...]
"""Rows of x, as many of y, and as many weights of rows if there are some."""

_NAMES = ("x", "y", "sample_weight")


class Pieces(Sequence[Piece]):
    """A sequence of pairs (x, y), or of (x, y, sample_weight).

    A subclass says how many there are, and reads one by its number.
    """

    @abstractmethod
    def read(self, number: int) -> Piece:
        """Read one piece, from 0 to len(self) - 1; a thread calls it."""

    @overload
    def __getitem__(self, number: int) -> Piece: ...
    @overload
    def __getitem__(self, number: slice) -> "Pieces": ...
    def __getitem__(self, number: int | slice) -> "Piece | Pieces":
        if isinstance(number, slice):
            return SomePieces(self, range(len(self))[number])
        return self.read(range(len(self))[number])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} pieces)"


class SomePieces(Pieces):
    """Some of other pieces, such as pieces[:-2] for training and pieces[-2:] for validation."""

    def __init__(self, pieces: Sequence[Any], numbers: Sequence[int]) -> None:
        self.pieces, self.numbers = pieces, numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def read(self, number: int) -> Piece:
        """The piece at this place."""
        return checked_piece(self.numbers[number], self.pieces[self.numbers[number]])


class ArrayPieces(Pieces):
    """Arrays as pieces of so many rows."""

    def __init__(self, x: Any, y: Any, sample_weight: Any = None, *, rows: int) -> None:
        given = [x, y] if sample_weight is None else [x, y, sample_weight]
        self.arrays = [plain_array(name, a) for name, a in zip(_NAMES, given, strict=False)]
        self.rows = checked_count("rows", rows)
        _check_rows(_NAMES, self.arrays)

    def __len__(self) -> int:
        return -(-len(self.arrays[0]) // self.rows)

    def read(self, number: int) -> Piece:
        """Views of these rows."""
        part = slice(number * self.rows, (number + 1) * self.rows)
        return tuple(array[part] for array in self.arrays)


class NpyPieces(Pieces):
    """.npy files of x, y and weights of rows as pieces of so many rows, copied out of memory maps."""

    def __init__(
        self,
        x: str | Path,
        y: str | Path,
        sample_weight: str | Path | None = None,
        *,
        rows: int,
    ) -> None:
        given = [x, y] if sample_weight is None else [x, y, sample_weight]
        self.paths = [Path(path) for path in given]
        self.rows = checked_count("rows", rows)
        maps = self._maps()
        _check_rows([path.name for path in self.paths], maps)
        self._length = -(-len(maps[0]) // self.rows)

    def __len__(self) -> int:
        return self._length

    def read(self, number: int) -> Piece:
        """Copies of these rows."""
        part = slice(number * self.rows, (number + 1) * self.rows)
        return tuple(np.array(array[part]) for array in self._maps())

    def _maps(self) -> list[NDArray[Any]]:
        # Opened for each piece: pages that a map has read stay in its process's memory as long as it is open.
        return [_memory_map(path) for path in self.paths]


def _memory_map(path: Path) -> NDArray[Any]:
    if not path.is_file():
        raise DataError(f"the file {str(path)!r} does not exist")
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise DataError(f"{path.name} is no .npy file that can be mapped: {error}") from None


def as_pieces(data: Any) -> Pieces:
    """Pieces, or a sequence of pairs as pieces.

    Raises: DataError for anything else, and for none.
    """
    if isinstance(data, np.ndarray) or not isinstance(data, Sequence) or isinstance(data, str):
        raise DataError(
            f"x is of type {type(data).__name__}, and there is no y: give both, x and y, or pieces, a "
            f"sequence of pairs (x, y)"
        )
    pieces = data if isinstance(data, Pieces) else SomePieces(data, range(len(data)))
    if not len(pieces):
        raise DataError("there are no pieces")
    return pieces


def checked_piece(number: int, piece: Any) -> Piece:
    """Two arrays with as many rows, or three.

    Raises: DataError that names the piece.
    """
    if not isinstance(piece, (tuple, list)) or len(piece) not in (2, 3):
        what = f"of type {type(piece).__name__}"
        if isinstance(piece, (tuple, list)):
            what = f"a {type(piece).__name__} of length {len(piece)}"
        raise DataError(
            f"piece {number} is {what}, not a pair (x, y) of arrays, or (x, y, sample_weight)"
        )
    names = _NAMES[: len(piece)]
    arrays = tuple(
        plain_array(f"{name} of piece {number}", a) for name, a in zip(names, piece, strict=True)
    )
    _check_rows((f"x of piece {number}", *names[1:]), arrays)
    return arrays


def prefetched(pieces: Pieces, numbers: Sequence[int]) -> Iterator[tuple[int, Piece]]:
    """The pieces of these numbers, in this order: while one is in use a thread reads the next."""
    with ThreadPoolExecutor(1, thread_name_prefix="pieces") as reader:
        coming = reader.submit(pieces.__getitem__, numbers[0])
        for number, following in zip(numbers, [*numbers[1:], None], strict=True):
            piece = coming.result()
            if following is not None:
                coming = reader.submit(pieces.__getitem__, following)
            yield number, piece
            del piece  # before the one after the next is read


def piece_batches(
    pieces: Pieces,
    *,
    batch_size: int,
    seed: int = 0,
    epoch: int = 0,
    shuffle: bool = True,
) -> Iterator[Piece]:
    """One epoch of mini-batches: each row once, pieces and the rows in each in the order of (seed, epoch).

    A batch is a pair (x, y), or has the rows' weights as well, if the pieces have some.
    A batch may have rows of two pieces, so that only the last one is smaller; a single row, which has no
    variance, is not a batch of its own but joins the one before it.

    Shapes: pieces of (m, …), (m, …), (m,) → (batch_size, …), (batch_size, …), (batch_size,)

    Raises: SettingError for a batch_size or a seed that is none; DataError for pieces that don't fit
    together.
    """
    for name, value in (("seed", seed), ("epoch", epoch)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
            raise SettingError(f"{name}={value!r}: must be a whole number, at least 0")
    size = checked_count("batch_size", batch_size)
    return batches_of(SomePieces(pieces, range(len(pieces))), size, seed, epoch, shuffle)


def batches_of(
    pieces: Pieces, batch_size: int, seed: int, epoch: int, shuffle: bool
) -> Iterator[Piece]:
    """`piece_batches` of pieces that are checked when they are read; each has any number of arrays."""
    numbers = order(len(pieces), seed, epoch) if shuffle else range(len(pieces))
    rest: Piece | None = None
    held: Piece | None = None  # the last full batch, which a single row may join
    for number, piece in prefetched(pieces, list(map(int, numbers))):
        count = len(piece[0])
        rows = order(count, seed, epoch, number) if shuffle else np.arange(count)
        begin = 0
        if rest is not None:
            begin = min(batch_size - len(rest[0]), count)
            rest = _joined(number, rest, tuple(array[rows[:begin]] for array in piece))
        while True:
            if rest is not None and len(rest[0]) == batch_size:
                if held is not None:
                    yield held
                held, rest = rest, None
            if begin == count:
                break
            taken = rows[begin : begin + batch_size]
            begin += len(taken)
            rest = tuple(array[taken] for array in piece)
        del piece  # before the one after the next is read
    if held is not None and rest is not None and len(rest[0]) == 1:
        held, rest = _joined(len(pieces) - 1, held, rest), None
    yield from (batch for batch in (held, rest) if batch is not None)


def batches_per_epoch(rows: int, batch_size: int) -> int:
    """How many batches `piece_batches` gives."""
    return max(1, -(-rows // batch_size) - (rows % batch_size == 1 and batch_size > 1))


def order(count: int, seed: int, *key: int) -> NDArray[np.int64]:
    """The numbers 0 … count - 1 in an order that follows from seed and key alone.

    Numerics: by sorting raw numbers, since NumPy may change `Generator.permutation`, see `split.permutation`.
    """
    # As a spawn key: SeedSequence((seed, epoch)) is the same as SeedSequence((seed, epoch, 0)).
    bits = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key))
    return bits.random_raw(count).argsort(kind="stable").astype(np.int64)


def _joined(number: int, first: Piece, second: Piece) -> Piece:
    if len(first) != len(second):
        raise DataError(
            f"piece {number} has {len(second)} arrays, and other pieces {len(first)}: either all have a "
            f"sample_weight or none"
        )
    for name, one, other in zip(_NAMES, first, second, strict=False):
        if one.shape[1:] != other.shape[1:] or one.dtype != other.dtype:
            raise DataError(
                f"{name} of piece {number} has rows of shape {other.shape[1:]} and dtype {other.dtype}, and "
                f"other pieces {one.shape[1:]} and {one.dtype}"
            )
    return tuple(np.concatenate(pair) for pair in zip(first, second, strict=True))


def _check_rows(names: Sequence[str], arrays: Sequence[NDArray[Any]]) -> None:
    x = arrays[0]
    for name, array in zip(names[1:], arrays[1:], strict=False):
        if x.ndim == 0 or array.ndim == 0 or len(x) != len(array) or not len(x):
            raise DataError(
                f"{names[0]} has shape {x.shape} and {name} {array.shape}: there must be rows, and as many "
                f"in both"
            )


def checked_count(name: str, count: Any) -> int:
    """A whole number of 1 or more.

    Raises: SettingError for anything else.
    """
    whole = isinstance(count, (int, np.integer)) and not isinstance(count, bool)
    if not whole or count < 1:
        raise SettingError(f"{name}={count!r}: must be a whole number, at least 1, such as 10_000")
    return int(count)
