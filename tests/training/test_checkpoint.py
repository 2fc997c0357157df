"""A training that was cut off goes on to the bit, and nothing else is taken for it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.sampling import FACTOR
from tinygrad_course import data, nn, optim
from tinygrad_course.errors import CheckpointError, FileFormatError, SettingError
from tinygrad_course.training import EarlyStopping, fit, read_checkpoint

RNG = np.random.default_rng(0)
M = 21
X = RNG.normal(size=(M, 3))
Y = np.arange(M) % 3
WEIGHTS = RNG.uniform(0.5, 2, M)


class CutOff(Exception):
    """What ends a training in the middle."""


def layers(dtype=np.float64):
    return nn.Sequential(
        nn.Linear(3, 5, rng=0, dtype=dtype),
        nn.BatchNorm1d(5, dtype=dtype),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(5, 3, rng=1, dtype=dtype),
    )


def plain(model):
    return {"optimizer": optim.Adam(model, lr=0.02)}


def scheduled(model):
    optimizer = optim.SGD(model, lr=0.1, momentum=0.9)
    return {"optimizer": optimizer, "schedule": optim.one_cycle()}


def watched(model):
    optimizer = optim.RMSprop(model, lr=0.02)
    callbacks = [optim.Plateau(optimizer, patience=0, factor=0.5), EarlyStopping(patience=2)]
    return {"optimizer": optimizer, "callbacks": callbacks, "validation": (X[:9], Y[:9])}


def averaged(model):
    average = optim.WeightAverage(model, 0.7)
    return {"optimizer": optim.AdamW(model, lr=0.02), "step_callbacks": [average]}


def weighted(model):
    return {
        "optimizer": optim.Adagrad(model, lr=0.1),
        "sample_weight": WEIGHTS,
        "class_weight": "balanced",
    }


def accumulated(model):
    return {"optimizer": optim.SGD(model, lr=0.1), "accumulate": 2, "clip_norm": 0.5, "rng": 7}


def in_pieces(model):
    return {"optimizer": optim.Adam(model, lr=0.02), "y": None, "x": data.ArrayPieces(X, Y, rows=6)}


def by_another_generator(model):
    rng = np.random.Generator(np.random.MT19937(3))
    return {"optimizer": optim.Adam(model, lr=0.02), "rng": rng}


def of_a_loss_that_is_no_mean(model):
    def root(prediction, target):
        return np.sqrt(nn.CrossEntropyLoss()(prediction, target))

    return {"optimizer": optim.Adam(model, lr=0.02), "loss": root}


RUNS = [
    *(plain, scheduled, watched, averaged, weighted, accumulated, in_pieces),
    *(by_another_generator, of_a_loss_that_is_no_mean),
]


def run(of, *, cut_off_at=None, epochs=4, **more):
    """All that a training leaves: weights, buffers, moments, states of callbacks, history."""
    model = layers()
    options = {"x": X, "y": Y, "loss": nn.CrossEntropyLoss(), **of(model)}
    x, y, loss, optimizer = (options.pop(name) for name in ("x", "y", "loss", "optimizer"))
    steps = []

    def cut_off(step):
        steps.append(step.step)
        if step.step == cut_off_at:
            raise CutOff

    kept = options.pop("step_callbacks", [])
    options = {"epochs": epochs, "batch_size": 5, "progress": False, **options, **more}
    history = fit(model, loss, optimizer, x, y, step_callbacks=[*kept, cut_off], **options)
    states = [c.state_dict() for c in [*options.get("callbacks", ()), *kept]]
    left = [model.state_dict(), optimizer.state_dict(), *states]
    figures = (history.train, history.validation, history.lr)
    return (
        [{name: array.tobytes() for name, array in state.items()} for state in left],
        figures,
        steps,
    )


@pytest.mark.parametrize("of", RUNS, ids=lambda of: of.__name__)
def test_a_training_that_was_cut_off_goes_on_to_the_bit(of, tmp_path):
    left, figures, steps = run(of)
    assert len(steps) >= 8
    for k in steps if of is plain else steps[:: 1 if FACTOR > 1 else 3]:
        path = tmp_path / f"{k}.ckpt"
        with pytest.raises(CutOff):
            run(of, cut_off_at=k, checkpoint=path, every=1)
        again, same_figures, rest = run(of, checkpoint=path, every="1 epoch")
        assert rest == [step for step in steps if step >= k]
        assert again == left
        assert same_figures == figures


@pytest.mark.parametrize("every", ["2 steps", "1 epoch", "2 epochs", "1000s"])
def test_it_goes_on_from_the_last_checkpoint(every, tmp_path):
    left, figures, steps = run(scheduled)
    options = {"checkpoint": tmp_path / "run.ckpt", "every": every}
    with pytest.raises(CutOff):
        run(scheduled, cut_off_at=14, **options)
    again, same_figures, rest = run(scheduled, **options)
    first = {"2 steps": 13, "1 epoch": 13, "2 epochs": 9, "1000s": 1}[every]
    assert rest == [step for step in steps if step >= first]
    assert (again, same_figures) == (left, figures)


def test_a_training_that_has_ended_is_not_trained_again_unless_for_more_epochs(tmp_path):
    path = tmp_path / "run.ckpt"
    for of in (plain, scheduled, watched):
        left, figures, _ = run(of, checkpoint=path, resume=False)
        assert run(of, checkpoint=path) == (left, figures, [])
    _, _, steps = run(plain, checkpoint=path, resume=False)
    longer = run(plain, checkpoint=path, epochs=6)
    assert longer[:2] == run(plain, epochs=6)[:2]
    assert longer[2][0] == steps[-1] + 1


def test_an_optimizer_that_has_ended_follows_no_schedule(tmp_path):
    for _ in range(2):
        model = layers()
        optimizer = optim.SGD(model, lr=0.1)
        options = {
            "epochs": 2,
            "batch_size": 5,
            "schedule": optim.linear_decay(),
            "progress": False,
        }
        fit(model, nn.CrossEntropyLoss(), optimizer, X, Y, checkpoint=tmp_path / "run", **options)
        nn.CrossEntropyLoss()(model(X), Y).backward()
        optimizer.step()
        assert optimizer.last_lr == 0.1


OTHERS = {
    "batch_size": {"batch_size": 6},
    "rng": {"rng": 1},
    "epochs": {"epochs": 5, "schedule": optim.linear_decay()},
    "schedule": {"schedule": optim.linear_decay()},
    "clip_norm": {"clip_norm": 1.0},
    "accumulate": {"accumulate": 2},
    "data": {"sample_weight": WEIGHTS},
    "validation": {"validation": (X, Y)},
    "metrics": {"metrics": None},
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_settings_are_refused_and_nothing_has_changed(name, tmp_path):
    path = tmp_path / "run.ckpt"
    run(plain, checkpoint=path)
    whole = path.read_bytes()
    with pytest.raises(CheckpointError, match=rf"  {name}: .* there, .* here[\s\S]*resume=False"):
        run(plain, checkpoint=path, **OTHERS[name])
    assert path.read_bytes() == whole
    # The advice.
    run(plain, checkpoint=path, resume=False, **OTHERS[name])


def other(model=None, optimizer=None, x=X, y=Y, loss=None, **options):
    model = layers() if model is None else model
    optimizer = optim.Adam(model, lr=0.02) if optimizer is None else optimizer(model)
    before = {name: array.copy() for name, array in model.state_dict().items()}
    with pytest.raises(CheckpointError) as refused:
        fit(
            *(model, loss or nn.CrossEntropyLoss(), optimizer, x, y),
            **{"epochs": 4, "batch_size": 5, "progress": False, **options},
        )
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    assert optimizer.steps == 0
    return str(refused.value)


def test_other_data_another_model_and_another_optimizer_are_refused(tmp_path):
    path = {"checkpoint": tmp_path / "run.ckpt"}
    run(plain, **path)
    assert "  data: " in other(x=X + 1e-9, **path)
    assert "  data: " in other(y=Y[::-1], **path)
    assert "  model: " in other(nn.MLP([3, 5, 3], rng=0, dtype=np.float64), **path)
    assert "  dtypes: " in other(layers(np.float32), **path)
    assert "  optimizer: " in other(optimizer=lambda m: optim.AdamW(m, lr=0.02), **path)
    assert "  lr: [0.02] there, [0.03] here" in other(
        optimizer=lambda m: optim.Adam(m, lr=0.03), **path
    )
    assert "settings of the opt" in other(
        optimizer=lambda m: optim.Adam(m, lr=0.02, betas=(0.8, 0.9)), **path
    )
    assert "  loss: " in other(loss=nn.CrossEntropyLoss(label_smoothing=0.1), **path)
    assert "same callbacks" in other(callbacks=[EarlyStopping(monitor="loss")], **path)


def test_without_a_checkpoint_there_is_nothing_to_resume(tmp_path):
    with pytest.raises(CheckpointError, match="resume='auto'"):
        run(plain, checkpoint=tmp_path / "run.ckpt", resume=True)
    with pytest.raises(SettingError, match=r"checkpoint='run\.ckpt'"):
        run(plain, resume=True)
    for given, message in [
        ({"resume": "yes"}, "'auto', True or False"),
        ({"every": "soon"}, "'60s'"),
        ({"every": 0}, "'60s'"),
        ({"every": "0 steps"}, "'60s'"),
        ({"every": "1.5 epochs"}, "whole number"),
        ({"checkpoint": 3}, "'run.ckpt'"),
        ({"checkpoint": tmp_path}, "is a folder"),
        ({"checkpoint": tmp_path / "no" / "run.ckpt"}, "which is no folder"),
    ]:
        with pytest.raises(SettingError, match=message):
            run(plain, **{"checkpoint": tmp_path / "run.ckpt", **given})
    assert not [*tmp_path.iterdir()]


def is_refused(path):
    """Whether the checkpoint is refused; a flipped bit in a number is another number."""
    try:
        run(plain, checkpoint=path)
    except (FileFormatError, CheckpointError):
        return True
    return False


def test_a_damaged_checkpoint_is_refused(tmp_path):
    path = tmp_path / "run.ckpt"
    run(plain, checkpoint=path)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for end in rng.integers(len(whole), size=20 * FACTOR):
        path.write_bytes(whole[:end])
        assert is_refused(path)
    header = 8 + int.from_bytes(whole[:8], "little")
    refused = 0
    for at in rng.integers(header, size=40 * FACTOR):
        path.write_bytes(
            whole[:at] + bytes([whole[at] ^ 1 << int(rng.integers(8))]) + whole[at + 1 :]
        )
        refused += is_refused(path)
    assert refused > 20 * FACTOR
    nn.MLP([3, 2], rng=0).save(tmp_path / "model.safetensors")
    with pytest.raises(FileFormatError, match="no checkpoint of fit"):
        run(plain, checkpoint=tmp_path / "model.safetensors")


def test_an_error_in_saving_ends_the_training(tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()

    def remove(step):
        if step.step == 3:
            (folder / "run.ckpt").unlink()
            folder.rmdir()

    model = layers()
    optimizer = optim.Adam(model, lr=0.02)
    with pytest.raises(FileNotFoundError, match=r"run\.ckpt"):
        fit(
            *(model, nn.CrossEntropyLoss(), optimizer, X, Y),
            **{"epochs": 4, "batch_size": 5, "progress": False, "step_callbacks": [remove]},
            checkpoint=folder / "run.ckpt",
            every=1,
        )
    assert optimizer.steps == 3


def test_a_random_seed_goes_on_as_well(tmp_path):
    path = tmp_path / "run.ckpt"
    with pytest.raises(CutOff):
        run(plain, cut_off_at=9, checkpoint=path, every=1, rng=None)
    one, two = (tmp_path / name for name in ("one", "two"))
    for copy in (one, two):
        copy.write_bytes(path.read_bytes())
    assert run(plain, checkpoint=one, rng=None) == run(plain, checkpoint=two, rng=None)


def test_a_look_at_a_checkpoint(tmp_path):
    path = tmp_path / "run.ckpt"
    left, figures, steps = run(watched, checkpoint=path)
    found = read_checkpoint(path)
    assert (found.history.train, found.history.validation, found.history.lr) == figures
    assert found.steps == steps[-1]
    assert found.finished
    # The model ended with the best weights; the file has the last ones as well.
    assert {name: array.tobytes() for name, array in found.best_weights.items()} == left[0]
    assert {*found.weights} == {*found.best_weights}


# --- as a process ---------------------------------------------------------------------------------


PROGRAM = """
import sys, time
import numpy as np
from tinygrad_course import nn, optim
from tinygrad_course.training import fit

