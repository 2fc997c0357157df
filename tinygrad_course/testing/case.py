"""A `Case` is one application of a primitive, to check against the laws."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..primitive import Primitive


@dataclass(frozen=True)
class Case:
    """The `operands` (arrays, numbers, None for one that is left out) and the keyword `parameters`."""

    operands: tuple[Any, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def differentiable(self, primitive: Primitive[..., Any]) -> list[int]:
        """The positions of the floating-point arrays whose operand has a rule."""
        rules = list(primitive.rules.values()) * (len(self.operands) if primitive.variadic else 1)
        return [
            i
            for i, (x, rule) in enumerate(zip(self.operands, rules, strict=False))
            if rule is not None and is_float_array(x)
        ]

    def astype(self, dtype: Any) -> "Case":
        """The same with its floating-point arrays in another dtype, all of them copied."""
        return Case(
            tuple(
                x.astype(dtype) if is_float_array(x) else x.copy() if hasattr(x, "copy") else x
                for x in self.operands
            ),
            self.parameters,
        )

    def run(self, primitive: Primitive[..., Any]) -> Any:
        """The result of the primitive on the plain operands."""
        return primitive(*self.operands, **self.parameters)


def is_float_array(x: Any) -> bool:
    """Whether x is an array, or a NumPy scalar, of floating-point numbers."""
    return isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind == "f"
