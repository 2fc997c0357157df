"""Everything a clone of this project can do, in one command:  python3 run.py TASK

Standard library only. The first call makes a virtual environment in `.venv` beside this file,
installs the project into it (editable, with the extras that the task needs) and runs the task
there; later calls start at once. What was installed, for which Python and in which folder, is
written into a stamp in `.venv`. The stamp is taken away before anything changes and written when
everything is done, so that no stamp means "half made: make it anew".
"""

import sys

# Before everything else, and in syntax that old Pythons can parse, so that they get to say this.
if sys.version_info < (3, 10):  # noqa: UP036
    sys.exit(
        f"tinygrad_course needs Python 3.10 or newer; this is {sys.version_info[0]}."
        f"{sys.version_info[1]} ({sys.executable}).\nStart run.py with a newer one, for example:"
        "  python3.12 run.py demo"
    )

import contextlib
import hashlib
import importlib.util
import json
import os
import platform
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


class Task(NamedTuple):
    """What a task says in the help, the extras it needs installed, and the commands it runs."""

    help: str
    extras: tuple[str, ...]
    commands: tuple[tuple[str, ...], ...]
    defaults: tuple[str, ...] = ()
    """The arguments of the command where the user gives none."""


ON_ALL_CORES = ("--numprocesses=auto", "--maxprocesses=8", "--dist=worksteal")
"""For the whole suite; what starts the workers takes longer than a part of it."""

# The extra "dot" is left out where the machine has Graphviz already: see `needed_extras`.
TASKS = {
    "demo": Task(
        "train the models on real data, draw them, write out/report.html",
        extras=("progress", "dot", "threads"),
        commands=(("python", "-m", "tinygrad_course", "demo"),),
    ),
    "gallery": Task(
        "make every drawing there is, write out/gallery/index.html",
        extras=("progress", "dot", "plot", "threads"),
        commands=(("python", "-m", "examples.gallery"),),
    ),
    "test": Task(
        "run the test suite, which proves every gradient",
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
        "compare every operation with PyTorch's, a large download the first time",
        extras=("test", "referee"),
        commands=(("python", "-m", "pytest", "tests/referee"),),
    ),
    "lint": Task(
        "check style, types and the order of the floors",
        extras=("progress", "test", "lint"),
        commands=(
            ("ruff", "check", "."),
            ("ruff", "format", "--check", "."),
            ("mypy",),
            ("lint-imports", "--no-logo"),
        ),
    ),
    "format": Task(
        "mend the style, as far as a program can",
        extras=("progress", "test", "lint"),
        commands=(("ruff", "check", "--fix", "."), ("ruff", "format", ".")),
    ),
    "bench": Task(
        "measure speed and memory against hand-written NumPy",
        extras=(),
        commands=(("python", "-m", "benchmarks"),),
    ),
    "mutate": Task(
        "break every rule in turn: the test suite must notice",
        extras=("progress", "dot", "test"),
        commands=(("python", "-m", "tools.mutate"),),
    ),
    "alarms": Task(
        "ask gradcheck about thousands of right gradients, and as many wrong ones",
        extras=("progress", "test"),
        commands=(("python", "-m", "tests.testing.gradients.alarms"),),
    ),
    "docs": Task(
        "write the generated pages, and the site in out/docs",
        extras=("progress", "dot", "plot", "threads", "docs"),
        commands=(("python", "-m", "docs.build"), ("python", "-m", "docs.site")),
    ),
}

NO_PIP = """\
This Python ({}) has neither ensurepip nor pip, and one of them is needed to install anything.
  Debian, Ubuntu:  sudo apt install python3-venv
  Fedora:          sudo dnf install python3-pip
  elsewhere:       https://pip.pypa.io/en/stable/installation/
Then run the same command again."""


class SetupError(Exception):
    """The environment could not be made; the message says why and what to do."""


def main(arguments: Sequence[str]) -> int:
    """Run the task that the arguments name and return its exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    name, *rest = arguments
    if name not in TASKS:
        print(f"There is no task {name!r}.\n\n{usage()}", file=sys.stderr)
        return 2
    task = TASKS[name]
    if rest and len(task.commands) > 1:
        print(f"'{name}' runs several commands and takes no arguments.", file=sys.stderr)
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
    tasks = "\n".join(f"  {name:<8} {task.help}" for name, task in TASKS.items())
    return (
        f"python3 run.py TASK [arguments for the task]\n\n{tasks}\n\n"
        "Tasks run in the project's folder, for example:  python3 run.py test -k softmax"
    )


def run_task(task: Task, arguments: Sequence[str]) -> int:
    """Run all of a task's commands, also after a failure; return the first failure's exit code."""
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
    """Return the task's extras; "dot" only where there is no `dot` yet and a wheel brings one."""
    own_dot = shutil.which(os.environ.get("GRAPHVIZ_DOT") or "") or shutil.which("dot")
    # The wheels are for 64 bits, which no environment marker in pyproject.toml can ask for.
    wheel_fits = sys.maxsize > 2**32
    return {extra for extra in task.extras if extra != "dot" or (wheel_fits and not own_dot)}


