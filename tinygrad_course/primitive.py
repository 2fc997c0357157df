"""A primitive is a NumPy function together with one vector-Jacobian product (VJP) rule per operand.

    @primitive("×", np.multiply, signature="(),()->()")
    def multiply(x, y):
        '''z = x ⊙ y;   x̄ = z̄ ⊙ y,   ȳ = z̄ ⊙ x'''
        return np.multiply(x, y)

    multiply.vjp(x=lambda g, y: g * y,
                 y=lambda g, x: g * x)

The parameter names of a rule say what it needs, and nothing else is saved for the backward pass:

    g             the cotangent of the output, always first
    out           the output
    x, y, …       an operand's value, by the operand's name
    x_shape, …    an operand's shape alone (`shapes`: those of all operands)
    axis, …       a keyword parameter of the operation
    i             the operand's position, in the rule of a variadic primitive

Rules are written with operators, array methods and NumPy functions, so that they run on any array that
implements NumPy's protocols: `numpy.ndarray`, but also `Tensor`, which records them for higher derivatives.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeAlias, TypeVar, overload

import numpy as np

from .errors import RuleError
from .signatures import (
    check_operands,
    excludes_arrays,
    has_keyword_only,
    parameter_names,
    unexpected,
)

Array: TypeAlias = Any
"""Anything that implements NumPy's protocols: `ndarray`, a NumPy scalar, `Tensor`, `dask.array.Array`, …"""

Shape: TypeAlias = tuple[int, ...]
Axis: TypeAlias = int | tuple[int, ...] | None
"""One axis, several, or all."""

Rule: TypeAlias = Callable[..., Array]

FLOATING_POINT_ERRORS = (FloatingPointError, RuntimeWarning)
"""What NumPy raises of a result under np.errstate(all="raise"), or where warnings are errors."""

P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Recording(Protocol[T_co]):
    """An operand that records what is done to it: `Tensor`. The results are of type T."""

    def __recorder__(self, primitive: Any, /) -> Callable[..., T_co]:
        """The function that runs a primitive on operands and parameters, and records that."""


