"""The exception tree: complete, as drawn, and each class also the built-in that callers expect."""

import inspect
import re

from tinygrad_course import errors


def test_the_drawing_in_the_docstring_is_the_tree():
    drawn = {}
    path = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"([│├└─ ]*)(\w+Error)(?: \((\w+)\))?", line)
        if match:
            depth = len(match[1]) // 4
            path[depth:] = [match[2]]
            drawn[match[2]] = (path[depth - 1] if depth else "Exception", match[3])
    defined = {
        name: kind
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if kind.__module__ == errors.__name__ and not issubclass(kind, Warning)
    }
    assert drawn.keys() == defined.keys()
    for name, (parent, builtin) in drawn.items():
        bases = [base.__name__ for base in defined[name].__bases__]
        assert bases == [parent, *([builtin] if builtin else [])], name


def test_every_exception_has_a_common_base_and_a_docstring():
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        assert issubclass(kind, errors.TinygradCourseError | UserWarning), name
        assert kind.__doc__, name


def test_an_error_that_no_model_and_no_training_saw_tells_of_neither():
    error = errors.DivergenceError("the loss became nan")
    assert error.layer is None
    assert error.history is None
