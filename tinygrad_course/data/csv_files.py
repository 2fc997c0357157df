"""Reading CSV: pandas parses, and what it can't parse is named by line.

pandas knows encodings, quoting, decimal commas and words for "missing", and reads fast. It does not say where
a value stands, it fills short lines, and it stops at the first long one. So if something is wrong, and only
then, the file is read once more, record by record.
"""

import bz2
import csv
import gzip
import lzma
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from ..errors import DataError
from .extras import needed
from .frames import check_names, with_rows
from .table import Table, column_of, gaps_in, plural

_OPENERS: dict[str, Callable[..., IO[Any]]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
}


def read_csv(
    path: str | Path,
    *,
    separator: str = ",",
    decimal: str = ".",
    thousands: str | None = None,
    encoding: str = "utf-8",
    quote: str = '"',
    missing_words: Sequence[str] = (),
) -> Table:
    """A CSV file as a table, see `from_csv`."""
    pandas = needed("pandas", "tables", "reading CSV")
    file = _CsvFile(path, separator, encoding, quote)
    names = file.names(decimal)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pandas.errors.ParserWarning)  # it cuts long lines off
            frame = pandas.read_csv(
                file.path,
                sep=separator,
                decimal=decimal,
                thousands=thousands,
                encoding=encoding,
                quotechar=quote,
                na_values=list(missing_words),
                low_memory=False,  # else a column may be numbers in one part, and text in another
                index_col=False,  # else one value too many would be the name of the row
                header=0,
                names=names,
            )
    except UnicodeError:
        raise file.encoding_error() from None
    except (
        pandas.errors.ParserError,
        pandas.errors.ParserWarning,
        pandas.errors.EmptyDataError,
    ) as error:
        file.check_lengths(len(names))
        if "EOF inside string" in str(error):
            raise DataError(
                f"{file.name}: a {quote} is opened in line {file.last_line()} and never closed"
            ) from None
        raise DataError(f"{file.name} is no CSV that pandas can read: {error}") from None
    columns = {name: column_of(file.name, name, frame[name].to_numpy()) for name in names}
    if len(frame) and gaps_in(columns[names[-1]]).any():  # so it is in a line that is too short
        file.check_lengths(len(names))
    return with_rows(Table(file.name, columns, file.where))


class _CsvFile:
    """A file that is read record by record, to find out where something is."""

    def __init__(self, path: str | Path, separator: str, encoding: str, quote: str) -> None:
        self.path = Path(path)
        self.name = self.path.name
        self.separator, self.encoding, self.quote = separator, encoding, quote
        if not self.path.is_file():
            found = "is a folder" if self.path.is_dir() else "does not exist"
            raise DataError(f"the file {str(self.path)!r} {found}")

    def names(self, decimal: str) -> list[str]:
        """The first record.

        Raises: DataError for no record, for a name twice, and for another separator.
        """
        try:
            names = next((fields for _, fields in self._records()), [])
        except UnicodeError:
            raise self.encoding_error() from None
        if not names:
            raise DataError(
                f"{self.name} is empty: the first line must have the names of the columns"
            )
        other = next((c for c in ";\t,|" if len(names) == 1 and c in names[0]), None)
        if other is not None:
            commas = other == ";" and decimal == "."
            raise DataError(
                f"{self.name} has one column, {names[0]!r}: its separator is another one, "
                f"separator={other!r}"
                + (", and decimal=',' if its numbers have decimal commas" if commas else "")
            )
        check_names(self.name, names)
        return names

    @contextmanager
    def _open(self, binary: bool = False) -> Iterator[IO[Any]]:
        opener = _OPENERS.get(self.path.suffix.lower(), open)
        encoding = "utf-8-sig" if self.encoding.lower() in ("utf-8", "utf8") else self.encoding
        text = {} if binary else {"encoding": encoding, "newline": ""}
        with opener(self.path, "rb" if binary else "rt", **text) as file:
            yield file

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """The line in which a record begins, and its fields; empty lines are no records."""
        limit = csv.field_size_limit()
        csv.field_size_limit(max(limit, 2**31 - 1))  # a quote that never ends is one field
        try:
            with self._open() as file:
                reader = csv.reader(file, delimiter=self.separator, quotechar=self.quote)
                before = 0
                for fields in reader:
                    if fields:
                        yield before + 1, fields
                    before = reader.line_num
        finally:
            csv.field_size_limit(limit)

    @cached_property
    def _lines(self) -> list[int]:
        """The line of every row, without the header's."""
        return [line for line, _ in self._records()][1:]

    def where(self, row: int) -> str:
        """The line of a row."""
        return f"line {self._lines[row]}"

    def last_line(self) -> int:
        """The line in which the last record begins."""
        return [line for line, _ in self._records()][-1]

    def check_lengths(self, expected: int) -> None:
        """Raise DataError if a line has more or fewer values than the header: it counts them all."""
        wrong: list[tuple[int, int]] = []
        last, rows = (0, 0), 0
        for line, fields in self._records():
            rows, last = rows + 1, (line, len(fields))
            if len(fields) != expected:
                wrong.append(last)
        if not wrong:
            return
        named = "; ".join(f"line {line} has {found}" for line, found in wrong[:3])
        is_last = len(wrong) == 1 and wrong[0] == last
        advice = f"Does a text contain the separator {self.separator!r} without quotes"
        if is_last:
            advice = f"Was the file cut off, or is a {self.quote} opened and never closed"
        raise DataError(
            f"{self.name}: {plural(len(wrong), 'row')} of {rows - 1} "
            f"{'has' if len(wrong) == 1 else 'have'} not as many values as the header has names, "
            f"{expected}: {named}. {advice}?"
        )

    def encoding_error(self) -> DataError:
        """Where the file is not in this encoding."""
        with self._open(binary=True) as file:
            for number, line in enumerate(file, start=1):
                if number == 1 and line.startswith((b"\xff\xfe", b"\xfe\xff")):
                    return DataError(f"{self.name} is in UTF-16: encoding='utf-16'")
                try:
                    line.decode(self.encoding)
                except UnicodeError:
                    shown = line[:60].decode("latin-1").strip()
                    return DataError(
                        f"{self.name}, line {number}: the text is not in {self.encoding}. If this is right, "
                        f"it is encoding='cp1252': {shown!r}"
                    )
        return DataError(f"{self.name} is not in {self.encoding}: give its encoding='…'")
