"""Convolution and pooling of a batch of pictures, forward and backward, against PyTorch, if it is installed.

Each side runs in processes of its own, alternately: two libraries with threads of their own in one process
would disturb each other.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from .contest import Effort, Measurement, compare

_TIMED = """
from time import perf_counter
times = []
for _ in range({calls} + 2):
    began = perf_counter()
    step()
    times.append(perf_counter() - began)
print(sorted(times[2:])[len(times[2:]) // 2])
"""

_OURS = """
import numpy as np
from tinygrad_course import Tensor
from tinygrad_course.nn import functional as F
rng = np.random.default_rng(0)
leaves = [
    Tensor(rng.standard_normal(shape).astype(np.float32), requires_grad=True) for shape in {shapes}
]
g = np.ones(F.{call}.shape, np.float32)
def step():
    for leaf in leaves:
        leaf.grad = None
    F.{call}.backward(g)
"""

_THEIRS = """
import os, torch
from torch.nn import functional as F
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 1)))
leaves = [torch.randn(shape, requires_grad=True) for shape in {shapes}]
g = torch.ones(F.{call}.shape)
def step():
    for leaf in leaves:
        leaf.grad = None
    F.{call}.backward(g)
"""


@dataclass(frozen=True)
class AgainstPyTorch:
    """The ratio of the times of a call of nn.functional, forward and backward; `shapes` are its leaves'."""

    name: str
    title: str
    target: float
    call: str
    shapes: tuple[tuple[int, ...], ...]
    unit: ClassVar[str] = "s"
    is_difference: ClassVar[bool] = False
    uses_threads: ClassVar[bool] = True

    def measure(self, effort: Effort) -> Measurement:
        """Run both alternately, in new processes."""
        programs = [
            (side + _TIMED).format(shapes=self.shapes, call=self.call, calls=10)
            for side in (_OURS, _THEIRS)
        ]
        rounds = range(min(effort.rounds, 5))
        times = [[_printed(program) for program in programs] for _ in rounds]
        ours, theirs = zip(*times, strict=True)
        return compare(ours, theirs)


def _printed(program: str) -> float:
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", program]
    return float(subprocess.check_output(command, cwd=root, env=os.environ))


_ALL = (
    AgainstPyTorch(
        "conv",
        "conv2d, (64, 3, 64, 64) by (16, 3, 3, 3), against PyTorch",
        1.6,
        "conv2d(*leaves, padding=1)",
        ((64, 3, 64, 64), (16, 3, 3, 3), (16,)),
    ),
    AgainstPyTorch(
        "pool",
        "max_pool2d, (64, 16, 64, 64) by 2×2, against PyTorch",
        1.6,
        "max_pool2d(*leaves, 2)",
        ((64, 16, 64, 64),),
    ),
)
BENCHMARKS = _ALL if find_spec("torch") else ()
"""None without PyTorch."""
