import numpy as np

import tinygrad_course as tg
import viz
from tests.viz.graphs import Block, parameter
from viz.graph.boxes import ArrayBox, OperationBox


def boxes(y, kind):
    return [
        b for b in viz.view(y, detail="values").boxes if isinstance(b, ArrayBox) and b.kind == kind
    ]


def test_large_results_and_their_gradients_are_observed():
    w = parameter(np.full((10, 10), 2.0), "w")
    with viz.watch():
        y = (w * 3.0).sum()
        y.backward()
    product, _ = boxes(y, "result")
    assert product.value.lines == ("mean 6.0 ± 0.0", "from 6.0 to 6.0")
    assert product.gradient.lines == ("mean 1.0 ± 0.0", "from 1.0 to 1.0")
    assert product.value.heat
    assert product.gradient.heat


def test_large_constants_are_observed_as_any_operand():
    with viz.watch():
        w = parameter(np.ones((100, 1)), "w")
        y = (tg.Tensor(np.full((2, 100), 5.0), name="x") @ w) - np.zeros((2, 100))
    x, zeros = boxes(y, "constant")
    assert x.value.lines == ("mean 5.0 ± 0.0", "from 5.0 to 5.0")
    assert x.value.heat
    assert zeros.value.lines[-1] == "100% zero"


def test_what_is_outside_of_the_block_is_not_observed():
    w = parameter(np.ones(100), "w")
    before = w * 2.0
    with viz.watch():
        inside = before * 3.0
    y = (inside * 4.0).sum()
    lines = [box.value.lines for box in boxes(y, "result")]
    assert [bool(shown) for shown in lines] == [False, True, False, True]


def test_the_line_that_ran_an_operation_is_noted_also_where_the_package_called_it():
    block = Block()
    with viz.watch():
        y = block(np.ones((2, 3), np.float32)) * 2.0  # this very line
    operations = [box for box in viz.view(y).boxes if isinstance(box, OperationBox)]
    locations = {box.name: box.location for box in operations}
    line = test_the_line_that_ran_an_operation_is_noted_also_where_the_package_called_it
    here = f"{__file__}:{line.__code__.co_firstlineno + 3}"
    assert locations["multiply"] == here
    assert locations["tanh"].startswith(Block.__init__.__code__.co_filename)
    assert locations["tanh"] in next(box.description for box in operations if box.name == "tanh")


def test_observing_changes_nothing_and_keeps_no_array():
    def run():
        w = parameter(np.linspace(0, 1, 100), "w")
        y = np.exp(w).sum()
        y.backward()
        return y.item(), w.grad.data, y

    with viz.watch():
        value, gradient, y = run()
    again, same, _ = run()
    assert value == again
    assert (gradient == same).all()
    seen = [y.node.annotation, y.node.parents[0].annotation]
    held = [getattr(one, name) for one in seen for name in ("value", "gradient", "constants")]
    assert not any(isinstance(x, np.ndarray) for x in held)


def test_gradients_of_gradients_are_looked_at():
    w = parameter(np.ones(100), "w")
    with viz.watch():
        (w**3).sum().backward(create_graph=True)
        gradient = w.grad
        gradient.sum().backward()
    assert all(box.value.lines and box.gradient.lines for box in boxes(gradient, "result"))
