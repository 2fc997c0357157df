"""A primitive is a NumPy function together with one vector-Jacobian product (VJP) rule an operand.

    @primitive("×", np.multiply, signature="(),()->()")
    def multiply(x, y):
        '''z = x ⊙ y;   x̄ = z̄ ⊙ y,   ȳ = z̄ ⊙ x'''
        return np.multiply(x, y)

    multiply.vjp(x=lambda g, y: g * y,
                 y=lambda g, x: g * x)

A rule says by its parameter names what it needs, and nothing else is kept for the backward pass:

    g             the cotangent of the output, always first
    out           the output
    x, y, …       an operand's value, by the operand's name
    x_shape, …    an operand's shape alone (`shapes`: those of all operands)
    axis, …       a keyword parameter of the operation
    i             the operand's position, in the rule of a variadic primitive

Rules are written with operators, array methods and NumPy functions, so that they run on whatever
array speaks NumPy's protocols: `numpy.ndarray`, but also `Tensor`, which differentiates them again.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

import numpy as np

from .errors import RuleError

Array: TypeAlias = Any
"""Whatever speaks NumPy's protocols: `numpy.ndarray`, a NumPy scalar, `Tensor`, `dask.array.Array` …"""

Rule: TypeAlias = Callable[..., Array]
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Domain:
    """The interval on which an operand's derivative exists, less the kinks in it.

    Property tests draw their values from here and keep away from `kinks`.
    """

    low: float = -3.0
    high: float = 3.0
    kinks: tuple[float, ...] = ()


REAL = Domain()
POSITIVE = Domain(low=0.2)
UNIT = Domain(low=0.05, high=0.95)
KINK_AT_ZERO = Domain(kinks=(0.0,))


