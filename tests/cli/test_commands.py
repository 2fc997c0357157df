"""The commands on real files of every kind, also broken ones, and as a process."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import onnxruntime
import pandas
import pytest
from PIL import Image

from tinygrad_course import cli
from tinygrad_course.training import read_checkpoint

QUICK = ["--epochs", "12", "--lr", "0.01"]


def rows(count=120):
    """A table in which the class follows from a, and the price from a and the town."""
    rng = np.random.default_rng(0)
    a = rng.normal(size=count).round(3)
    town = np.array(["Bonn", "Kiel", "Ulm"])[np.arange(count) % 3]
    price = 1000 * a + 500.0 * (town == "Ulm") + 3000
    kind = np.where(a > 0, "big", "small")
    return pandas.DataFrame({"a": a, "town": town, "price": price.round(2), "kind": kind})


def said(capsys, *arguments):
    """The exit code, and what was printed."""
    code = cli.main([*map(str, arguments)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a table, and a run that knows its classes."""
    folder = tmp_path_factory.mktemp("trained")
    rows().to_csv(folder / "rows.csv", index=False)
    code = cli.main(
        [
            *("train", str(folder / "rows.csv"), "--target", "kind", "--leave-out", "price"),
            *("--out", str(folder / "run"), "--json", *QUICK),
        ]
    )
    assert code == 0
    return folder


def test_train_writes_the_folder(trained):
    found = {path.name for path in (trained / "run").iterdir()}
    assert found == {"model.safetensors", "run.ckpt", "history.json", "run.json", "report.html"}
    history = json.loads((trained / "run" / "history.json").read_text())
    assert history["test"]["accuracy"] > 0.9 > history["baseline"]["accuracy"]
    assert len(history["train"]["loss"]) <= 12
    settings = json.loads((trained / "run" / "run.json").read_text())
    assert settings["target"] == "kind"
    page = (trained / "run" / "report.html").read_text()
    for words in ("rows.csv", "confusion matrix", "without one", "town=Ulm", "<svg"):
        assert words in page
    assert "src=" not in page.replace('src="data:', "")
    assert read_checkpoint(trained / "run" / "run.ckpt").finished


def test_predict_and_evaluate(trained, capsys):
    code, out, _ = said(capsys, "predict", trained / "run", trained / "rows.csv")
    assert code == 0
    header, first, *rest = out.splitlines()
    assert (header, len(rest)) == ("row,prediction,probability", 119)
    assert first.startswith("line 2,")
    code, out, _ = said(capsys, "evaluate", trained / "run", trained / "rows.csv", "--json")
    figures = json.loads(out)
    assert code == 0
    right = sum(
        line.split(",")[1] == kind for line, kind in zip([first, *rest], rows().kind, strict=True)
    )
    assert figures["accuracy"] == pytest.approx(right / 120)
    code, out, _ = said(capsys, "predict", trained / "run", trained / "rows.csv", "--json")
    assert json.loads(out.splitlines()[0])["prediction"] in ("big", "small")
    out_file = trained / "out.csv"
    assert (
        said(capsys, "predict", trained / "run", trained / "rows.csv", "--out", out_file)[1] == ""
    )
    assert out_file.read_text().startswith(header)


def test_a_goal_that_is_missed(trained, capsys):
    for command in ("evaluate", "train"):
        given = [trained / "run", trained / "rows.csv"]
        if command == "train":
            given = [given[1], "--target", "kind", "--out", trained / "goal", *QUICK]
        assert said(capsys, command, *given, "--at-least", "0")[0] == 0
        if command == "train":
            given += ["--force"]
        code, _, err = said(capsys, command, *given, "--at-least", "1.1")
        assert code == 1
        assert "below the goal of 110.0 %" in err


def test_draw(trained, capsys):
    for arguments, name in [([], "network.svg"), (["--graph"], "graph.svg")]:
        code, out, _ = said(capsys, "draw", trained / "run", *arguments)
        assert (code, Path(out.strip()).name) == (0, name)
        assert "<svg" in Path(out.strip()).read_text() or "digraph" in Path(out.strip()).read_text()


