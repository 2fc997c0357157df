"""What one process of the memory benchmark does: train, and say how far its memory rose."""

import sys
from functools import partial
from pathlib import Path

import numpy as np

from tinygrad_course import Tensor, checkpoint, nn

from . import training

STEPS = 5  # the second may need more than the first: gradients of the step before are still there


def peak(name: str, side: str) -> int:
    """The bytes by which resident memory rose, at its peak, to make and train a net."""
    task = training.TASKS[name]
    x, target = training.data(task)
    layers = training.initial_layers(task)
    x @ x.T  # BLAS takes its work space now
    before = start_watching()
    if side == "ours":
        run = training.ours(task, x, target, layers)
    else:
        run = training.by_hand(task, x, target, [(np.copy(w), np.copy(b)) for w, b in layers])
    run(STEPS)
    return high_water_mark() - before


def peak_of_64_layers(side: str) -> int:
    """The same for passes there and back through 64 equal blocks, with `checkpoint` or without it."""
    layers = [nn.Linear(128, 128, rng=seed) for seed in range(64)]
    x = np.random.default_rng(0).random((4096, 128), dtype=np.float32)
    x @ x.T
    before = start_watching()
    for _ in range(2):
        h = Tensor(x)
        for layer in layers:
            block = partial(_block, layer)
            h = checkpoint(block)(h) if side == "checkpointed" else block(h)
        (h * h).mean().backward()
        for layer in layers:
            layer.zero_grad()
    return high_water_mark() - before


def _block(layer: nn.Linear, x: Tensor) -> Tensor:
    return x + np.tanh(layer(x)).relu() * 0.5


def start_watching() -> int:
    """Return the resident memory, from which the high-water mark rises from now on."""
    # The mark has to be set back: it remembers what was freed since, and, on Linux, even the size
    # that the parent had when it started this process.
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")
    return high_water_mark()


def high_water_mark() -> int:
    """The most memory that has been resident, in bytes."""
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text()
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])
    if sys.platform == "win32":
        raise NotImplementedError("peak memory is measured on Linux and macOS only")
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes on macOS
