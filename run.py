"""Runs the project's tasks:  python3 run.py TASK

The first call creates a virtual environment in `.venv`, next to this file. It installs the project
there, editable and with the extras that the task needs, and runs the task. Later calls start at
once. A call that installs something needs a network connection.

`.venv` contains a stamp: a file that records the folder, the Python, the NumPy that was asked for,
the extras and the hash of pyproject.toml. run.py removes the stamp before it changes anything and
writes it at the end. An environment without a stamp is incomplete, and is created again.

run.py uses the standard library alone.
"""

import sys

# This check comes first, in syntax that old Pythons can parse.
if sys.version_info < (3, 10):  # noqa: UP036
    sys.exit(
        f"tinygrad_course needs Python 3.10 or newer; this is {sys.version_info[0]}."
        f"{sys.version_info[1]} ({sys.executable}).\nRun it with a newer one, for example:"
        "  python3.12 run.py demo"
    )

import contextlib
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sysconfig
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "stamp.json"
LOCK = ROOT / ".venv.lock"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")

NUMPY = "TINYGRAD_COURSE_NUMPY"
"""The environment variable that asks for one NumPy, for example 2.0.*; empty means the newest."""


class Task(NamedTuple):
    """A task: its line in the help, the extras that it needs, and the commands that it runs."""

    help: str
    extras: tuple[str, ...]
    commands: tuple[tuple[str, ...], ...]
    defaults: tuple[str, ...] = ()
    """The arguments of the command where the user gives none."""


def schema_check(schema: str, file: str) -> tuple[str, ...]:
    """Return the command that checks a file with a schema that check-jsonschema contains."""
    return ("check-jsonschema", "--builtin-schema", f"vendor.{schema}", file)


ON_ALL_CORES = ("--numprocesses=auto", "--maxprocesses=8", "--dist=worksteal")
"""For the whole suite; what starts the workers takes longer than a part of it."""

# The extra "dot" is not installed on a machine that has Graphviz: see `needed_extras`.
TASKS = {
    "demo": Task(
        "train models on real data and write out/report.html",
        extras=("progress", "dot", "threads"),
        commands=(("python", "-m", "tinygrad_course", "demo"),),
    ),
    "gallery": Task(
        "draw every kind of drawing and write out/gallery/index.html",
        extras=("progress", "dot", "plot", "threads"),
        commands=(("python", "-m", "examples.gallery"),),
    ),
    "test": Task(
        "run the test suite, which checks every gradient",
        extras=("progress", "dot", "test"),
        commands=(("python", "-m", "pytest"),),
        defaults=ON_ALL_CORES,
    ),
    "thorough": Task(
        "run the tests that draw at random with new examples, ten times as many",
        extras=("progress", "dot", "test"),
        commands=(("python", "-m", "pytest", "--hypothesis-profile=thorough"),),
        defaults=("-m", "hypothesis", *ON_ALL_CORES),
    ),
    "referee": Task(
        "compare every operation with PyTorch (downloads PyTorch once)",
        extras=("test", "referee"),
        commands=(("python", "-m", "pytest", "tests/referee"),),
    ),
    "lint": Task(
        "check style, types, the order of the layers and the project's files",
        extras=("progress", "test", "lint"),
        commands=(
            ("ruff", "check", "."),
            ("ruff", "format", "--check", "."),
            ("mypy",),
            ("lint-imports", "--no-logo"),
            schema_check("github-workflows", ".github/workflows/checks.yml"),
            schema_check("citation-file-format", "CITATION.cff"),
        ),
    ),
    "format": Task(
        "correct the style where a program can",
        extras=("progress", "test", "lint"),
        commands=(("ruff", "check", "--fix", "."), ("ruff", "format", ".")),
    ),
    "bench": Task(
        "measure speed and memory, compared with NumPy code written by hand",
        extras=(),
        commands=(("python", "-m", "benchmarks"),),
    ),
    "coverage": Task(
        "measure which lines and branches the suite runs; write docs/testing.md",
        extras=("progress", "dot", "test", "coverage"),
        commands=(("python", "-m", "tools.coverage"),),
    ),
    "mutate": Task(
        "break every rule in turn and check that a test fails",
        extras=("progress", "dot", "test"),
        commands=(("python", "-m", "tools.mutate"),),
    ),
    "alarms": Task(
        "run gradcheck on thousands of correct and of wrong gradients",
        extras=("progress", "test"),
        commands=(("python", "-m", "tests.testing.gradients.alarms"),),
    ),
    "docs": Task(
        "write the generated pages, and the site in out/docs",
        extras=("progress", "dot", "plot", "threads", "onnx", "docs"),
        commands=(("python", "-m", "docs.build"), ("python", "-m", "docs.site")),
    ),
}