def prepare(extras: set[str]) -> None:
    """Make sure that `.venv` holds the project as it is now, with at least these extras."""
    if is_ready(read_stamp(), extras):
        return
    try:
        with only_one():
            stamp = read_stamp()  # again: another run may have done the work while this one waited
            if not is_ready(stamp, extras):
                set_up(stamp, extras)
    except (OSError, ValueError) as error:
        raise SetupError(
            f"{error}\nrun.py could not make {VENV} and needs to write there."
        ) from None


def set_up(stamp: dict[str, Any], extras: set[str]) -> None:
    """Bring an environment up to date, or make it anew where its stamp doesn't fit."""
    STAMP.unlink(missing_ok=True)
    reusable = is_reusable(stamp)
    if reusable:
        extras = extras | set(stamp["extras"])
    else:
        say(f"Making {VENV} for Python {platform.python_version()} ...")
        venv.create(VENV, clear=True, symlinks=os.name != "nt", with_pip=False)
        install_pip()
    say(f"Installing tinygrad_course with {', '.join(sorted(extras)) or 'no extras'} ...")
    try:
        pip(PYTHON, "--editable", f".[{','.join(sorted(extras))}]")
    except SetupError:
        if reusable:
            write_stamp(stamp)  # pip that fails changes nothing: what worked before still does
        raise
    write_stamp({**fingerprint(), "extras": sorted(extras)})


def fingerprint() -> dict[str, str]:
    """Return what an environment is made from: when any of it changes, it is out of date."""
    return {
        "folder": str(ROOT),
        "python": f"{platform.python_version()} {sysconfig.get_platform()}",
        "pyproject": hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest(),
    }


def read_stamp() -> dict[str, Any]:
    """Return the stamp of `.venv`, or an empty one if `.venv` is half made or lost its Python."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if PYTHON.exists() else {}


def write_stamp(stamp: dict[str, Any]) -> None:
    """Write the stamp in one step, so that nobody reads half of it."""
    new = STAMP.with_suffix(".new")
    new.write_text(json.dumps(stamp), "utf-8")
    new.replace(STAMP)


def is_ready(stamp: dict[str, Any], extras: set[str]) -> bool:
    """Tell whether nothing has changed and every extra is there."""
    return extras <= set(stamp.get("extras", ())) and stamp.items() >= fingerprint().items()


def is_reusable(stamp: dict[str, Any]) -> bool:
    """Tell whether `.venv` was made in this folder for this Python: then pip can update it."""
    now = fingerprint()
    return all(stamp.get(key) == now[key] for key in ("folder", "python"))


def install_pip() -> None:
    """Put pip into the new environment: from ensurepip, or else through the pip of this Python."""
    if importlib.util.find_spec("ensurepip") and call_quietly([PYTHON, "-m", "ensurepip"]) == 0:
        pip(PYTHON, "pip>=21.3")  # the first that installs editable from a pyproject.toml
        return
    # Debian and Ubuntu keep ensurepip in a package of its own. Their pip refuses to install into
    # the system's Python (PEP 668), but not into a folder.
    if not importlib.util.find_spec("pip"):
        raise SetupError(NO_PIP.format(sys.executable))
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.check_output([PYTHON, "-X", "utf8", "-c", ask], env=environment())
    pip(Path(sys.executable), "--target", answer.decode("utf-8", "surrogateescape").strip(), "pip")


def pip(python: Path, *arguments: str) -> None:
    """Install something with an interpreter's pip, which is silent unless something is wrong."""
    options = ["--quiet", "--disable-pip-version-check"]
    # These settings, common on developers' machines, would each make one of the calls refuse.
    settings = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    if call_quietly([python, "-m", "pip", "install", *options, *arguments], settings):
        raise SetupError("pip could not install what the task needs; its own words are above.")


def call_quietly(command: Sequence[str | Path], settings: dict[str, str] | None = None) -> int:
    """Run a command of the set-up: show what it complains about, but not how it takes a Ctrl-C."""
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
            return process.wait()
        except KeyboardInterrupt:
            process.communicate()  # Ctrl-C went to the command as well: let it tidy up
            raise


def call(command: Sequence[str | Path]) -> int:
    """Run a command of the task and return its exit code, as a shell would give it."""
    process = subprocess.Popen(list(map(str, command)), cwd=ROOT, env=environment())
    try:
        code = process.wait()
    except KeyboardInterrupt:
        process.wait()  # as above
        raise
    return 128 - code if code < 0 else code


def environment() -> dict[str, str]:
    """Return the variables for a command: `.venv` activated, and UTF-8 output on every platform."""
    env = dict(os.environ)
    for other_packages in ("PYTHONPATH", "PYTHONHOME"):
        env.pop(other_packages, None)
    env["PATH"] = os.pathsep.join([str(SCRIPTS), env.get("PATH", os.defpath)])
    env["VIRTUAL_ENV"] = str(VENV)
    env["PYTHONIOENCODING"] = "utf-8"
    return env


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Wait until no other run sets up `.venv`; the lock goes with its process, however it ends."""
    with LOCK.open("w") as handle:
        if sys.platform == "win32":
            import msvcrt

            while True:
                with contextlib.suppress(OSError):  # it gives up after ten seconds; we do not
                    msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def say(message: str) -> None:
    """Tell the user about the set-up, on stderr: stdout belongs to the task."""
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
