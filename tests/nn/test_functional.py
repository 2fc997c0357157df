from tinygrad_course.nn import functional
from tinygrad_course.primitive import registry


def test_every_name_is_a_registered_primitive_of_that_name():
    for name in functional.__all__:
        assert registry[name] is getattr(functional, name)


def test_all_is_exact():
    public = {name for name in vars(functional) if not name.startswith("_")}
    assert public == set(functional.__all__)