def test_export(trained, capsys):
    code, out, _ = said(capsys, "export", trained / "run", trained / "m.onnx")
    assert (code, out) == (0, f"{trained / 'm.onnx'}\n")
    session = onnxruntime.InferenceSession(trained / "m.onnx")
    frame = rows()
    columns = {"a": frame.a.to_numpy(), "town": frame.town.to_numpy(object)}
    (logits,) = session.run(None, columns)
    predicted = said(capsys, "predict", trained / "run", trained / "rows.csv")[1].splitlines()[1:]
    classes = [line.split(",")[1] for line in predicted]
    assert [("big", "small")[int(z > 0)] for z in logits] == classes
    assert said(capsys, "export", trained / "run", trained / "x.onnx", "--prepared")[0] == 0
    assert len(onnxruntime.InferenceSession(trained / "x.onnx").get_inputs()) == 1


# --- sources --------------------------------------------------------------------------------------


def table_files(folder):
    frame = rows().drop(columns="kind")
    frame.to_csv(folder / "t.csv", index=False)
    frame.to_csv(folder / "t.csv.gz", index=False)
    frame.to_parquet(folder / "t.parquet")
    with sqlite3.connect(folder / "t.db") as database:
        frame.to_sql("houses", database, index=False)
    database.close()
    return [
        folder / "t.csv",
        folder / "t.csv.gz",
        folder / "t.parquet",
        f"sqlite:{folder / 't.db'}?table=houses",
        f"sqlite:{folder / 't.db'}?query=SELECT a, town, price FROM houses WHERE a > -9 ORDER BY rowid",
    ]


def test_tables_of_any_kind_give_the_same_network(tmp_path, capsys):
    found = []
    for i, source in enumerate(table_files(tmp_path)):
        out = ["--out", tmp_path / f"run{i}", "--json", *QUICK]
        code, printed, _ = said(capsys, "train", source, "--target", "price", *out)
        assert code == 0
        found.append(json.loads(printed)["test"])
        assert said(capsys, "evaluate", tmp_path / f"run{i}", source)[0] == 0
    assert found == [found[0]] * 5
    assert found[0]["R²"] > 0.5


def test_arrays(tmp_path, capsys):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(90, 4))
    y = x @ [1.0, 2, 0, 0]
    np.savez(tmp_path / "both.npz", x=x, y=y)
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", y)
    figures = []
    for name, source in [("a", ["both.npz"]), ("b", ["x.npy", "y.npy"])]:
        files = [tmp_path / file for file in source]
        code, out, _ = said(capsys, "train", *files, "--out", tmp_path / name, "--json", *QUICK)
        assert code == 0
        figures.append(json.loads(out)["test"])
    assert figures[0] == figures[1]
    code, out, _ = said(capsys, "predict", tmp_path / "a", tmp_path / "x.npy")
    assert len(out.splitlines()) == 91


def folder_of_pictures(folder):
    rng = np.random.default_rng(0)
    for name, level in (("dark", 40), ("light", 200)):
        (folder / name).mkdir(parents=True)
        for i in range(12):
            noise = rng.integers(0, 50, (9, 7, 3)) + level
            Image.fromarray(noise.astype(np.uint8)).save(folder / name / f"{i}.png")
    return folder


