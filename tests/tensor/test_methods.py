"""A method and NumPy's function of the same name give the same, or refuse with the same message."""

import inspect

import numpy as np
import pytest

from tinygrad_course import Tensor
from tinygrad_course.errors import UnsupportedError
from tinygrad_course.ops import reduction, shaping
from tinygrad_course.tensor.nodes import unwrapped
from tinygrad_course.tensor.numpy_arguments import parameters_of

M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])

FUNCTIONS = {
    name: getattr(np, name)
    for name in dir(np.ndarray)
    if not name.startswith("_")
    and hasattr(np, name)
    and inspect.isfunction(getattr(Tensor, name, 0))
}
"""The functions that Tensor and ndarray have as methods."""

BEHIND = {
    "argpartition": (1,),
    "choose": ([M, -M],),
    "clip": (0.7, 1.2),
    "compress": ([True, False],),
    "dot": (M.T,),
    "repeat": (2,),
    "reshape": ((3, 2),),
    "searchsorted": (0.8,),
    "swapaxes": (0, 1),
    "take": ([0, 1],),
    "astype": (np.float32,),
}
"""The required arguments."""

VALUES = {
    "axis": [0, -1, None],
    "axis1": [1],
    "axis2": [1],
    "casting": ["safe"],
    "copy": [False, True],
    "correction": [1],
    "ddof": [1],
    "descending": [True],
    "decimals": [1],
    "device": ["cpu"],
    "dtype": [np.float32],
    "initial": [0.5],
    "keepdims": [True, False],
    "kind": ["stable"],
    "mean": [1.0],
    "mode": ["clip", "raise"],
    "offset": [1],
    "order": ["F", "A"],
    "out": [np.zeros(3)],
    "side": ["right"],
    "signature": ["d->d"],
    "sorter": [[0, 1, 2]],
    "stable": [True],
    "subok": [False],
    "where": [M > 1],
}
"""For each optional parameter of a function or a method, something to give it."""


def tensor_for(name):
    if name == "choose":
        return Tensor([[0, 1, 0], [1, 0, 1]])
    return Tensor(M[0] if name == "searchsorted" else M, requires_grad=True)


def outcome(call):
    """What a call gives, or the error that it raises."""
    try:
        result = call()
    except Exception as error:
        return type(error), str(error)
    parts = result if isinstance(result, tuple) else (result,)
    return tuple(
        (type(part), getattr(part, "requires_grad", None), part.dtype, unwrapped(part).tolist())
        for part in parts
    )


def arguments_for(name, x):
    """The arguments of the function that the required ones of the method are."""
    behind = BEHIND.get(name, ())
    return (*behind, x) if name == "compress" else (x, *behind)


def optional(function):
    """The parameters with a default; the bounds of clip are required here."""
    parameters = parameters_of(function)
    return [p for p in parameters if p.default is not p.empty and p.name not in BOUNDS]


BOUNDS = ("a_min", "a_max", "min", "max")
FUNCTION_ALONE = (("copy", "subok"), ("astype", "device"))
"""Parameters that ndarray's method does not have."""

CASES = [
    (name, parameter, value)
    for name, function in FUNCTIONS.items()
    if name not in ("conj", "conjugate", "transpose")  # ndarray's take no more arguments
    for parameter in optional(function)
    if (name, parameter.name) not in FUNCTION_ALONE
    for value in VALUES[parameter.name]
]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_method_is_the_function(name):
    x = tensor_for(name)
    found = outcome(lambda: getattr(x, name)(*BEHIND.get(name, ())))
    assert isinstance(found[0], tuple), found  # and no error
    assert found == outcome(lambda: FUNCTIONS[name](*arguments_for(name, x)))


@pytest.mark.parametrize(("name", "parameter", "value"), CASES)
def test_an_argument_by_name_means_the_same(name, parameter, value):
    x = tensor_for(name)
    given = {parameter.name: value}
    assert outcome(lambda: getattr(x, name)(*BEHIND.get(name, ()), **given)) == outcome(
        lambda: FUNCTIONS[name](*arguments_for(name, x), **given)
    )


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        case
        for case in CASES
        # reshape takes several numbers; astype and copy have other parameters than the functions.
        if case[1].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        and case[0] not in ("reshape", "astype", "copy")
    ],
)
def test_an_argument_by_position_means_the_same(name, parameter, value):
    x = tensor_for(name)
    before = [p.default for p in optional(FUNCTIONS[name])]
    names = [p.name for p in optional(FUNCTIONS[name])]
    given = [*before[: names.index(parameter.name)], value]
    assert outcome(lambda: getattr(x, name)(*BEHIND.get(name, ()), *given)) == outcome(
        lambda: FUNCTIONS[name](*arguments_for(name, x), *given)
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: x.astype(np.float32, "F"), r"numpy\.ndarray\.astype: order= is not supported"),
        (lambda x: x.astype(int, casting="safe", subok=False), "astype: casting=, subok= is not"),
        (lambda x: x.flatten("F"), r"numpy\.ravel: order= is not supported"),
        (lambda x: x.copy(order="F"), r"numpy\.copy: order= is not supported"),
        (lambda x: x.clip(0, 1, where=M > 1), r"numpy\.clip: where= is not supported"),
        (lambda x: x.clip(0, 1, np.zeros(3)), r"numpy\.clip: out= is not supported"),
    ],
)
def test_what_ndarrays_method_alone_takes_is_refused_by_name(call, message):
    with pytest.raises(UnsupportedError, match=message):
        call(Tensor(M, requires_grad=True))


def test_what_is_no_argument_at_all_is_an_error():
    with pytest.raises(
        TypeError, match=r"Tensor\.sum\(\) got an unexpected keyword argument 'axes'"
    ):
        Tensor(M).sum(axes=0)


def test_a_method_is_generated_once_and_says_what_it_supports():
    assert Tensor.sum is Tensor.sum
    assert list(inspect.signature(Tensor.sum).parameters) == [
        *("self", "axis", "dtype", "keepdims", "initial", "where")
    ]
    assert inspect.getdoc(Tensor.var) == (
        "The variance along an axis, several, or all; of a sample with ddof=1.\n\n"
        f"{inspect.cleandoc(reduction.var.__doc__ or '')}\n\n"
        "Refused, as in numpy.var(x, …): out=."
    )


def test_the_formula_stands_in_the_docstring_of_a_method_with_a_body():
    doc = inspect.getdoc(Tensor.reshape) or ""
    assert doc.startswith("The same elements in another shape")
    assert doc.endswith(shaping.reshape.__doc__ or "?")
