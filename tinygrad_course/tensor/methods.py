"""Methods that are functions of NumPy's as well: `@method(np.sum)` makes x.sum(…) mean np.sum(x, …).

A method is declared with the parameters that tensors support, and has no body: what it runs is
generated. A call with the parameters of the primitive alone runs its recorder. A call with any other
parameter of NumPy's goes to NumPy's function, which runs the composition for it, or refuses it by name.
So method and function can't diverge, and a plain call pays nearly nothing for it.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from ..composition import composed, extended
from ..engine.codegen import compiled
from ..names_elsewhere import KEYWORDS
from ..primitive import Primitive, of_numpy
from ..signatures import unexpected
from .numpy_arguments import parameters_of
from .numpy_protocols import RENAMED
from .numpy_surface import full_name

F = TypeVar("F", bound=Callable[..., Any])


def method(function: Callable[..., Any], own: str | None = None) -> Callable[[F], F]:
    """Make a declared method run `function`: one of NumPy's that takes tensors, or a primitive.

    `own` is the parameter of `function` that the tensor itself is given as, if that is not the first.
    """

    def made(declared: Any) -> Any:
        return Method(declared, function, own)

    return made


def formula_of(function: Callable[..., Any]) -> Callable[[F], F]:
    """Add the formula of a primitive or a composition to the docstring of a method with a body."""

    def documented(method: F) -> F:
        method.__doc__ = _paragraphs(method.__doc__, function.__doc__)
        return method

    return documented


class Method:
    """A declared method. It is compiled when it is first used, and takes its own place in the class.

    To compile all methods when the package is imported would take as long as importing all its files.
    """

    def __init__(
        self, declared: Callable[..., Any], function: Callable[..., Any], own: str | None
    ) -> None:
        self.declared = declared
        self.function = function
        self.own = own

    def __set_name__(self, owner: type, name: str) -> None:
        self.owner, self.name = owner, name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        method = self._compiled()
        setattr(self.owner, self.name, method)
        return method.__get__(instance, owner)

    def _compiled(self) -> Any:
        function = self.function
        target = of_numpy.get(function) or composed.get(function) or function
        supported = inspect.signature(self.declared)
        is_numpys = target is not function
        parameters = parameters_of(function if is_numpys else self.declared)
        own = self.own or parameters[0].name
        # In the order of NumPy's parameters; the defaults are those of the method.
        defaults = {
            p.name: supported.parameters.get(p.name, p).default for p in parameters if p.name != own
        }
        refused = [name for name in defaults if name not in supported.parameters]
        elsewhere = refused
        if isinstance(target, Primitive) and function in extended:
            elsewhere = [name for name in defaults if name not in target.defaults]
        foreign = [name for name, (ours, _) in KEYWORDS.items() if ours in supported.parameters]
        source = _source(self.name, target, own, parameters, defaults, elsewhere, foreign)
        qualname = f"Tensor.{self.name}"  # as messages and help call it, though it stands in a base
        names = {"function": function, "target": target, "foreign": _foreign(qualname)} | {
            f"{name}_default": default for name, default in defaults.items()
        }
        method: Any = compiled(source, f"method {qualname}", names)[self.name]
        method.__qualname__, method.__module__ = qualname, self.owner.__module__
        method.__signature__ = supported
        method.__doc__ = _paragraphs(
            self.declared.__doc__, target.__doc__, _note(function, refused)
        )
        return method


def _source(
    name: str,
    target: Any,
    own: str,
    parameters: Sequence[inspect.Parameter],
    defaults: Mapping[str, Any],
    elsewhere: Sequence[str],
    foreign: Sequence[str],
) -> str:
    """The source of a method; for np.sum, of which a primitive supports axis and keepdims:

    def sum(self, axis=None, dtype=None, out=None, keepdims=keepdims_default, …, *, dim=None, …):
        if dtype is not None or out is not None or … or dim is not None or …:
            if dim is not None or …:
                raise foreign(dim=dim, …)
            return function(self, axis, dtype, out, keepdims, …)
        return (target.recorder or self.__recorder__(target))(self, axis=axis, keepdims=keepdims)

    `foreign` are the keywords that other libraries have for its parameters.
    """
    default = {n: "None" if value is None else f"{n}_default" for n, value in defaults.items()}
    declared, given = ["self"], []
    for p in parameters:
        is_named = p.kind is p.KEYWORD_ONLY
        given.append("self" if p.name == own else f"{p.name}={p.name}" if is_named else p.name)
        if is_named and "*" not in declared:
            declared.append("*")
        if p.name != own:
            is_required = defaults[p.name] is p.empty
            declared.append(p.name if is_required else f"{p.name}={default[p.name]}")
    if foreign:
        declared += [*(["*"] if "*" not in declared else []), *(f"{name}=None" for name in foreign)]
    taken = [name for name in defaults if name not in elsewhere]
    if isinstance(target, Primitive):
        n = len(target.operands) - 1
        run = "(target.recorder or self.__recorder__(target))"
        arguments = ["self", *taken[:n], *(f"{name}={name}" for name in taken[n:])]
    else:
        run, arguments = "target", [f"{own}=self", *(f"{name}={name}" for name in taken)]
    lines = [f"def {name}({', '.join(declared)}):"]
    is_foreign = [f"{name} is not None" for name in foreign]
    goes_elsewhere = [f"{name} is not {default[name]}" for name in elsewhere]
    if elsewhere or foreign:
        lines.append(f"    if {' or '.join(goes_elsewhere + is_foreign)}:")
    if foreign:
        lines.append(f"        if {' or '.join(is_foreign)}:")
        lines.append(f"            raise foreign({', '.join(f'{n}={n}' for n in foreign)})")
    if elsewhere:
        lines.append(f"        return function({', '.join(given)})")
    lines.append(f"    return {run}({', '.join(arguments)})")
    return "\n".join(lines) + "\n"


def _foreign(qualname: str) -> Callable[..., TypeError | None]:
    def error(**keywords: Any) -> TypeError | None:
        return unexpected(qualname, [name for name, x in keywords.items() if x is not None])

    return error


def explaining(method: F) -> F:
    """Let a method with a body say what to write instead of keywords of other libraries."""

    @wraps(method)
    def explained(self: Any, *args: Any, **keywords: Any) -> Any:
        try:
            return method(self, *args, **keywords)
        except TypeError:
            error = unexpected(f"Tensor.{method.__name__}", keywords)
            if error is None:
                raise
            raise error from None

    return cast(F, explained)


def _note(function: Any, refused: Sequence[str]) -> str:
    """Which of NumPy's parameters a method refuses."""
    refused = [name for name in refused if name not in RENAMED]
    if not refused:
        return ""
    return (
        f"Refused, as in {full_name(function)}(x, …): {', '.join(f'{name}=' for name in refused)}."
    )


def _paragraphs(*texts: str | None) -> str:
    return "\n\n".join(inspect.cleandoc(text) for text in texts if text)
