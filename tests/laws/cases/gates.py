"""Gates with parameters."""

from tests.laws.cases.rectifiers import fixed
from tests.laws.cases.tools import SHAPES, unary

MORE = {"gelu": (unary(SHAPES, approximate=fixed("tanh")),)}
