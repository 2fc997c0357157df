import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.errors import DataError, ShapeError
from tinygrad_course.nn import Linear, Module, MSELoss, Sequential
from tinygrad_course.nn.data_checks import checked_inputs, checked_rows
from tinygrad_course.training.checks import dry_run

MODEL = Linear(2, 1, rng=0)


@given(st.integers(1, 9), st.integers(1, 5), st.data())
def test_the_first_bad_number_is_found(m, n, data):
    x = np.zeros((m, n))
    row, column = data.draw(st.integers(0, m - 1)), data.draw(st.integers(0, n - 1))
    x[row, column] = data.draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    with pytest.raises(DataError, match=f"^pixels has .* in row {row}, column {column}: drop"):
        checked_inputs("pixels", x, MODEL)


def test_how_many_more_there_are_is_said():
    with pytest.raises(DataError, match=r"and 2 more such numbers"):
        checked_rows("y", [0, np.nan, np.inf, np.nan], 4)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float64, np.bool_])
def test_inputs_come_in_the_dtype_of_the_parameters(dtype):
    assert checked_inputs("x", np.ones((2, 2), dtype), MODEL).dtype == np.float32


def test_inputs_that_fit_are_not_copied():
    x = np.ones((2, 2), np.float32)
    assert checked_inputs("x", x, MODEL) is x


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
