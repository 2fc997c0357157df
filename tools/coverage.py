"""Measures which lines and branches the test suite runs; writes the table of docs/testing.md.

python3 run.py coverage                run the suite, write the table
python3 run.py coverage tests/nn       run a part of it, print the table alone

The lines that did not run are in out/coverage/index.html.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from run import ON_ALL_CORES

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "testing.md"
REPORT = ROOT / "out" / "coverage" / "coverage.json"
BEGIN, END = "<!-- written by python3 run.py coverage -->\n", "<!-- end -->\n"


def main(arguments: Sequence[str]) -> int:
    """Run pytest with coverage.py; return pytest's exit code."""
    REPORT.unlink(missing_ok=True)
    reports = [f"--cov-report={report}" for report in (f"json:{REPORT}", "html")]
    pytest = [sys.executable, "-m", "pytest", "--cov", *reports]
    code = subprocess.call([*pytest, *(arguments or ON_ALL_CORES)], cwd=ROOT)
    if not REPORT.exists():
        return code or 1
    written = table(json.loads(REPORT.read_text("utf-8"))["files"])
    print(written)
    if code == 0 and not arguments:
        PAGE.write_text(with_table(PAGE.read_text("utf-8"), written), "utf-8")
    return code


def table(files: Mapping[str, Any]) -> str:
    """Return the table, one row per package, from the files of coverage.py's JSON report."""
    counts: dict[str, list[int]] = {}
    for path, file in files.items():
        summary = file["summary"]
        found = [
            summary[f"{what}_{part}"]
            for part in ("lines", "branches")
            for what in ("covered", "missing")
        ]
        for package in (_package(Path(path)), "all"):
            before = counts.setdefault(package, [0, 0, 0, 0])
            counts[package] = [a + b for a, b in zip(before, found)]
    counts["all"] = counts.pop("all")  # to the end
    rows = [
        f"| {name} | {_share(lines, no_lines)} | {_share(branches, no_branches)} |"
        for name, (lines, no_lines, branches, no_branches) in counts.items()
    ]
    return "\n".join(["| package | lines | branches |", "|---|---|---|", *rows, ""])


def with_table(page: str, written: str) -> str:
    """Return the page with this table between its two marks."""
    head, _, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE.name} needs the lines {BEGIN!r} and {END!r}")
    return f"{head}{BEGIN}\n{written}\n{END}{tail}"


def _package(path: Path) -> str:
    """Return the package that a row counts: `viz/graph` for viz/graph/boxes.py, `viz` for viz/text.py."""
    return f"`{'/'.join(path.parent.parts[:2])}`"


def _share(covered: int, missing: int) -> str:
    """Return the percentage, rounded down: 100 % means all."""
    total = covered + missing
    return f"{1000 * covered // total / 10:.1f} % of {total:,}" if total else "none"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