@dataclass(frozen=True)
class Domain:
    """The interval from `low` to `high` on which an operand's derivative exists, except at `kinks` in it.

    Property tests draw their values from the interval, at a distance from the kinks.
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
        check_operands(function.__name__, operands)
        private = [p.name for p in parameters if p.name.startswith("_")]
        if private:
            raise RuleError(
                f"primitive {function.__name__!r} has a parameter {private[0]!r}: names that begin with "
                f"an underscore are reserved for the engine"
            )
        self.name = function.__name__
        self.function = function
        self.symbol = symbol
        self.numpy_functions = tuple(numpy_functions)
        self.signature = signature
        self.is_elementwise = signature is not None and not set(signature) - set("(),->")
        """Whether each element of the result depends on one element of each operand."""
        self.domain = domain
        self.variadic = operands[0].kind is inspect.Parameter.VAR_POSITIONAL
        self.operands = tuple(p.name for p in operands)
        self.operand_names = frozenset(self.operands)
        self.optional = {p.name: p.default for p in operands if p.default is not p.empty}
        self.defaults: dict[str, Any] = {
            p.name: p.default for p in parameters if p.kind == p.KEYWORD_ONLY
        }
        self.open_to_arrays = frozenset(
            p.name for p in parameters if not excludes_arrays(p.annotation)
        ).intersection(self.defaults)
        """The parameters whose annotations allow arrays."""
        # A gufunc broadcasts its loop dimensions; other functions check their own shapes.
        self.broadcasts = signature is not None if broadcasts is None else broadcasts
        self.rules: dict[str, Rule | None] = {}
        self.wants: dict[str, tuple[str, ...]] = {}
        """The parameter names of each operand's rule, without g."""
        self.wanted: frozenset[str] = frozenset()
        """The parameter names of all rules together."""
        self.needs_shapes = False
        self.trusted = False
        # Compiled by the layers above when they are first needed.
        self.recorder: Callable[..., Any] | None = None
        self.pullback: Callable[..., None] | None = None
        self.__name__ = self.__qualname__ = self.name
        self.__module__ = function.__module__
        self.__doc__ = function.__doc__

    @overload
    def __call__(
        self: "Primitive[Concatenate[Any, Q], Any]",
        operand: Recording[T],
        /,
        *operands: Q.args,
        **parameters: Q.kwargs,
    ) -> T: ...
    @overload
    def __call__(self, *operands: P.args, **parameters: P.kwargs) -> R: ...
    def __call__(self, *operands: Any, **parameters: Any) -> Any:  # type: ignore[misc]
        try:
            # As with NumPy's protocols, an operand may handle the call itself.
            for operand in operands:
                recorder_of = getattr(operand, "__recorder__", None)
                if recorder_of is None and operand.__class__ in (list, tuple):
                    recorder_of = _recorder_in(operand)
                if recorder_of is not None:
                    return (self.recorder or recorder_of(self))(*operands, **parameters)
            if not self.operand_names.isdisjoint(parameters):
                return self(*self._positional(operands, parameters), **parameters)
            return self._on_arrays(operands, parameters)
        except TypeError:
            explained = unexpected(self.name, parameters.keys() - self.defaults)
            if explained is None:
                raise
            raise explained from None

    def _on_arrays(self, operands: Sequence[Any], parameters: Mapping[str, Any]) -> Any:
        arrays: Any = [np.asarray(x) if isinstance(x, (list, tuple)) else x for x in operands]
        try:
            return self.function(*arrays, **parameters)
        except FLOATING_POINT_ERRORS:
            if not self.means_underflow:
                raise
            with np.errstate(under="ignore"):
                return self.function(*arrays, **parameters)

    @property
    def means_underflow(self) -> bool:
        """Whether a number in its function that is too small to be held is rightly 0, and no error.

        So it is in the package's own functions: softmax and losses are full of e⁻¹⁰⁰⁰. They run again
        without np.errstate(under="raise") if that made them raise. To set it at each call would make all
        of NumPy's calls in them slower. NumPy's functions raise on tensors what they raise on arrays.
        """
        return self.trusted and not self.numpy_functions

    def _positional(self, operands: Sequence[Array], parameters: dict[str, Any]) -> Any:
        """All operands by position. Those that were given by name are removed from `parameters`."""
        positional = list(operands)
        for name in self.operands[len(positional) :]:
            if name not in parameters and name not in self.optional:
                break  # the function raises for the missing one
            positional.append(parameters.pop(name) if name in parameters else self.optional[name])
        return positional

    def vjp(self, **rules: Rule | None) -> None:
        """Declare the rule of each operand; None for an operand without a derivative, such as a condition.

        Raises: RuleError if an operand has no rule or a rule has an unknown parameter.
        """
        if self.trusted:
            raise RuleError(
                f"primitive {self.name!r} is built in, and Tensor's operators are compiled for its rules: "
                f"declare a primitive with another name, or see testing.replaced_rules"
            )
        self.set_rules(rules)

    def set_rules(self, rules: Mapping[str, Rule | None]) -> None:
        """`vjp` without the check for built-in primitives, for tests that try wrong rules."""
        if set(rules) != set(self.operands):
            raise RuleError(
                f"primitive {self.name!r} has operands {', '.join(self.operands)}, "
                f"but rules for {', '.join(rules) or 'none'}: give each operand a rule, "
                f"or None where it has no derivative"
            )
        wanted = {name: parameter_names(rule) for name, rule in rules.items()}
        for name, wants in wanted.items():
            rule = rules[name]
            if rule is None:
                continue
            if has_keyword_only(rule):
                raise RuleError(
                    f"the rule of {self.name!r} for {name!r} takes a parameter by keyword only, but is "
                    f"called with positional arguments: leave out the * before it"
                )
            if wants[:1] != ("g",):
                raise RuleError(
                    f"the rule of {self.name!r} for {name!r} takes ({', '.join(wants)}): its "
                    f"first parameter must be g, the cotangent of the output"
                )
            for want in wants[1:]:
                self._check_known(want, name)
        self.rules = {name: rules[name] for name in self.operands}
        self.wants = {name: wanted[name][1:] for name in self.operands}
        self.wanted = frozenset().union(*self.wants.values())
        self.needs_shapes = not self.wanted.isdisjoint(
            ("shapes", *(f"{name}_shape" for name in self.operands))
        )
        # The engine checks the results of rules that are not trusted.
        self.trusted = False
        self.recorder = self.pullback = None

    def _check_known(self, want: str, operand: str) -> None:
        names = (operand,) if self.variadic else self.operands
        shapes = () if self.variadic else (f"{name}_shape" for name in names)
        position = ("i",) if self.variadic else ()
        known = ("out", "shapes", *names, *shapes, *position, *self.defaults)
        if want not in known:
            raise RuleError(
                f"the rule of {self.name!r} for operand {operand!r} asks for {want!r}; "
                f"it can have g, {', '.join(known)}"
            )

    def users(self, value: str) -> list[int]:
        """The positions of the operands whose rules ask for `value`, an operand or "out"."""
        return [i for i, name in enumerate(self.operands) if value in self.wants[name]]

    def __repr__(self) -> str:
        return f"<primitive {self.name} {self.symbol}>"


