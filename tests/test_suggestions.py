"""A name that does not exist: the error says what to write instead."""

import inspect
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tinygrad_course as tg
from tinygrad_course import nn, optim
from tinygrad_course.names_elsewhere import KEYWORDS
from tinygrad_course.primitive import registry
from tinygrad_course.suggestions import INSTEAD, Absent


@pytest.mark.parametrize(
    ("module", "name", "hint"),
    [
        (tg, "Tensr", ": did you mean Tensor?"),
        (tg, "no_gard", ": did you mean no_grad?"),
        (tg, "array", ": write tinygrad_course.Tensor(data)"),
        (tg, "Adam", ": did you mean tinygrad_course.optim.Adam?"),
        (tg, "stack", ": did you mean np.stack, which takes Tensors?"),
        (tg, "exp", ": did you mean np.exp, which takes Tensors?"),
        (tg, "compile_it", ""),
        (
            nn,
            "Relu",
            ": did you mean ReLU or tinygrad_course.relu or tinygrad_course.nn.functional.relu?",
        ),
        (nn, "CrossEntropy", ": did you mean CrossEntropyLoss?"),
        (nn.functional, "Softplus", ": did you mean softplus or tinygrad_course.nn.Softplus?"),
        (optim, "Adamm", ": did you mean Adam or AdamW?"),
        (tg, "__wrapped__", ""),
    ],
)
def test_a_module_says_what_was_meant(module, name, hint):
    assert not hasattr(module, name)
    with pytest.raises(AttributeError) as caught:
        getattr(module, name)
    assert str(caught.value) == f"module {module.__name__!r} has no attribute {name!r}{hint}"


def test_a_module_that_was_not_imported_is_named():
    code = "import tinygrad_course as tg\ntry: tg.testing\nexcept AttributeError as error: print(error)"
    code += "\nfrom tinygrad_course import testing\nprint(tg.testing is testing)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == (
        "module 'tinygrad_course' has no attribute 'testing' yet: import tinygrad_course.testing first\n"
        "True\n"
    )


def test_what_pytorch_calls_tensor_is_tensor():
    with pytest.raises(TypeError, match=r"is a module, .*: write tinygrad_course\.Tensor\(data\)"):
        tg.tensor([1.0])


ATTRIBUTES = [name for name in dir(np.ndarray) if not name.startswith("_")]


HERE = [name for name in ATTRIBUTES if not isinstance(getattr(tg.Tensor, name), Absent)]


@pytest.mark.parametrize("name", HERE)
def test_most_attributes_of_ndarray_are_there(name):
    t = tg.Tensor(np.ones((2, 2)))
    assert name in dir(t)
    getattr(t, name)


@pytest.mark.parametrize("name", sorted({*ATTRIBUTES} - {*HERE}))
def test_every_other_attribute_of_ndarray_has_a_substitute(name):
    t = tg.Tensor(np.ones((2, 2)))
    assert name not in dir(t)
    assert not hasattr(t, name)
    with pytest.raises(AttributeError, match=rf"no attribute '{name}': write .*(t|data)"):
        getattr(t, name)


def test_what_is_absent_is_nothing_that_is_there():
    assert not any(is_here("Tensor", name) for name in INSTEAD["Tensor"])
    for name in INSTEAD[tg.__name__]:
        assert name not in tg.__all__


def names_of_pytorch():
    """Pairs of a module or class here and a public name of its counterpart in PyTorch 2.13."""
    text = Path(__file__).with_name("pytorch_names.txt").read_text("utf-8")
    found, module = [], ""
    for line in text.splitlines():
        if line.startswith("["):
            module = line.strip("[]")
        else:
            found += [(module, name) for name in line.split()]
    return found


PYTORCH = names_of_pytorch()
PLACES = {
    "Tensor": tg.Tensor(np.ones((2, 2))),
    "Module": nn.Linear(2, 2),
    "nn": nn,
    "nn.functional": nn.functional,
    "nn.init": nn.init,
    "optim": optim,
    "data": tg.data,
}


def is_here(place, name):
    """Whether the name exists; that of a class is looked up in the class, where nothing is computed."""
    if place in ("Tensor", "Module"):
        found = getattr(type(PLACES[place]), name, None)
        return found is not None and not isinstance(found, Absent)
    return name in vars(PLACES[place])