NO_PIP = """\
This Python ({}) has neither ensurepip nor pip. One of them is needed to install anything.
  Debian, Ubuntu:  sudo apt install python3-venv
  Fedora:          sudo dnf install python3-pip
  elsewhere:       https://pip.pypa.io/en/stable/installation/
Then run the same command again."""

NO_NETWORK = """\
Setting up needs a network connection once: pip could not reach a package index. Its messages are above."""

UNREACHABLE = re.compile("connection broken by|failed to (connect|establish)|name resolution", re.I)
"""What pip writes, in its many versions, when it cannot reach a package index."""


class SetupError(Exception):
    """The environment could not be created. The message gives the reason and a remedy."""


def main(arguments: Sequence[str]) -> int:
    """Run the task named by the first argument and return its exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    name, *rest = arguments
    if name not in TASKS:
        print(f"There is no task {name!r}.\n\n{usage()}", file=sys.stderr)
        return 2
    task = TASKS[name]
    if rest and len(task.commands) > 1:
        print(f"'{name}' runs several commands, so it takes no arguments.", file=sys.stderr)
        return 2
    try:
        prepare(needed_extras(task))
        return run_task(task, rest or task.defaults)
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


def usage() -> str:
    """List the tasks."""
    width = max(map(len, TASKS))
    tasks = "\n".join(f"  {name:<{width}}  {task.help}" for name, task in TASKS.items())
    return (
        f"python3 run.py TASK [arguments for the task]\n\n{tasks}\n\n"
        "Tasks run in the project's folder, for example:  python3 run.py test -k softmax\n"
        f"The environment variable {NUMPY}=2.0.* makes them run with that NumPy, not the newest."
    )


def run_task(task: Task, arguments: Sequence[str]) -> int:
    """Run all commands of a task, even after a failure; return the exit code of the first failure."""
    failures: dict[str, int] = {}
    for command in task.commands:
        shown = " ".join(command)
        if len(task.commands) > 1:
            print(f"--- {shown}", flush=True)
        program = shutil.which(command[0], path=str(SCRIPTS)) or command[0]
        code = call([program, *command[1:], *arguments])
        if code:
            failures[shown] = code
    if len(task.commands) > 1:
        print(f"--- failed: {', '.join(failures)}" if failures else "--- all passed", flush=True)
    return next(iter(failures.values()), 0)


def needed_extras(task: Task) -> set[str]:
    """Return the task's extras; "dot" only if there is no `dot` and a wheel contains one."""
    own_dot = shutil.which(os.environ.get("GRAPHVIZ_DOT") or "") or shutil.which("dot")
    # The wheels are for 64 bits. Environment markers in pyproject.toml cannot express that.
    wheel_fits = sys.maxsize > 2**32
    return {extra for extra in task.extras if extra != "dot" or (wheel_fits and not own_dot)}


def prepare(extras: set[str]) -> None:
    """Make sure that `.venv` contains the current project with at least these extras."""
    if is_ready(read_stamp(), extras):
        return
    try:
        with only_one():
            stamp = read_stamp()  # again: another run may have done the work in the meantime
            if not is_ready(stamp, extras):
                set_up(stamp, extras)
    except (OSError, ValueError) as error:
        raise SetupError(
            f"{error}\nrun.py could not create {VENV}. It needs permission to write there."
        ) from None


def set_up(stamp: dict[str, Any], extras: set[str]) -> None:
    """Update an environment, or create it again if its stamp does not fit."""
    STAMP.unlink(missing_ok=True)
    reusable = is_reusable(stamp)
    if reusable:
        extras = extras | set(stamp["extras"])
    else:
        say(f"Creating {VENV} for Python {platform.python_version()} ...")
        venv.create(VENV, clear=True, symlinks=os.name != "nt", with_pip=False)
        install_pip()
    numpy = wanted_numpy()
    with_what = [*sorted(extras), *numpy] or ["no extras"]
    say(f"Installing tinygrad_course with {', '.join(with_what)} ...")
    try:
        # pip refuses ".[]"
        pip(PYTHON, *numpy, "--editable", f".[{','.join(sorted(extras))}]" if extras else ".")
    except SetupError:
        if reusable:
            write_stamp(stamp)  # a failed pip changes nothing: what worked before still works
        raise
    write_stamp({**fingerprint(), "extras": sorted(extras)})