def test_a_folder_of_pictures(tmp_path, capsys):
    folder = folder_of_pictures(tmp_path / "photos")
    run = tmp_path / "run"
    options = ["--size", "6", "--hidden", "8", "--epochs", "150", "--lr", "0.01"]
    assert said(capsys, "train", folder, "--out", run, *options)[0] == 0
    code, out, _ = said(
        capsys, "predict", run, folder / "dark" / "3.png", folder / "light" / "0.png"
    )
    assert code == 0
    assert [line.split(",")[1] for line in out.splitlines()[1:]] == ["dark", "light"]
    code, out, _ = said(capsys, "evaluate", run, folder, "--json")
    assert (code, json.loads(out)["rows"]) == (0, 24)
    assert (
        "data:image/png" in (run / "report.html").read_text()
        or "No test row" in (run / "report.html").read_text()
    )
    (folder / "light" / "0.png").write_bytes(b"no picture")
    code, _, err = said(capsys, "train", folder, "--out", tmp_path / "other", *options)
    assert code == 1
    assert "0.png" in err
    skipped = [*options, "--skip-unreadable"]
    code, out, _ = said(capsys, "train", folder, "--out", tmp_path / "other", *skipped)
    assert (code, "0.png" in out) == (0, True)


def test_the_files_of_the_course(tmp_path, capsys):
    rng = np.random.default_rng(0)
    for part, count in (("train", 40), ("test", 10)):
        with h5py.File(tmp_path / f"{part}.h5", "w") as file:
            labels = np.arange(count) % 2
            pictures = rng.integers(0, 60, (count, 8, 8, 3)) + 150 * labels[:, None, None, None]
            file[f"{part}_set_x"], file[f"{part}_set_y"] = pictures.astype(np.uint8), labels
            file["list_classes"] = np.array([b"non-cat", b"cat"])
    pair = [tmp_path / "train.h5", tmp_path / "test.h5"]
    run = tmp_path / "run"
    code, out, _ = said(
        capsys,
        "train",
        *pair,
        "--out",
        run,
        "--hidden",
        "0",
        "--json",
        "--epochs",
        "100",
        "--lr",
        "0.01",
    )
    assert (code, json.loads(out)["test"]["accuracy"]) == (0, 1.0)
    assert said(capsys, "evaluate", run, *pair, "--at-least", "1")[0] == 0


# --- what is refused ------------------------------------------------------------------------------


def test_data_that_is_refused_leaves_nothing_behind(tmp_path, capsys):
    frame = rows()
    frame.loc[4, "a"] = np.nan
    frame.to_csv(tmp_path / "gaps.csv", index=False)
    (tmp_path / "broken.csv").write_text("a,b\n1,2\n3,4,5\n")
    (tmp_path / "broken.npz").write_bytes(b"PK nothing")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    rows().to_csv(tmp_path / "rows.csv", index=False)
    for arguments, words in [
        (["gaps.csv", "--target", "kind"], "line 6, column 'a'"),
        (["broken.csv", "--target", "b"], "line 3"),
        (["broken.npz"], "no file of NumPy"),
        (["broken.parquet", "--target", "b"], "broken.parquet"),
        (["none.csv", "--target", "b"], "does not exist"),
        (["rows.csv"], "--target COLUMN. There are 'a', 'town', 'price', 'kind'"),
        (["rows.csv", "--target", "colour"], "no column 'colour'"),
        (["rows.csv", "rows.csv", "--target", "kind"], "give one"),
        (["sqlite:none.db?table=t", "--target", "b"], "does not exist"),
        (["sqlite:none.db", "--target", "b"], "?table=NAME"),
        (["table.xyz", "--target", "b"], "does not exist"),
    ]:
        data = [
            str(tmp_path / a) if a.endswith((".csv", ".npz", ".parquet")) else a for a in arguments
        ]
        code, out, err = said(capsys, "train", *data, "--out", tmp_path / "run")
        assert (code, out) == (1, "")
        assert words in err
        assert err.count("\n") == 1  # one line
    assert not (tmp_path / "run").exists()
    # The advice for gaps.
    advice = ["--missing", "mean", "--out", tmp_path / "run", *QUICK]
    assert said(capsys, "train", tmp_path / "gaps.csv", "--target", "kind", *advice)[0] == 0


