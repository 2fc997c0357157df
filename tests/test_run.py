"""run.py: what it installs when, what it says and what it returns; all without a network."""

import ast
import contextlib
import importlib.metadata
import os
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import threading
import venv
from pathlib import Path

import pytest

import run

SOURCE = Path(run.__file__)


class FakeCalls:
    """Stands in for `call` and `call_quietly`: records commands, answers as it is told."""

    def __init__(self):
        self.commands = []
        self.answers = {}

    def __call__(self, command, *_):
        words = [str(word) for word in command]
        self.commands.append([Path(words[0]).stem, *words[1:]])
        for word, answer in self.answers.items():
            if word in " ".join(words):
                if isinstance(answer, int):
                    return answer
                raise answer
        return 0

    def installs(self):
        """Return what pip was asked to install as the project."""
        return [words[-1] for words in self.commands if "--editable" in words]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder that stands in for the project's, with three tasks."""
    folder = tmp_path / "räum mit leer"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[project]\n", "utf-8")
    environment = folder / ".venv"
    monkeypatch.delenv(run.NUMPY, raising=False)
    monkeypatch.setattr(run, "ROOT", folder)
    monkeypatch.setattr(run, "VENV", environment)
    monkeypatch.setattr(run, "STAMP", environment / "stamp.json")
    monkeypatch.setattr(run, "LOCK", folder / ".venv.lock")
    monkeypatch.setattr(run, "SCRIPTS", environment / run.SCRIPTS.name)
    monkeypatch.setattr(run, "PYTHON", environment / run.SCRIPTS.name / run.PYTHON.name)
    monkeypatch.setattr(
        run,
        "TASKS",
        {
            "one": run.Task("one command", ("alpha",), (("python", "-m", "one"),)),
            "two": run.Task("two commands", ("beta",), (("first", "-q"), ("second",))),
            "bare": run.Task("no extras", (), (("python", "-m", "bare"),)),
        },
    )
    return folder


@pytest.fixture
def calls(monkeypatch):
    fake = FakeCalls()
    monkeypatch.setattr(run, "call", fake)
    monkeypatch.setattr(run, "call_quietly", fake)
    return fake


# What runs


def test_without_a_task_it_lists_what_there_is(capsys):
    for arguments in ([], ["-h"], ["--help"]):
        assert run.main(arguments) == 0
        shown = capsys.readouterr().out
        assert all(f"  {name}" in shown and task.help in shown for name, task in run.TASKS.items())


def test_an_unknown_task_is_named(capsys):
    assert run.main(["tset"]) == 2
    assert "'tset'" in capsys.readouterr().err


def test_arguments_and_exit_code_pass_through(project, calls):
    calls.answers["one"] = 7
    assert run.main(["one", "-k", "two words"]) == 7
    assert calls.commands[-1] == ["python", "-m", "one", "-k", "two words"]


def test_a_task_has_arguments_of_its_own_only_where_none_are_given(project, calls, monkeypatch):
    monkeypatch.setitem(run.TASKS, "one", run.TASKS["one"]._replace(defaults=("--all",)))
    for given, taken in ((["-x"], ["-x"]), ([], ["--all"])):
        assert run.main(["one", *given]) == 0
        assert calls.commands[-1] == ["python", "-m", "one", *taken]


def test_every_command_runs_and_every_failure_is_shown(project, calls, capsys):
    calls.answers["first"] = 3
    assert run.main(["two"]) == 3
    assert calls.commands[-2:] == [["first", "-q"], ["second"]]
    assert capsys.readouterr().out.endswith("--- failed: first -q\n")


def test_a_task_of_several_commands_refuses_arguments(project, calls):
    assert run.main(["two", "-x"]) == 2
    assert not calls.commands


def test_ctrl_c_in_the_task_is_quiet(project, calls, capsys):
    assert run.main(["one"]) == 0
    capsys.readouterr()
    calls.answers["-m one"] = KeyboardInterrupt
    assert run.main(["one"]) == 130
    assert capsys.readouterr() == ("", "")


# What is installed, and when


def test_every_extra_is_declared():
    declared = importlib.metadata.metadata("tinygrad_course").get_all("Provides-Extra", [])
    assert {extra for task in run.TASKS.values() for extra in task.extras} <= set(declared)


def test_a_second_call_installs_nothing(project, calls):
    for _ in range(2):
        assert run.main(["one"]) == 0
    assert calls.installs() == [".[alpha]"]


def test_a_ready_environment_needs_no_permission_to_write(project, calls):
    run.main(["one"])
    run.LOCK.unlink()
    run.LOCK.mkdir()  # now nobody can take the lock
    assert run.main(["one"]) == 0


def test_what_another_run_has_installed_meanwhile_is_enough(project, calls, monkeypatch):
    run.main(["one"])
    stamp = run.read_stamp()
    run.STAMP.unlink()

    @contextlib.contextmanager
    def other_run_first():
        run.write_stamp(stamp)
        yield

    monkeypatch.setattr(run, "only_one", other_run_first)
    assert run.main(["one"]) == 0
    assert calls.installs() == [".[alpha]"]


