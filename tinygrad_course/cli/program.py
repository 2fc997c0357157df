"""The arguments of all commands, and what becomes of errors: one line and an exit code.

0 is success; 1 data that is refused, or a goal that is missed; 2 wrong usage; 130 Ctrl-C; 143 SIGTERM.
"""

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .. import __version__
from ..errors import GradientCheckError, TinygradCourseError

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended: 128 and the number of the signal."""

_DATA = """\
DATA is a table: a .csv (also .gz, .bz2, .xz) or .parquet file, a query, sqlite:FILE?table=NAME,
sqlite:FILE?query=SELECT…, postgresql://…?query=SELECT…; or arrays: an .npz with x and y, or two .npy
files; or pictures: a folder with a folder per class, or the course's .h5 files, one or two."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; without a command, print the help."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help()
        return 0
    _replace_unprintable_characters()
    command: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return command(arguments)
    except KeyboardInterrupt:
        print("\nInterrupted; no file is half written.", file=sys.stderr)
        return INTERRUPTED
    except GradientCheckError as error:  # a table
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    except (TinygradCourseError, OSError) as error:
        print(f"{parser.prog}: {' '.join(str(error).split())}", file=sys.stderr)
        return 1


# --- the commands, imported where they are used, so that the help is shown at once ------------------------


def _train(arguments: argparse.Namespace) -> int:
    from .train import train

    return train(arguments)


def _evaluate(arguments: argparse.Namespace) -> int:
    from .use import evaluate

    return evaluate(arguments)


def _predict(arguments: argparse.Namespace) -> int:
    from .use import predict

    return predict(arguments)


def _draw(arguments: argparse.Namespace) -> int:
    from .drawing import draw

    return draw(arguments)


def _export(arguments: argparse.Namespace) -> int:
    from .export import export

    return export(arguments)


def _check(arguments: argparse.Namespace) -> int:
    from .check import check

    return check(arguments)


def _demo(arguments: argparse.Namespace) -> int:
    from .. import demo

    return demo.run(arguments.out, arguments.seed)


# --- the arguments --------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tinygrad_course",
        description="Backpropagation you can read, on NumPy: train on your own data, and look inside.",
        epilog="'tinygrad_course COMMAND --help' says more about a command.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    _add_train(commands)
    _add_evaluate(commands)
    _add_predict(commands)
    _add_draw(commands)
    _add_export(commands)
    _add_check(commands)
    _add_demo(commands)
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    help: str,
    description: str,
    epilog: str | None = None,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help, description=description, epilog=epilog)
    parser.set_defaults(run=run)
    return parser


def _add_train(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(
        commands,
        "train",
        _train,
        "train a network on a table, a database or pictures",
        f"Train a network, and write the folder RUN: model.safetensors, run.ckpt, history.json, run.json "
        f"and report.html. {_DATA}",
        "A fifth of the rows is for testing, and an eighth of the others for stopping early. The exit code "
        "is 1 if the data is refused, or the figure is below --at-least.",
    )
    parser.add_argument("data", nargs="+", metavar="DATA", help="one source, or a pair of files")
    parser.add_argument("--target", metavar="COLUMN", help="what is predicted; for tables")
    parser.add_argument("--out", type=Path, default=Path("run"), metavar="RUN", help="default: run")
    network = parser.add_argument_group("the network and its training")
    network.add_argument(
        "--hidden",
        type=_widths,
        default=(64, 32),
        metavar="N,N,…",
        help="the widths of the hidden layers, 0 for none (default: 64,32)",
    )
    network.add_argument(
        "--dropout", type=_share, default=0.0, metavar="P", help="after each hidden layer"
    )
    network.add_argument(
        "--epochs", type=_count, default=200, metavar="N", help="at most (default: 200)"
    )
    network.add_argument(
        "--patience",
        type=_count,
        default=20,
        metavar="N",
        help="end after so many epochs without a better loss in validation (default: 20)",
    )
    network.add_argument(
        "--batch-size", type=_count, metavar="N", help="default: chosen by the rows"
    )
    network.add_argument(
        "--lr",
        type=_rate,
        default="auto",
        metavar="RATE",
        help="of Adam; auto tries some (default)",
    )
    network.add_argument("--weight-decay", type=_share, default=0.0, metavar="λ", help="default: 0")
    network.add_argument("--seed", type=_seed, default=0, metavar="N", help="default: 0")
    rows = parser.add_argument_group("the data")
    rows.add_argument(
        "--missing",
        default="refuse",
        choices=("refuse", "mean", "category", "drop"),
        help="what becomes of gaps (default: refuse)",
    )
    rows.add_argument("--leave-out", type=_names, default=(), metavar="COLUMN,…", help="no inputs")
    rows.add_argument(
        "--categories", type=_names, default=(), metavar="COLUMN,…", help="numbers that are names"
    )
    rows.add_argument("--groups", metavar="COLUMN", help="rows of one group are in one part")
    rows.add_argument("--time", metavar="COLUMN", help="the latest rows are for testing")
    rows.add_argument(
        "--size", type=_count, default=64, metavar="N", help="pictures become N×N (64)"
    )
    rows.add_argument(
        "--skip-unreadable", action="store_true", help="leave out pictures that can't be read"
    )
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="go on with the training in RUN")
    again.add_argument("--force", action="store_true", help="replace the training in RUN")
    _add_goal(parser)
    _add_json(parser)


