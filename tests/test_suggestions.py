"""A name that does not exist: the error says what to write instead."""

import subprocess
import sys

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
        (optim, "Adamm", ": did you mean Adam?"),
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


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_every_attribute_of_ndarray_is_there_or_has_a_substitute(name):
    t = tg.Tensor(np.ones((2, 2)))
    if not isinstance(getattr(tg.Tensor, name), Absent):
        assert name in dir(t)
        getattr(t, name)
        return
    assert name not in dir(t)
    assert not hasattr(t, name)
    with pytest.raises(AttributeError, match=rf"no attribute '{name}': write .*(t|data)"):
        getattr(t, name)


def test_what_is_absent_is_nothing_that_is_there():
    assert INSTEAD["Tensor"].keys() <= {*ATTRIBUTES}
    for name in INSTEAD[tg.__name__]:
        assert name not in tg.__all__
