import numpy as np
import pytest

from tinygrad_course.errors import ShapeError
from tinygrad_course.nn import Linear, Module, MSELoss, Sequential
from tinygrad_course.training.checks import dry_run

MODEL = Linear(2, 1, rng=0)


def test_a_model_must_keep_the_batch_axis():
    class Mean(Module):
        def forward(self, x):
            return x.mean()

    with pytest.raises(ShapeError, match="first axis must stay the batch"):
        dry_run(Mean(), MSELoss(), np.ones((4, 2)), np.ones(4))


def test_the_dry_run_keeps_the_mode_of_every_layer():
    model = Sequential(Linear(2, 2, rng=0), Linear(2, 1, rng=0))
    model[0].eval()
    dry_run(model, MSELoss(), np.ones((4, 2), np.float32), np.ones((4, 1)))
    assert [module.training for module in model.modules()] == [True, False, True]
