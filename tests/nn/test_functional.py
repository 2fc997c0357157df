from types import ModuleType

from tinygrad_course.nn import functional
from tinygrad_course.primitive import registry


def test_every_name_is_a_registered_primitive_of_that_name():
    for name in functional.__all__:
        assert registry[name] is getattr(functional, name)


def test_all_is_exact():
    public = {
        name
        for name, value in vars(functional).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public == set(functional.__all__)