def _recorder_in(operands: Sequence[Any]) -> Any:
    """The recorder that an operand in a list asks for, also in lists of lists; None if there is none."""
    for operand in operands:
        if operand.__class__ in (list, tuple):
            found = _recorder_in(operand)
        else:
            found = getattr(operand, "__recorder__", None)
        if found is not None:
            return found
    return None


registry: dict[str, Primitive[..., Any]] = {}
"""Every primitive by its name."""

of_numpy: dict[Callable[..., Any], Primitive[..., Any]] = {}
"""The primitive of each NumPy function that has one."""


def primitive(
    symbol: str,
    *numpy_functions: Callable[..., Any],
    signature: str | None = None,
    domain: Domain | Mapping[str, Domain] = REAL,
    broadcasts: bool | None = None,
) -> Callable[[Callable[P, R]], Primitive[P, R]]:
    """Turn a function written in NumPy into a primitive and register it.

    `symbol` is its label in drawings. `numpy_functions` are the functions that run as this primitive when
    they are called with a Tensor. `signature` is the gufunc signature (NumPy's generalised ufuncs) of an
    elementwise or batched operation. `domain` says where its derivatives exist, for all operands or by
    operand name. From these two the property tests generate their cases. `broadcasts=True` is for an
    operation that broadcasts but has no signature.

    Positional parameters are the operands; keyword-only ones are the operation's parameters.

    Raises: RuleError if another module has taken the name, or another primitive the NumPy function.
    """

    def register(function: Callable[P, R]) -> Primitive[P, R]:
        made = Primitive(function, symbol, numpy_functions, signature, domain, broadcasts)
        # A notebook cell that is run again defines the same primitive again.
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


@overload
def custom_vjp(function: Callable[P, R]) -> Primitive[P, R]: ...
@overload
def custom_vjp(
    *,
    signature: str | None = None,
    domain: Domain | Mapping[str, Domain] = REAL,
    broadcasts: bool | None = None,
) -> Callable[[Callable[P, R]], Primitive[P, R]]: ...
def custom_vjp(
    function: Callable[P, R] | None = None,
    *,
    signature: str | None = None,
    domain: Domain | Mapping[str, Domain] = REAL,
    broadcasts: bool | None = None,
) -> Any:
    """A function composed of others, with a rule of your own instead of the rules of its parts.

        @custom_vjp
        def log1pexp(x):
            '''z = ln(1 + eˣ);   x̄ = z̄ / (1 + e⁻ˣ)'''
            return np.log1p(np.exp(x))

        log1pexp.vjp(x=lambda g, x: g / (1 + np.exp(-x)))

    It is a primitive that is not in the registry: one node in the graph, whose function runs on plain
    arrays. `testing.check_primitive(log1pexp)` checks it. See `primitive` for the parameters.
    """

    def made(function: Callable[P, R]) -> Primitive[P, R]:
        return Primitive(function, function.__name__, (), signature, domain, broadcasts)

    return made if function is None else made(function)
