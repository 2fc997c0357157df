"""The command line: ``python -m tinygrad_course``, installed as ``tinygrad-course``."""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from . import __version__
from .errors import TinygradCourseError

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended: 128 and the number of the signal."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; without a command, print the help."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help()
        return 0
    _replace_unprintable_characters()
    try:
        return _demo(arguments)
    except KeyboardInterrupt:
        print("\nInterrupted; no file is half written.", file=sys.stderr)
        return INTERRUPTED
    except (TinygradCourseError, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1


def _demo(arguments: argparse.Namespace) -> int:
    from . import demo  # where it is used, so that the help is shown at once

    return demo.run(arguments.out, arguments.seed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tinygrad_course",
        description="Backpropagation you can read, on NumPy.",
        epilog="'tinygrad_course COMMAND --help' says more about a command.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="train four models on real data and write a report on them",
        description=(
            "Train logistic regression and deep nets on three data sets that ship with the package. "
            "Check every gradient first, draw every graph afterwards, and write report.html (open it "
            "in a browser), results.json and graphs/. Takes less than a minute."
        ),
        epilog="The exit code is 1 if a gradient is wrong or a model misses its accuracy.",
    )
    demo.add_argument(
        "--out",
        type=Path,
        default=Path("out"),
        metavar="DIR",
        help="the output folder, created if it does not exist (default: %(default)s)",
    )
    demo.add_argument(
        "--seed",
        type=_seed,
        default=0,
        metavar="N",
        help="for the initial weights and the order of the batches (default: %(default)s)",
    )
    return parser


def _seed(text: str) -> int:
    seed = int(text)
    if seed < 0:
        raise argparse.ArgumentTypeError("a seed is 0 or more")
    return seed


def _replace_unprintable_characters() -> None:
    """Print "?" for characters that the terminal's encoding lacks, instead of raising."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