x = np.random.default_rng(0).normal(size=(200, 4))
model = nn.Sequential(nn.Linear(4, 8, rng=0), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 2, rng=1))
print("begins", flush=True)
history = fit(
    model, nn.CrossEntropyLoss(), optim.Adam(model, lr=0.01), x, (x.sum(1) > 0).astype(int),
    epochs=12, batch_size=10, schedule=optim.cosine_decay(), checkpoint=sys.argv[1], every=1,
    step_callbacks=[lambda step: time.sleep(0.002)],
)
print(history.interrupted, len(history))
"""


def start(path):
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, path], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert process.stdout.readline() == "begins\n"
    return process


def left_in(path):
    found = read_checkpoint(path)
    assert found.finished
    arrays = {name: array.tobytes() for name, array in found.weights.items()}
    return arrays, found.history.train, found.history.lr, found.steps


def test_a_process_that_is_killed_at_any_moment_goes_on_to_the_bit(tmp_path):
    whole = tmp_path / "whole.ckpt"
    assert start(whole).communicate()[0] == "False 12\n"
    rng = np.random.default_rng(0)
    path = tmp_path / "run.ckpt"
    for _ in range(3 if FACTOR == 1 else 50):
        process = start(path)
        time.sleep(rng.uniform(0, 0.25))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if path.exists() and read_checkpoint(path).finished:
            assert left_in(path) == left_in(whole)
            path.unlink()
    assert start(path).communicate()[0] == "False 12\n"
    assert left_in(path) == left_in(whole)
    assert [file.name for file in tmp_path.iterdir()].count("run.ckpt") == len(
        [*tmp_path.glob("run*")]
    )


def test_sigterm_saves_and_exits_with_143(tmp_path):
    process = start(tmp_path / "run.ckpt")
    time.sleep(0.1)
    process.terminate()
    process.communicate()
    assert process.returncode == 143
    assert not read_checkpoint(tmp_path / "run.ckpt").finished
    assert start(tmp_path / "run.ckpt").communicate()[0] == "False 12\n"


def test_ctrl_c_saves_and_returns_the_history(tmp_path):
    process = start(tmp_path / "run.ckpt")
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    printed = process.communicate()[0]
    assert process.returncode == 0
    assert printed.startswith("True ")
    assert not read_checkpoint(tmp_path / "run.ckpt").finished
