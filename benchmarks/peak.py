"""One process of the memory benchmark: trains a net, and returns the rise of its memory."""

import sys
import tempfile
import threading
from functools import partial
from pathlib import Path

import numpy as np

from tinygrad_course import Tensor, checkpoint, data, fit, nn, optim

from . import training

STEPS = 5  # the second may need more than the first, since the gradients of the first still exist


def peak(name: str, side: str) -> int:
    """The rise of resident memory, in bytes, to its peak while a net is made and trained."""
    task = training.TASKS[name]
    x, target = training.data(task)
    layers = training.initial_layers(task)
    x @ x.T  # BLAS allocates its workspace now
    before = start_watching()
    if side == "ours":
        run = training.ours(task, x, target, layers)
    else:
        run = training.by_hand(task, x, target, [(np.copy(w), np.copy(b)) for w, b in layers])
    run(STEPS)
    return high_water_mark() - before


def peak_of_64_layers(side: str) -> int:
    """The same for forward and backward passes through 64 equal layers, with or without `checkpoint`."""
    layers = [nn.Linear(128, 128, rng=seed) for seed in range(64)]
    x = np.random.default_rng(0).random((4096, 128), dtype=np.float32)
    x @ x.T
    before = start_watching()
    for _ in range(2):
        h = Tensor(x)
        for layer in layers:
            residual = partial(_residual, layer)
            h = checkpoint(residual)(h) if side == "checkpointed" else residual(h)
        (h * h).mean().backward()
        for layer in layers:
            layer.zero_grad()
    return high_water_mark() - before


def growth_of_pieces(rows: int) -> int:
    """The rise of anonymous memory in one epoch over so many rows of float32, with a model in float64."""
    with tempfile.TemporaryDirectory() as folder:
        x, y = Path(folder, "x.npy"), Path(folder, "y.npy")
        rng = np.random.default_rng(0)
        inputs = np.lib.format.open_memmap(x, "w+", np.float32, (rows, 32))
        targets = np.lib.format.open_memmap(y, "w+", np.int64, (rows,))
        for i in range(0, rows, 1000):
            inputs[i : i + 1000] = rng.random((min(1000, rows - i), 32), dtype=np.float32)
            targets[i : i + 1000] = inputs[i : i + 1000, 0] > 0.5
        inputs.flush()
        targets.flush()
        pieces = data.NpyPieces(x, y, rows=1000)
        model = nn.MLP([32, 16, 1], rng=0, dtype=np.float64)
        optimizer = optim.SGD(model, lr=0.1)
        before, peak, ended = anonymous_memory(), [0], threading.Event()

        def watch() -> None:
            while not ended.wait(0.005):
                peak[0] = max(peak[0], anonymous_memory())

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            fit(model, nn.BCEWithLogitsLoss(), optimizer, pieces, epochs=1, batch_size=100)
        finally:
            ended.set()
            watcher.join()
        return max(peak[0], anonymous_memory()) - before


def anonymous_memory() -> int:
    """The memory of this process that no file backs, in bytes."""
    if sys.platform != "linux":
        raise NotImplementedError("anonymous memory is measured on Linux only")
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition("RssAnon:")[2].split()[0])


def _residual(layer: nn.Linear, x: Tensor) -> Tensor:
    return x + layer(x).tanh().relu() * 0.5


def start_watching() -> int:
    """Reset the high-water mark to the resident memory, and return it."""
    # Without the reset it includes memory that was freed before, and on Linux even the size of the
    # parent process when it started this one.
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")
    return high_water_mark()


def high_water_mark() -> int:
    """The maximum of resident memory so far, in bytes."""
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text()
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])
    if sys.platform == "win32":
        raise NotImplementedError("peak memory is measured on Linux and macOS only")
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes on macOS
