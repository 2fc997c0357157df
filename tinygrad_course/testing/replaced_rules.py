"""`replaced_rules`: other rules for a primitive, for as long as a `with` block lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..primitive import Primitive, Rule


@contextmanager
def replaced_rules(primitive: Primitive[Any, Any], **rules: Rule | None) -> Iterator[None]:
    """Give `primitive` these rules, and its own ones back at the end, come what may.

        with replaced_rules(multiply, x=lambda g, y: -g * y), pytest.raises(GradientCheckError):
            check_primitive(multiply)

    Operands that are not named keep theirs. The operators of Tensor chose what to save when they
    were made: inside the block, call the primitive itself.

    Raises: RuleError for a rule of something that is not an operand, or that asks for something unknown.
    """
    before, trusted = dict(primitive.rules), primitive.trusted
    try:
        primitive.set_rules({**before, **rules})
        yield
    finally:
        primitive.set_rules(before)
        primitive.trusted = trusted
