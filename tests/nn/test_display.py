"""What a notebook shows of a Module."""

import numpy as np

from tests.pages import Page
from tinygrad_course import nn
from tinygrad_course.nn.display import OPEN_ROWS


def shown(module):
    return Page(module._repr_html_())


def test_each_part_is_a_row_under_its_path():
    page = shown(nn.Sequential(nn.Linear(2, 4), nn.Sequential(nn.Tanh(), nn.Linear(4, 1))))
    assert page.text.startswith("Sequential: 17 parameters, float32")
    assert page.rows == [
        ["path", "module", "parameters", "numbers"],
        ["0", "Linear(in_features=2, out_features=4, bias=True)", "weight (4, 2), bias (4,)", "12"],
        ["1", "Sequential", "", ""],
        ["1.0", "Tanh", "", ""],
        [
            "1.1",
            "Linear(in_features=4, out_features=1, bias=True)",
            "weight (1, 4), bias (1,)",
            "5",
        ],
    ]


def test_the_numbers_of_the_rows_add_up_to_those_of_the_model():
    model = nn.MLP([784, 32, 10])
    numbers = [int(row[-1].replace(",", "")) for row in shown(model).rows[1:] if row[-1]]
    assert sum(numbers) == model.num_parameters()


def test_a_single_layer_is_a_row_of_its_own():
    page = shown(nn.Linear(2, 1, dtype=np.float64))
    assert page.text.startswith("Linear: 3 parameters, float64")
    assert [row[0] for row in page.rows] == ["path", "the model"]


def test_parameters_of_the_model_itself_have_a_row():
    class Scaled(nn.Module):
        def __init__(self):
            self.scale = nn.Parameter(1.0)
            self.layer = nn.Linear(2, 2)

        def forward(self, x):
            return self.scale * self.layer(x)

    assert shown(Scaled()).rows[1] == ["the model", "Scaled", "scale ()", "1"]


def test_a_parameter_in_two_modules_is_counted_once():
    one, other = nn.Linear(2, 2), nn.Linear(2, 2)
    other.weight = one.weight
    page = shown(nn.Sequential(one, other))
    assert page.text.startswith("Sequential: 8 parameters")
    assert page.rows[2][2:] == ["weight: that of 0.weight, bias (2,)", "2"]


def test_what_is_not_learned_is_said_to_be_frozen():
    layer = nn.Linear(2, 3)
    assert "frozen" not in shown(layer).text
    layer.bias = nn.Parameter(np.zeros(3, np.float32), requires_grad=False)
    assert "9 parameters, float32, 3 of them frozen" in shown(layer).text


def test_a_long_table_is_closed_at_first():
    few, many = ([nn.Tanh() for _ in range(n)] for n in (OPEN_ROWS, OPEN_ROWS + 1))
    assert "open" in shown(nn.Sequential(*few)).all("details")[0]
    assert "open" not in shown(nn.Sequential(*many)).all("details")[0]


def test_words_of_a_users_module_are_text():
    class Odd(nn.Module):
        def extra_repr(self):
            return "<b>&"

    page = shown(Odd())
    assert page.rows[1][1] == "Odd(<b>&)"
    assert page.text.startswith("Odd: 0 parameters")