def test_extras_add_up(project, calls):
    for task in ("one", "two", "one"):
        assert run.main([task]) == 0
    assert calls.installs() == [".[alpha]", ".[alpha,beta]"]


def test_a_task_without_extras_installs_the_project_alone(project, calls):
    assert run.main(["bare"]) == 0
    assert calls.installs() == ["."]


def made_anew(project):
    """Run a task and return whether the environment was cleared: a file left in it is gone."""
    witness = project / ".venv" / "witness"
    witness.touch()
    assert run.main(["one"]) == 0
    return not witness.exists()


def test_a_changed_pyproject_is_installed_again(project, calls):
    run.main(["one"])
    (project / "pyproject.toml").write_text("[project]\nversion = '2'\n", "utf-8")
    assert not made_anew(project)
    assert calls.installs() == [".[alpha]", ".[alpha]"]


def test_another_python_makes_it_anew(project, calls, monkeypatch):
    run.main(["one"])
    assert not made_anew(project)
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    assert made_anew(project)


def test_another_folder_makes_it_anew(project, calls, monkeypatch):
    run.main(["one"])
    stamp = run.read_stamp()
    run.write_stamp({**stamp, "folder": str(project / "before it moved")})
    assert made_anew(project)


@pytest.mark.parametrize("damage", ["", "{}", "{", '{"extras": []}'])
def test_a_damaged_stamp_makes_it_anew(project, calls, damage):
    run.main(["one"])
    run.STAMP.write_text(damage, "utf-8")
    assert made_anew(project)


def test_a_lost_interpreter_makes_it_anew(project, calls):
    run.main(["one"])
    run.PYTHON.unlink()
    assert made_anew(project)


def test_an_interrupted_installation_is_repaired(project, calls):
    run.main(["one"])
    calls.answers["beta"] = KeyboardInterrupt
    assert run.main(["two"]) == 130
    assert made_anew(project)


def test_a_failed_installation_leaves_what_worked(project, calls, capsys):
    run.main(["one"])
    calls.answers["beta"] = 1
    assert run.main(["two"]) == 1
    assert "pip could not install" in capsys.readouterr().err
    assert not made_anew(project)
    assert calls.installs() == [".[alpha]", ".[alpha,beta]"]


def test_a_failed_first_installation_is_not_taken_for_done(project, calls):
    calls.answers["--editable"] = 1
    assert run.main(["one"]) == 1
    assert run.main(["one"]) == 1
    assert len(calls.installs()) == 2


def test_a_folder_that_cannot_be_written_is_named(project, calls, capsys):
    (project / ".venv.lock").mkdir()
    assert run.main(["one"]) == 1
    assert str(project / ".venv") in capsys.readouterr().err


# The NumPy that is asked for


def test_the_newest_numpy_is_the_default(project, calls, monkeypatch):
    monkeypatch.setenv(run.NUMPY, " ")  # as a workflow's matrix may set it
    assert run.main(["one"]) == 0
    assert not [word for command in calls.commands for word in command if "numpy" in word]


def test_another_numpy_is_installed_in_an_environment_of_its_own(project, calls, monkeypatch):
    run.main(["one"])
    monkeypatch.setenv(run.NUMPY, "2.0.*")
    assert made_anew(project)
    assert "numpy==2.0.*" in calls.commands[-2]
    assert not made_anew(project)
    monkeypatch.delenv(run.NUMPY)
    assert made_anew(project)
    assert not any("numpy" in word for word in calls.commands[-2])


def test_further_extras_keep_the_numpy_that_is_asked_for(project, calls, monkeypatch):
    monkeypatch.setenv(run.NUMPY, "2.0.*")
    run.main(["one"])
    run.main(["two"])
    (install,) = [command for command in calls.commands if ".[alpha,beta]" in command]
    assert "numpy==2.0.*" in install


def test_the_help_says_how_to_ask_for_a_numpy():
    assert f"{run.NUMPY}=2.0.*" in run.usage()


# Where pip comes from


@pytest.fixture
def modules(monkeypatch):
    """The modules that this Python seems to have."""
    found = {"ensurepip", "pip"}
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name in found or None)
    return found


def test_pip_comes_from_ensurepip(project, calls, modules):
    run.main(["one"])
    assert ["python", "-m", "ensurepip"] in calls.commands
    assert not any("--target" in command for command in calls.commands)


@pytest.mark.parametrize("ensurepip", ["missing", "broken"])
def test_pip_comes_from_this_python_where_ensurepip_does_not_work(
    project, calls, modules, ensurepip
):
    calls.answers["-m ensurepip"] = 1
    if ensurepip == "missing":
        modules.remove("ensurepip")
    assert run.main(["one"]) == 0
    (install,) = [command for command in calls.commands if "--target" in command]
    assert install[0] == Path(sys.executable).stem
    target = Path(install[install.index("--target") + 1])
    assert target.name == "site-packages"
    assert target.is_dir()
    assert project / ".venv" in target.parents


