"""No function of NumPy's is forgotten: each is supported, plain or refused, and nothing is two of these."""

import numpy as np
import pytest

from tinygrad_course import Tensor
from tinygrad_course.composition import composed
from tinygrad_course.errors import UnsupportedError
from tinygrad_course.primitive import of_numpy
from tinygrad_course.tensor.numpy_surface import CARRYING, PLAIN, REFUSED, dispatched

MODULES = [np, np.linalg, np.fft]


def test_the_list_of_numpys_functions_is_complete():
    public = {
        f"{module.__name__}.{name}": getattr(module, name)
        for module in MODULES
        for name in dir(module)
        if not name.startswith("_")
    }
    dispatching = {
        name: function
        for name, function in public.items()
        if isinstance(function, np.ufunc) or hasattr(function, "_implementation")
    }
    listed = {*dispatched().values()}
    assert len(dispatching) > 200
    assert [name for name, function in dispatching.items() if function not in listed] == []


@pytest.mark.parametrize("name", dispatched())
def test_every_function_is_in_one_list(name):
    function = dispatched()[name]
    lists = {
        "primitives": function in of_numpy,
        "compositions": function in composed,
        "plain": function in PLAIN,
        "refused": name in REFUSED,
    }
    assert sum(lists.values()) == 1, f"it must be in one of these lists: {lists}"


def test_what_carries_a_gradient_is_a_parameter_of_a_plain_function():
    assert CARRYING.keys() <= PLAIN


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.full_like(x, fill_value=x[0]),
        lambda x: np.histogram(np.ones(3), weights=x),
        lambda x: np.histogram(np.ones(3), 10, None, None, x),
        lambda x: np.histogram(x),
        lambda x: np.histogram(x, density=True),
        lambda x: np.histogram(np.ones(3), bins=np.cumsum(x)),
        lambda x: np.histogram_bin_edges(x, 4),
        lambda x: np.histogram2d(np.ones(3), x),
        lambda x: np.histogramdd(x[:, None]),
        lambda x: np.histogramdd([np.ones(3), x]),
    ],
)
def test_a_plain_function_does_not_swallow_a_gradient(call):
    with pytest.raises(UnsupportedError, match=r"no gradient flows back .* requires one: .*detach"):
        call(Tensor(np.ones(3), requires_grad=True))
    call(Tensor(np.ones(3)))


def test_a_refusal_says_why():
    x = Tensor(np.ones(4), requires_grad=True)
    with pytest.raises(UnsupportedError, match=r"numpy\.fft\.rfft .*complex.*np\.eye"):
        np.fft.rfft(x)
    with pytest.raises(UnsupportedError, match=r"numpy\.unique .*equal elements"):
        np.unique(x)