@pytest.mark.parametrize(("place", "name"), [pair for pair in PYTORCH if not is_here(*pair)])
def test_a_name_of_pytorchs_that_is_not_here_says_what_to_write(place, name):
    with pytest.raises(AttributeError, match=rf"no attribute '{name}': (write|did you mean)"):
        getattr(PLACES[place], name)


def test_many_names_of_pytorchs_are_here():
    here = [pair for pair in PYTORCH if is_here(*pair)]
    assert len(PYTORCH) > 1000
    assert len(here) > 100


# --- keywords --------------------------------------------------------------------------------------


def parameters_of(function):
    """The names of its parameters."""
    return inspect.signature(function).parameters.keys()


CALLED = [
    pytest.param(name, word, id=f"{name}-{word}")
    for name, method in inspect.getmembers(tg.Tensor, inspect.isfunction)
    for word, (ours, _) in KEYWORDS.items()
    if ours in parameters_of(method) and not name.startswith("_")
]


@pytest.mark.parametrize(("name", "word"), CALLED)
def test_a_method_says_what_to_write_instead_of_a_keyword(name, word):
    taken = {p.name for p in inspect.signature(getattr(tg.Tensor, name)).parameters.values()}
    assert word not in taken
    required = [
        np.arange(1)
        for p in inspect.signature(getattr(tg.Tensor, name)).parameters.values()
        if p.default is p.empty and p.name != "self"
    ]
    _, instead = KEYWORDS[word]
    with pytest.raises(
        TypeError, match=rf"^Tensor\.{name}\(\) .* keyword argument '{word}': write {instead}$"
    ):
        getattr(tg.Tensor([[1.0]]), name)(*required, **{word: 1})


def test_all_methods_along_an_axis_are_among_them():
    assert {"sum", "mean", "std", "argmax", "cumsum", "squeeze", "softmax", "any"} <= {
        parameter.values[0] for parameter in CALLED
    }


@pytest.mark.parametrize("x", [np.ones((2, 3)), tg.Tensor(np.ones((2, 3)), requires_grad=True)])
@pytest.mark.parametrize("name", [n for n, p in registry.items() if "axis" in p.defaults])
def test_an_operation_says_what_to_write_instead_of_a_keyword(name, x):
    operation = registry[name]
    operands = [x] * max(1, len(operation.operands) - len(operation.optional))
    with pytest.raises(TypeError, match=rf"^{name}\(\) .* keyword argument 'dim': write axis=$"):
        operation(*operands, dim=1)


def test_other_keywords_have_python_s_own_error():
    for call in (tg.Tensor([1.0]).sum, lambda **words: tg.softmax(tg.Tensor([1.0]), **words)):
        with pytest.raises(TypeError, match=r"got an unexpected keyword argument 'axes'$"):
            call(axes=1)


@pytest.mark.parametrize("module", [nn.Softmax, nn.LogSoftmax])
def test_a_module_says_what_to_write_instead_of_a_keyword(module):
    with pytest.raises(TypeError, match=rf"^{module.__name__}\(\) .* 'dim': write axis=$"):
        module(dim=1)
    with pytest.raises(TypeError, match=r"got an unexpected keyword argument 'axes'$"):
        module(axes=1)
    assert module(axis=1).axis == 1


def test_a_module_s_methods_of_pytorch_say_what_to_write_instead():
    model = nn.MLP([2, 1])
    with pytest.raises(
        AttributeError, match=r"^'Module' object has no attribute 'to': write the model"
    ):
        model.to("cpu")
    assert not {"to", "cuda", "register_buffer"} & {*dir(model)}
    assert {"state_dict", "layers", "sizes"} <= {*dir(model)}


def test_size_is_a_number_and_says_so_when_it_is_called():
    t = tg.Tensor(np.ones((2, 3)))
    assert t.size == 6
    assert json.dumps(t.size) == "6"
    with pytest.raises(TypeError, match=r"6: write t\.shape for"):
        t.size()
    with pytest.raises(TypeError, match=r"6: write t\.shape\[1\] for"):
        t.size(1)


def test_flatten_from_an_axis_on_says_what_to_write_instead():
    t = tg.Tensor(np.ones((2, 3, 4)))
    with pytest.raises(TypeError, match=r"write x\.reshape\(len\(x\), -1\)"):
        t.flatten(1)
    assert t.reshape(len(t), -1).shape == (2, 12)
    assert t.flatten().shape == (24,)