def wanted_numpy() -> list[str]:
    """Return pip's requirement for the NumPy that the user asks for; none means the newest."""
    version = os.environ.get(NUMPY, "").strip()
    return [f"numpy=={version}"] if version else []


def fingerprint() -> dict[str, Any]:
    """Return what an environment is made from. When any of it changes, `.venv` is out of date."""
    return {
        "folder": str(ROOT),
        "python": f"{platform.python_version()} {sysconfig.get_platform()}",
        "numpy": wanted_numpy(),
        "pyproject": hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest(),
    }


def read_stamp() -> dict[str, Any]:
    """Return the stamp of `.venv`; an empty one if `.venv` is incomplete or its Python is gone."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if PYTHON.exists() else {}


def write_stamp(stamp: dict[str, Any]) -> None:
    """Write the stamp in one step: another run must never read half of it."""
    new = STAMP.with_suffix(".new")
    new.write_text(json.dumps(stamp), "utf-8")
    new.replace(STAMP)


def is_ready(stamp: dict[str, Any], extras: set[str]) -> bool:
    """Return whether nothing has changed and every extra is installed."""
    return extras <= set(stamp.get("extras", ())) and stamp.items() >= fingerprint().items()


def is_reusable(stamp: dict[str, Any]) -> bool:
    """Return whether pip can update `.venv`: same folder, same Python, same request for NumPy."""
    now = fingerprint()
    return all(stamp.get(key) == now[key] for key in ("folder", "python", "numpy"))


def install_pip() -> None:
    """Install pip into the new environment, from ensurepip or else with the pip of this Python."""
    if importlib.util.find_spec("ensurepip") and call_quietly([PYTHON, "-m", "ensurepip"]) == 0:
        pip(PYTHON, "pip>=21.3")  # the first with editable installs from pyproject.toml
        return
    # Debian and Ubuntu ship ensurepip as a separate package. Their pip refuses to install into the
    # system's Python (PEP 668), but installs into a folder.
    if not importlib.util.find_spec("pip"):
        raise SetupError(NO_PIP.format(sys.executable))
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.check_output([PYTHON, "-X", "utf8", "-c", ask], env=environment())
    pip(Path(sys.executable), "--target", answer.decode("utf-8", "surrogateescape").strip(), "pip")


def pip(python: Path, *arguments: str) -> None:
    """Install packages with an interpreter's pip, which prints nothing but warnings and errors."""
    options = ["--quiet", "--disable-pip-version-check"]
    # Developers often have these settings. Each of them would make one of the calls fail.
    settings = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    complaints: list[str] = []
    if call_quietly([python, "-m", "pip", "install", *options, *arguments], settings, complaints):
        if UNREACHABLE.search("\n".join(complaints)):
            raise SetupError(NO_NETWORK)
        raise SetupError("pip could not install what the task needs. Its messages are above.")


def call_quietly(
    command: Sequence[str | Path],
    settings: dict[str, str] | None = None,
    complaints: list[str] | None = None,
) -> int:
    """Run a command of the set-up; show, and collect, its stderr, but not its end by Ctrl-C."""
    with subprocess.Popen(
        list(map(str, command)),
        cwd=ROOT,
        env=environment() | (settings or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for line in process.stderr or ():
                say(line.rstrip())
                if complaints is not None:
                    complaints.append(line)
            return process.wait()
        except KeyboardInterrupt:
            process.communicate()  # the command received the Ctrl-C as well: let it clean up
            raise


def call(command: Sequence[str | Path]) -> int:
    """Run a command of the task and return its exit code, as a shell does."""
    process = subprocess.Popen(list(map(str, command)), cwd=ROOT, env=environment())
    try:
        code = process.wait()
    except KeyboardInterrupt:
        process.wait()  # as above
        raise
    return 128 - code if code < 0 else code


def environment() -> dict[str, str]:
    """Return the environment variables of a command: `.venv` is active, its output is UTF-8."""
    env = dict(os.environ)
    for other_packages in ("PYTHONPATH", "PYTHONHOME"):
        env.pop(other_packages, None)
    env["PATH"] = os.pathsep.join([str(SCRIPTS), env.get("PATH", os.defpath)])
    env["VIRTUAL_ENV"] = str(VENV)
    env["PYTHONIOENCODING"] = "utf-8"
    return env


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Wait until no other run sets up `.venv`. The lock ends with its process."""
    with LOCK.open("w") as handle:
        if sys.platform == "win32":
            import msvcrt

            while True:
                with contextlib.suppress(OSError):  # it gives up after ten seconds; try again
                    msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def say(message: str) -> None:
    """Print a message about the set-up to stderr; stdout belongs to the task."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