def _add_evaluate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(
        commands,
        "evaluate",
        _evaluate,
        "how good a trained network is on other data",
        f"Figures of all rows of DATA, which has the target. {_DATA}",
        "The exit code is 1 if the data is refused, or the figure is below --at-least.",
    )
    _add_run(parser)
    parser.add_argument("data", nargs="+", metavar="DATA", help="one source, or a pair of files")
    _add_goal(parser)
    _add_json(parser)


def _add_predict(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(
        commands,
        "predict",
        _predict,
        "what a trained network says of new rows or pictures",
        f"A line per row, as CSV: the class and its probability, or the number. DATA has no need of the "
        f"target; - is CSV from the standard input. Single pictures are taken as well. {_DATA}",
    )
    _add_run(parser)
    parser.add_argument("data", nargs="+", metavar="DATA", help="one source, some pictures, or -")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there, whole or not at all")
    _add_json(parser)


def _add_draw(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(
        commands,
        "draw",
        _draw,
        "draw a trained network",
        "Draw the network of RUN as neurons and layers, or its computational graph.",
    )
    _add_run(parser)
    parser.add_argument(
        "--graph", action="store_true", help="the computational graph, in place of neurons"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help=".svg or .html; a graph also .png, .mmd, .txt, .dot",
    )


def _add_export(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(
        commands,
        "export",
        _export,
        "write a trained network as an ONNX file",
        "Write the network of RUN as an ONNX file, which takes raw rows, one input per column, or pictures "
        "as bytes, and runs without Python.",
    )
    _add_run(parser)
    parser.add_argument("file", type=Path, metavar="FILE.onnx")
    parser.add_argument(
        "--prepared", action="store_true", help="the file takes x, in place of raw rows"
    )


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(
        commands,
        "check",
        _check,
        "check the gradient of a function in a Python file",
        "Run FILE and compare the derivatives of the function with numerical ones. It takes arrays, of the "
        "given shapes with random numbers, or its defaults.",
        "Example: tinygrad_course check my.py:cost 4,3 3. The exit code is 1 if a derivative is wrong.",
    )
    parser.add_argument("function", metavar="FILE.py:FUNCTION", help="it returns a Tensor")
    parser.add_argument(
        "shapes",
        nargs="*",
        type=_shape,
        metavar="SHAPE",
        help="of each argument: 4,3 is a matrix, 0 a number",
    )
    parser.add_argument(
        "--order", type=int, choices=(1, 2), default=1, help="2: second derivatives too"
    )
    parser.add_argument("--seed", type=_seed, default=0, metavar="N", help="default: 0")
    _add_json(parser)


def _add_demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _command(
        commands,
        "demo",
        _demo,
        "train four models on real data and write a report on them",
        "Train logistic regression and deep nets on three data sets that ship with the package. "
        "Check every gradient first, draw every graph afterwards, and write report.html (open it "
        "in a browser), results.json and graphs/. Takes less than a minute.",
        "The exit code is 1 if a gradient is wrong or a model misses its accuracy.",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("out"),
        metavar="DIR",
        help="the output folder, created if it does not exist (default: %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=_seed,
        default=0,
        metavar="N",
        help="for the initial weights and the order of the batches (default: %(default)s)",
    )


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, metavar="RUN", help="the folder that train has written"
    )


def _add_goal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--at-least",
        type=float,
        metavar="FIGURE",
        help="the goal: accuracy, or R² where the target is a number; the exit code is 1 below it",
    )


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, and nothing else")


# --- their types ----------------------------------------------------------------------------------


def _seed(text: str) -> int:
    return _whole(text, 0, "a seed is 0 or more")


def _count(text: str) -> int:
    return _whole(text, 1, f"{text} is no whole number of 1 or more")


def _whole(text: str, least: int, otherwise: str) -> int:
    number = int(text)
    if number < least:
        raise argparse.ArgumentTypeError(otherwise)
    return number


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return number


def _rate(text: str) -> float | str:
    if text == "auto":
        return text
    rate = float(text)
    if not 0 < rate < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no rate: give a number above 0, or auto")
    return rate


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _widths(text: str) -> tuple[int, ...]:
    widths = tuple(int(width) for width in text.split(","))
    if widths == (0,):
        return ()
    if min(widths) < 1:
        raise argparse.ArgumentTypeError(f"{text} has a layer without units")
    return widths


def _shape(text: str) -> tuple[int, ...]:
    lengths = tuple(int(length) for length in text.replace("x", ",").split(","))
    if min(lengths) < 0:
        raise argparse.ArgumentTypeError(f"{text} is no shape")
    return () if lengths == (0,) else lengths


def _replace_unprintable_characters() -> None:
    """Print "?" for characters that the terminal's encoding lacks, instead of raising."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