class Primitive(Generic[P, R]):
    """A NumPy function that the graph records as one operation; see `primitive`."""

    def __init__(
        self,
        function: Callable[P, R],
        symbol: str,
        numpy_functions: Sequence[Callable[..., Any]] = (),
        signature: str | None = None,
        domain: Domain | Mapping[str, Domain] = REAL,
        broadcasts: bool | None = None,
    ) -> None:
        parameters = inspect.signature(function).parameters.values()
        operands = [p for p in parameters if p.kind != p.KEYWORD_ONLY]
        self.name = function.__name__
        self.function = function
        self.symbol = symbol
        self.numpy_functions = tuple(numpy_functions)
        self.signature = signature
        self.domain = domain
        self.variadic = operands[0].kind is inspect.Parameter.VAR_POSITIONAL
        self.operands = tuple(p.name for p in operands)
        self.optional = {p.name: p.default for p in operands if p.default is not p.empty}
        self.defaults: dict[str, Any] = {
            p.name: p.default for p in parameters if p.kind == p.KEYWORD_ONLY
        }
        # A gufunc broadcasts its loop dimensions; anything else answers for its own shapes.
        self.broadcasts = signature is not None if broadcasts is None else broadcasts
        self.rules: dict[str, Rule | None] = {}
        self.pullback: Callable[..., Iterable[Array | None]] = self._no_rules
        self.trusted = False
        self.needs: tuple[frozenset[str], ...] = ()
        self._keeps: dict[int, tuple[tuple[bool, ...], bool]] = {}
        self.needs_shapes = False
        self.__name__ = self.__qualname__ = self.name
        self.__module__ = function.__module__
        self.__doc__ = function.__doc__

    def __call__(self, *operands: P.args, **parameters: P.kwargs) -> R:
        if len(operands) < len(self.operands):
            operands, parameters = self._in_place(operands, parameters)
        # Like NumPy, the operands are asked whether one of them wants to handle this itself.
        for operand in operands:
            record = getattr(operand, "__record__", None)
            if record is not None:
                result: R = record(self, operands, parameters)
                return result
        arrays: Any = (np.asarray(x) if isinstance(x, (list, tuple)) else x for x in operands)
        return self.function(*arrays, **parameters)

    def _in_place(
        self, operands: Sequence[Array], parameters: Mapping[str, Any]
    ) -> tuple[Any, Any]:
        """Operands that were given by name or left out, in the places where rules look for them."""
        placed, rest = list(operands), dict(parameters)
        for name in self.operands[len(placed) :]:
            if name not in rest and name not in self.optional:
                break  # the function itself will say that one is missing
            placed.append(rest.pop(name) if name in rest else self.optional[name])
        return placed, rest

    def vjp(self, **rules: Rule | None) -> None:
        """Declare the rule of each operand; None where an operand has no derivative (a condition).

        Raises: RuleError if an operand has no rule or a rule asks for something unknown.
        """
        if self.trusted:
            raise RuleError(
                f"primitive {self.name!r} is built in, and Tensor's operators were made for its rules: "
                f"declare a primitive of another name, or see testing.replaced_rules"
            )
        self.set_rules(rules)

    def set_rules(self, rules: Mapping[str, Rule | None]) -> None:
        """`vjp` without a look at what was there before: for tests that try wrong rules."""
        if set(rules) != set(self.operands):
            raise RuleError(
                f"primitive {self.name!r} has operands {', '.join(self.operands)}, "
                f"but rules for {', '.join(rules) or 'none'}: give each operand a rule, "
                f"or None where it has no derivative"
            )
        wanted = {name: _parameter_names(rule) for name, rule in rules.items()}
        for name, rule in rules.items():
            if rule is not None and wanted[name][:1] != ("g",):
                raise RuleError(
                    f"the rule of {self.name!r} for {name!r} takes ({', '.join(wanted[name])}): its "
                    f"first parameter must be g, the cotangent of the output"
                )
        self.rules = {name: rules[name] for name in self.operands}
        self.pullback = self._compiled_at_first_use(self._source(wanted))
        # Until somebody vouches for the rules, the engine looks at the shape of all that they return.
        self.trusted = False
        self.needs = tuple(frozenset(wanted[name]) for name in self.operands)
        self._keeps.clear()
        self.needs_shapes = any(
            name not in self.operands and name.removesuffix("_shape") in (*self.operands, "shapes")
            for names in wanted.values()
            for name in names
        )

    def keeps(self, tracked: int) -> tuple[tuple[bool, ...], bool]:
        """Which operands, and whether the output, the rules need that will run.

        `tracked` has a bit for each operand that needs a gradient. For a variadic primitive there is
        one answer for all operands.
        """
        if self.variadic:
            tracked = 0  # one entry, and not one for every number of operands that was ever seen
        if tracked not in self._keeps:
            if not self.needs:
                self._no_rules()
            running = self.needs
            if not self.variadic:
                running = tuple(need for i, need in enumerate(self.needs) if tracked >> i & 1)
            needed = frozenset().union(*running)
            self._keeps[tracked] = tuple(name in needed for name in self.operands), "out" in needed
        return self._keeps[tracked]

    def _source(self, wanted: Mapping[str, Sequence[str]]) -> str:
        """The source of pullback(g, values, parents) from what each rule wants, by name.

        `values` holds the operands, the output, the operand shapes and the parameters; `parents` a
        node for each operand that needs its cotangent. The result has that cotangent, or None.
        The function is generated because it runs for every node of every backward pass, and
        passing by position costs a tenth of what unpacking a dictionary costs.
        """
        calls = {
            name: f"rule_{name}({', '.join(['g', *(self._source_of(want, name) for want in wants[1:])])})"
            for name, wants in wanted.items()
            if self.rules[name] is not None
        }
        if self.variadic:
            call = calls.get(self.operands[0])
            shares = f"[None if parent is None else {call} for i, parent in enumerate(parents)]"
        else:
            shares = ", ".join(
                f"None if parents[{i}] is None else {calls[name]}" if name in calls else "None"
                for i, name in enumerate(self.operands)
            )
            shares = f"({shares},)"
        return f"lambda g, values, parents: {shares}"

    def _compiled_at_first_use(self, source: str) -> Callable[..., Iterable[Array | None]]:
        """Most programs use a few primitives: importing the package compiles none."""

        def pullback(*arguments: Any) -> Iterable[Array | None]:
            rules = {f"rule_{name}": rule for name, rule in self.rules.items()}
            self.pullback = eval(source, rules)
            return self.pullback(*arguments)

        return pullback

    def _no_rules(self, *_: object) -> Iterable[Array | None]:
        raise RuleError(f"{self!r} has no rules yet: declare them with {self.name}.vjp(...)")

    def _source_of(self, name: str, operand: str) -> str:
        if name == "i" and self.variadic:
            return "i"
        # A variadic primitive has its operands in front, however many: the rest counts from behind.
        out, shapes, parameters = (
            (-3, -2, -1) if self.variadic else range(n := len(self.operands), n + 3)
        )
        if name == "out":
            return f"values[{out}]"
        if name == "shapes":
            return f"values[{shapes}]"
        if not self.variadic:
            if name in self.operands:
                return f"values[{self.operands.index(name)}]"
            if name.removesuffix("_shape") in self.operands:
                return f"values[{shapes}][{self.operands.index(name.removesuffix('_shape'))}]"
        elif name == operand:
            return "values[:-3]"
        if name in self.defaults:
            return f"values[{parameters}][{name!r}]"
        raise RuleError(
            f"the rule of {self.name!r} for operand {operand!r} asks for {name!r}; it can have g, out, "
            f"shapes, {', '.join(self.operands)}, {self.operands[0]}_shape …, "
            f"and the parameters {', '.join(self.defaults) or '(none)'}"
        )

    def __repr__(self) -> str:
        return f"<primitive {self.name} {self.symbol}>"


