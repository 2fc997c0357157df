"""A name that does not exist: the error says what to write instead."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tinygrad_course as tg
from tinygrad_course import nn, optim
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
    "nn": nn,
    "nn.functional": nn.functional,
    "nn.init": nn.init,
    "optim": optim,
    "data": tg.data,
}


def is_here(place, name):
    """Whether the name exists; a name of `Tensor` is looked up in its class, where nothing is computed."""
    if place == "Tensor":
        found = getattr(tg.Tensor, name, None)
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