def test_a_folder_that_has_a_training(trained, tmp_path, capsys):
    train = ["train", trained / "rows.csv", "--target", "kind", "--leave-out", "price"]
    before = (trained / "run" / "model.safetensors").read_bytes()
    code, _, err = said(capsys, *train, "--out", trained / "run", *QUICK)
    assert code == 1
    assert "--resume goes on with it, --force replaces it" in err
    code, _, err = said(capsys, *train, "--out", tmp_path / "new", "--resume", *QUICK)
    assert code == 1
    assert "leave --resume out" in err
    for way_out in ("--resume", "--force"):
        assert said(capsys, *train, "--out", trained / "run", way_out, *QUICK)[0] == 0
        assert (trained / "run" / "model.safetensors").read_bytes() == before
    code, _, err = said(capsys, *train, "--out", trained / "run", "--resume", "--lr", "0.5")
    assert code == 1
    assert "lr: [0.01] there, [0.5] here" in err


def test_a_run_that_is_none(tmp_path, capsys):
    for command in ("evaluate", "predict"):
        code, _, err = said(capsys, command, tmp_path, "rows.csv")
        assert code == 1
        assert "has no model.safetensors: train one" in err
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    assert "safetensors" in said(capsys, "draw", tmp_path)[2]


# --- check ----------------------------------------------------------------------------------------


def test_check(tmp_path, capsys):
    file = tmp_path / "my.py"
    file.write_text(
        "import numpy as np\nimport tinygrad_course as tg\n\n"
        "def cost(w, x=np.ones(3)):\n    return ((w @ x) ** 2).sum()\n\n"
        "def wrong(x):\n    return x * x.detach()\n"
    )
    assert said(capsys, "check", f"{file}:cost", "2,3")[0] == 0
    assert said(capsys, "check", f"{file}:cost", "2,3", "3", "--order", "2")[0] == 0
    code, out, _ = said(capsys, "check", f"{file}:wrong", "3", "--json")
    assert (code, json.loads(out)["wrong"]) == (1, 9 - 6)
    for named, shapes, words in [
        (f"{file}:missing", [], "has no function 'missing', but cost, wrong"),
        (f"{file}:cost", [], "has the arguments w, x, and 0 shapes are given"),
        (f"{file}:cost", ["1", "2", "3"], "3 shapes"),
        ("my.py", [], "write FILE.py:FUNCTION"),
        (f"{tmp_path}/none.py:f", [], "does not exist"),
    ]:
        code, _, err = said(capsys, "check", named, *shapes)
        assert code == 1
        assert words in err
    file.write_text("1 / 0\n")
    assert "ZeroDivisionError" in said(capsys, "check", f"{file}:f")[2]


# --- as a process ---------------------------------------------------------------------------------


def process(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "tinygrad_course", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path.cwd(),
        **options,
    )


def test_rows_from_the_standard_input(trained):
    lines = (trained / "rows.csv").read_text().splitlines()[:3]
    running = process("predict", trained / "run", "-")
    out, err = running.communicate("\n".join(lines) + "\n")
    assert (running.returncode, err) == (0, "")
    assert [line.split(",")[0] for line in out.splitlines()] == ["row", "line 2", "line 3"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_training_that_is_ended_goes_on(trained, tmp_path, sent, code):
    given = ["train", trained / "rows.csv", "--target", "price", "--out", tmp_path / "run"]
    given += ["--epochs", "100000", "--patience", "100000", "--lr", "0.001"]
    running = process(*given)
    while not (running.stdout.readline().startswith("MLP")):
        assert running.poll() is None
    time.sleep(0.5)
    running.send_signal(sent)
    _, err = running.communicate()
    assert running.returncode == code, err
    saved = read_checkpoint(tmp_path / "run" / "run.ckpt")
    assert saved.steps > 0
    assert not saved.finished
    running = process(*given, "--resume")
    while not (running.stdout.readline().startswith("MLP")):
        assert running.poll() is None
    time.sleep(0.5)
    running.send_signal(sent)
    running.communicate()
    assert read_checkpoint(tmp_path / "run" / "run.ckpt").steps > saved.steps
