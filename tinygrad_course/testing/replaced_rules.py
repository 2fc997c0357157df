"""`replaced_rules`: other rules for a primitive inside a `with` block."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..primitive import Primitive, Rule


@contextmanager
def replaced_rules(primitive: Primitive[Any, Any], **rules: Rule | None) -> Iterator[None]:
    """Give `primitive` these rules inside the block, and its own rules again after it.

        with replaced_rules(multiply, x=lambda g, y: -g * y), pytest.raises(GradientCheckError):
            check_primitive(multiply)

    Operands that are not named keep theirs. The operators of Tensor chose what to save when they were
    compiled: inside the block, call the primitive itself.

    Raises: RuleError for a name that is not an operand, or a rule with an unknown parameter.
    """
    before, trusted = dict(primitive.rules), primitive.trusted
    try:
        primitive.set_rules({**before, **rules})
        yield
    finally:
        primitive.set_rules(before)
        primitive.trusted = trusted
