import platform

import numpy as np

import tinygrad_course
from tinygrad_course.demo.environment import this_environment


def test_tells_what_runs_here() -> None:
    environment = this_environment(seed=3)
    assert environment.seed == 3
    assert environment.version == tinygrad_course.__version__
    assert environment.python == platform.python_version()
    assert environment.numpy == np.__version__
