"""What a primitive's function and rules may take."""

from typing import Any

import pytest
from numpy.typing import NDArray

from tinygrad_course import Primitive, Tensor, custom_vjp
from tinygrad_course.errors import RuleError
from tinygrad_course.primitive import Axis, Shape


@pytest.mark.parametrize(
    "function",
    [
        lambda: 1.0,
        lambda *, axis=None: 1.0,
        lambda x, *rest: x,
        lambda x, **options: x,
        lambda *arrays, **options: arrays[0],
    ],
)
def test_what_has_no_operands_or_takes_anything_is_refused(function):
    with pytest.raises(RuleError, match=r"\(x, y\).*\(\*arrays\).*axis=None"):
        custom_vjp(function)


class RuleObject:
    """A rule that is no function."""

    def __call__(self, g, *, x):
        return g * x


@pytest.mark.parametrize("rule", [lambda g, *, x: g * x, lambda *, g: g])
def test_a_rule_that_is_called_by_position_takes_no_keywords(rule):
    @custom_vjp
    def doubled(x):
        return x + x

    with pytest.raises(RuleError, match=r"'doubled' for 'x' .*by keyword"):
        doubled.vjp(x=rule)
    with pytest.raises(RuleError, match="by keyword"):
        doubled.vjp(x=RuleObject())
    doubled.vjp(x=lambda g, *, factor=2: g * factor)
    x = Tensor(1.0, requires_grad=True)
    doubled(x).backward()
    assert x.grad is not None
    assert x.grad.item() == 2.0


def test_annotations_tell_which_parameters_may_be_arrays():
    def f(
        x: Any,
        *,
        axis: Axis = None,
        shape: int | Shape = (),
        width: tuple[tuple[int, int], ...] = (),
        scale: float | None = None,
        index: Any = None,
        table: NDArray[Any] | None = None,
        unsaid=None,
    ) -> Any:
        return x

    assert Primitive(f, "f").open_to_arrays == {"index", "table", "unsaid"}