def _parameter_names(rule: Rule | None) -> tuple[str, ...]:
    if rule is None:
        return ()
    if isinstance(rule, FunctionType) and not hasattr(rule, "__wrapped__"):
        code = rule.__code__  # inspect.signature would take a tenth of the package's import time
        return code.co_varnames[: code.co_argcount]
    return tuple(inspect.signature(rule).parameters)


registry: dict[str, Primitive[..., Any]] = {}
"""Every primitive by its name."""

of_numpy: dict[Callable[..., Any], Primitive[..., Any]] = {}
"""The primitive that a NumPy function stands for."""


def primitive(
    symbol: str,
    *numpy_functions: Callable[..., Any],
    signature: str | None = None,
    domain: Domain | Mapping[str, Domain] = REAL,
    broadcasts: bool | None = None,
) -> Callable[[Callable[P, R]], Primitive[P, R]]:
    """Turn a function written in NumPy into a primitive and register it.

    `symbol` is its label in drawings; `numpy_functions` are the ones that it stands for when they
    are called with a Tensor. `signature` is the gufunc signature (NumPy's generalised ufuncs) of an
    elementwise or batched operation, `domain` says where its derivatives exist, for all operands or
    by operand name: from these two the property tests make their own cases. An operation without a
    signature that broadcasts all the same says `broadcasts=True`.

    Positional parameters are the operands; keyword-only ones are the operation's parameters.

    Raises: RuleError if another module has taken the name, or another primitive the NumPy function.
    """

    def register(function: Callable[P, R]) -> Primitive[P, R]:
        made = Primitive(function, symbol, numpy_functions, signature, domain, broadcasts)
        # Run again, a cell of a notebook defines the same primitive anew.
        again = registry.get(made.name)
        if again is not None and again.__module__ != made.__module__:
            raise RuleError(
                f"a primitive named {made.name!r} exists already (in {again.__module__}): "
                f"give this one another name"
            )
        for numpy_function in numpy_functions:
            if of_numpy.get(numpy_function, again) is not again:
                raise RuleError(
                    f"numpy.{numpy_function.__name__} already stands for {of_numpy[numpy_function]!r}"
                )
        registry[made.name] = made
        of_numpy.update(dict.fromkeys(numpy_functions, made))
        return made

    return register
