"""What a mutation is: one place of a file, and what stands there instead."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Mutation:
    """The bytes from `start` to `end` of a file, replaced by `new`; mutations sort by their places."""

    path: Path
    start: int
    end: int
    kind: str
    new: str
    is_statement: bool = False

    @property
    def topic(self) -> str:
        """The name of the file."""
        return self.path.stem

    def applied(self, text: str) -> str:
        """The text of the file with this mutation in it."""
        return self._with(text, self.new)

    def marked(self, text: str) -> str:
        """The text as it was, but for a call of `_reached()` whenever it gets to this place."""
        here = text.encode()[self.start : self.end].decode()
        marked = f"_reached(); {here}" if self.is_statement else f"(_reached() or ({here}))"
        return self._with(text, marked)

    def line(self, text: str) -> int:
        """The number of the line in which it begins."""
        return text.encode()[: self.start].count(b"\n") + 1

    def shown(self, text: str) -> tuple[str, str]:
        """The lines that it changes, before and after."""
        before, after = text.encode(), self.applied(text).encode()
        first = before.rfind(b"\n", 0, self.start) + 1
        return _lines(before, first, self.end), _lines(
            after, first, self.start + len(self.new.encode())
        )

    def _with(self, text: str, new: str) -> str:
        data = text.encode()
        return (data[: self.start] + new.encode() + data[self.end :]).decode()


def _lines(data: bytes, first: int, end: int) -> str:
    last = data.find(b"\n", end)
    lines = data[first : last if last >= 0 else len(data)].decode().splitlines()
    return "\n".join(line.strip() for line in lines)