def test_without_any_pip_it_says_what_to_install(project, calls, modules, capsys):
    modules.clear()
    assert run.main(["one"]) == 1
    assert "sudo apt install python3-venv" in capsys.readouterr().err


# No network


@pytest.mark.parametrize(
    ("complaint", "network"),
    [
        ("ERROR: No matching distribution found for numpy==7", True),
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by "
            "'NewConnectionError('Failed to establish a new connection: [Errno 111]')': /numpy/",
            False,
        ),
    ],
)
def test_only_a_lack_of_network_is_called_so(
    project, calls, monkeypatch, capsys, complaint, network
):
    def complain(command, _=None, complaints=None):
        if "--editable" not in command:
            return 0
        complaints.append(complaint)
        return 1

    monkeypatch.setattr(run, "call_quietly", complain)
    assert run.main(["one"]) == 1
    assert ("needs a network connection" in capsys.readouterr().err) is not network


def test_without_a_network_the_last_line_says_so(project):
    shutil.copy(SOURCE, project)
    shutil.copy(SOURCE.with_name("pyproject.toml"), project)
    with socket.socket() as refusing:  # a port that is taken, but does not listen
        refusing.bind(("127.0.0.1", 0))
        port = refusing.getsockname()[1]
        settings = {
            "PIP_INDEX_URL": f"http://127.0.0.1:{port}/",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_CACHE_DIR": "1",
            "PIP_RETRIES": "1",
        }
        other = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        ran = subprocess.run(
            [sys.executable, project / "run.py", "bench"],
            env=other | settings,
            capture_output=True,
            encoding="utf-8",
        )
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1] == run.NO_NETWORK


# Graphviz


@pytest.fixture
def executable(tmp_path):
    """An executable file called `dot`."""
    name = "dot.bat" if os.name == "nt" else "dot"
    path = tmp_path / "bin" / name
    path.parent.mkdir()
    path.touch(0o755)
    return path


@pytest.mark.parametrize(
    ("variable", "on_path", "wanted"),
    [
        (None, False, True),
        (None, True, False),
        ("there", False, False),
        ("nowhere", False, True),
        ("nowhere", True, False),
        ("", False, True),
    ],
)
def test_dot_is_installed_only_where_there_is_none(
    monkeypatch, executable, variable, on_path, wanted
):
    monkeypatch.setenv("PATH", str(executable.parent if on_path else executable.parent.parent))
    monkeypatch.delenv("GRAPHVIZ_DOT", raising=False)
    if variable is not None:
        monkeypatch.setenv("GRAPHVIZ_DOT", str(executable) if variable == "there" else variable)
    task = run.Task("", ("dot", "other"), ())
    assert run.needed_extras(task) == ({"dot", "other"} if wanted else {"other"})


def test_no_32_bit_python_is_offered_a_64_bit_dot(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("GRAPHVIZ_DOT", raising=False)
    monkeypatch.setattr(sys, "maxsize", 2**31 - 1)
    assert run.needed_extras(run.Task("", ("dot",), ())) == set()


# Old Pythons, other runs, real processes


def test_old_pythons_parse_far_enough_to_refuse(monkeypatch):
    ast.parse(SOURCE.read_text("utf-8"), feature_version=(3, 6))
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.10 or newer; this is 3\.9 "):
        runpy.run_path(str(SOURCE))


def test_only_one_run_sets_up_at_a_time(project):
    order = []

    def other_run():
        with run.only_one():
            order.append("other")

    with run.only_one():
        thread = threading.Thread(target=other_run)
        thread.start()
        thread.join(0.2)
        order.append("this")
    thread.join()
    assert order == ["this", "other"]


def test_commands_see_the_environment_as_activated(project, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PATH", "usual")
    seen = run.environment()
    assert seen["PATH"] == f"{run.SCRIPTS}{os.pathsep}usual"
    assert seen["VIRTUAL_ENV"] == str(run.VENV)
    assert "PYTHONPATH" not in seen


def test_complaints_of_the_set_up_are_shown_and_its_chatter_is_not(project, capfd):
    code = "import sys; print('chatter'); print('größer', file=sys.stderr); sys.exit(5)"
    assert run.call_quietly([sys.executable, "-c", code]) == 5
    assert capfd.readouterr() == ("", "größer\n")


@pytest.fixture
def sigint():
    """Take Ctrl-C, also where the suite itself runs in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals")
@pytest.mark.usefixtures("sigint")
def test_ctrl_c_lets_the_command_tidy_up_and_returns_130(project):
    shutil.copy(SOURCE, project)
    venv.create(project / ".venv", symlinks=True)
    (project / "benchmarks.py").write_text(
        "import pathlib, time\n"
        "try:\n    print('started', flush=True)\n    time.sleep(60)\n"
        "except KeyboardInterrupt:\n    time.sleep(0.5)\n    pathlib.Path('tidy').touch()\n",
        "utf-8",
    )
    run.write_stamp({**run.fingerprint(), "extras": []})
    with subprocess.Popen(
        [sys.executable, project / "run.py", "bench"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=30) == 130
        assert (project / "tidy").exists()
        assert process.communicate() == ("", "")
