"""The examples run alone, and show what they say they show."""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.py"))


class Shown:
    """What an example printed, and the drawings that it left in its folder."""

    def __init__(self, printed, folder):
        self.printed = printed
        self.drawings = sorted((folder / "out" / "examples").glob("*"))

    def numbers(self, start):
        """The numbers in the one line that starts like this; percentages as shares."""
        lines = map(str.strip, self.printed.splitlines())
        (line,) = (line for line in lines if line.startswith(start))
        found = re.findall(r"(?<![\w.])(-?\d[\d,]*\.?\d*(?:e[+-]\d+)?)(%?)", line[len(start) :])
        return [float(x.replace(",", "")) / (100 if percent else 1) for x, percent in found]


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    """Run an example in a folder of its own, once."""

    @cache
    def run(name):
        folder = tmp_path_factory.mktemp(name)
        environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            # What a pipe on Windows can carry, so that no example prints more.
            "PYTHONIOENCODING": "cp1252",
            "PYTHONWARNINGS": "error",
            # Several suites at once would have the BLAS threads wait for each other.
            "OPENBLAS_NUM_THREADS": "1",
        }
        done = subprocess.run(
            [sys.executable, str(EXAMPLES / f"{name}.py")],
            cwd=folder,
            env=environment,
            capture_output=True,
            encoding="cp1252",
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return Shown(done.stdout, folder)

    return run


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_alone_and_names_what_it_draws(name, show):
    shown = show(name)
    assert shown.printed
    for drawing in shown.drawings:
        assert f"out/examples/{drawing.name}" in shown.printed
        assert ElementTree.parse(drawing).getroot().tag.endswith("svg")
    assert len(shown.drawings) == shown.printed.count("out/examples/")


@pytest.mark.parametrize("name", NAMES)
def test_it_says_how_to_run_it_and_the_list_has_it(name):
    source = (EXAMPLES / f"{name}.py").read_text("utf-8")
    assert f"    python examples/{name}.py\n" in source.split('"""')[1]
    assert f"[{name}.py]({name}.py)" in (EXAMPLES / "README.md").read_text("utf-8")


def test_the_list_has_nothing_else():
    listed = re.findall(r"\((\w+)\.py\)", (EXAMPLES / "README.md").read_text("utf-8"))
    assert sorted(listed) == NAMES


def test_the_small_engine_learns_with_the_real_gradients(show):
    shown = show("engine_in_100_lines")
    costs = [shown.numbers(f"step {step:3}: cost")[0] for step in (0, 100, 200, 300)]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < 0.15
    assert shown.printed.count("gradients equal to the last bit") == len(costs)


def test_a_table_of_your_own(show):
    shown = show("your_data_table")
    assert "8 rows of 400 have gaps" in shown.printed
    assert shown.numbers("R² on the test rows:")[0] > 0.95
    # 3000 · 100 + 100,000 + 20,000, with noise of 5,000 in the data.
    assert (
        abs(shown.numbers("{'size': 100, 'town': 'Ulm', 'garden': 'yes'}:")[0] - 420_000) < 20_000
    )


def test_a_database_of_your_own(show):
    shown = show("your_data_database")
    assert "always answers '0' is right in" in shown.printed
    precision, recall = shown.numbers("precision")
    assert recall > 0.7
    assert precision > 0.4
    assert "bought=1" in shown.printed


def test_pictures_of_your_own(show):
    shown = show("your_data_pictures")
    assert shown.numbers("accuracy on the test pictures:")[0] > 0.7
    assert "the new picture is a" in shown.printed


def test_the_files_of_the_course(show):
    shown = show("your_data_course_files")
    assert "(209, 12288)" in shown.printed
    assert shown.numbers("accuracy on the test pictures:") == [1]
    assert "a reddish picture is a cat" in shown.printed


def test_week1_the_chain_rule_by_hand_agrees(show):
    shown = show("week1_computational_graph")
    for name, expected in {"v": 3, "u": 3, "a": 3, "b": 3 * 2, "c": 3 * 3}.items():
        assert shown.numbers(f"dJ/d{name}") == [expected, expected]


def test_week1_only_the_order_keeps_the_work_small(show):
    shown = show("week1_computational_graph")
    for n in (1, 2, 4, 8, 16):
        assert shown.numbers(f"{n} ") == [2**n, 2 ** (n + 1) - 1, n + 1]


def test_week2_both_ways_find_the_same_gradients(show):
    shown = show("week2_logistic_regression")
    assert shown.numbers("largest difference of the gradients")[0] < 1e-12
    assert shown.numbers("largest difference of the weights")[0] < 1e-12
    by_hand, by_backward = shown.numbers("by hand"), shown.numbers("backward()")
    assert by_hand == by_backward
    cost, train, test = by_hand
    assert cost < 0.4  # it starts at ln 2
    assert min(train, test) > 0.85


def test_week2_broadcasting(show):
    shown = show("week2_vectorisation_and_broadcasting")
    assert shown.numbers("largest difference")[0] < 1e-10
    assert shown.numbers("db =") == [0 + 3 + 6 + 9, 1 + 4 + 7 + 10, 2 + 5 + 8 + 11]
    assert shown.printed.count("True") == 2
    assert "False" not in shown.printed
    assert shown.numbers("y_hat - y has the shape (")[:2] == [4, 4]
    assert shown.numbers("the mean of its squares")[0] > 1
    assert "MSELoss says: in MSELoss" in shown.printed
    assert shown.numbers("with y_hat.squeeze(axis=1) the cost is") == [0]


def test_week3_more_hidden_units_separate_more(show):
    shown = show("week3_shallow_net")
    costs, accuracies = zip(*(shown.numbers(f"{n_h} ") for n_h in (1, 4, 20)), strict=True)
    assert costs[0] > costs[1] > costs[2]
    assert accuracies[0] < 0.7
    assert accuracies[2] > 0.9


def test_week3_equal_units_stay_equal(show):
    shown = show("week3_shallow_net")
    assert "all weights are still zero: True" in shown.printed
    cost, accuracy = shown.numbers("from zeros:")
    assert cost > 0.68
    assert accuracy < 0.6
    *_, accuracy, difference = shown.numbers("from 0.1 each:")
    assert accuracy < 0.7
    assert difference < 1e-6


def test_week3_derivatives_and_saturation(show):
    shown = show("week3_activation_functions")
    assert shown.numbers("against a (1 - a) and 1 - a^2")[0] < 1e-12
    lines = shown.printed.splitlines()
    (slopes,) = (lines[i + 1] for i, line in enumerate(lines) if line.startswith("sigmoid     g"))
    values = [float(x) for x in slopes.split()[1:]]
    assert values == values[::-1]
    assert max(values) <= 0.25
    left = {line.split()[0]: line.split()[1:] for line in lines if re.match(r"\w+ +\S+e\S+ ", line)}
    assert all(float(x) <= 0.25**10 for x in left["sigmoid"])
    assert [float(x) for x in left["relu"]] == [1, 1]


def test_week4_our_net_has_the_gradients_of_the_ready_one(show):
    shown = show("week4_deep_net")
    assert "by hand: 525 derivatives: 525 correct" in shown.printed
    for layer in range(4):
        for parameter in ("weight", "bias"):
            assert shown.numbers(f"layers.{layer}.{parameter}")[-1] < 1e-5


def test_week4_depth_gains_something(show):
    shown = show("week4_deep_net")
    logistic = shown.numbers("784 -> 1 ")
    deep = shown.numbers("784 -> 128 -> 64 -> 1 ")
    assert logistic[0] == 784 + 1
    assert deep[0] == 784 * 128 + 128 + 128 * 64 + 64 + 64 + 1
    assert deep[1] < logistic[1]  # the cost
    assert deep[3] > logistic[3] > 0.85  # on the test set


def test_week4_the_best_of_the_table_is_taken(show):
    shown = show("week4_hyperparameters")
    table = [shown.numbers(f"{row} ") for row in ("none", "32", "64 -> 32")]
    assert all(slow < good for slow, _, good, *_ in table)
    best = max(max(row) for row in table)
    assert shown.numbers("The best:")[-1] == best > 0.8
    assert shown.numbers("On the test set")[0] > 0.8


def test_dask_arrays_are_trained_on_alike_and_a_few_chunks_at_a_time(show):
    shown = show("larger_than_memory")
    assert shown.numbers("largest difference of the weights, in memory and in chunks:")[0] < 1e-10
    assert shown.numbers("at most in memory")[0] < shown.numbers("all of x")[0] / 2
    assert shown.numbers("accuracy")[0] > 0.9


def test_mistakes_are_found_and_the_right_rule_passes(show):
    _, first, second, third, fourth = re.split(
        r"^\d\. ", show("check_your_own_gradient").printed, flags=re.MULTILINE
    )
    for wrong in (first, second):
        assert "16 derivatives: 4 wrong, 12 correct" in wrong
    assert "16 derivatives: 16 correct" in third
    assert "breaks the law 'leaves_its_inputs_alone'" in third
    assert "16 second derivatives: 16 correct" in fourth
    assert "all laws hold" in fourth
