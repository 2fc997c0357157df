"""`Module`: a model, or a part of one, that knows its parameters by their paths.

    class Net(Module):
        def __init__(self):
            self.layers = [Linear(784, 128), Linear(128, 10)]

        def forward(self, x):
            return self.layers[1](relu(self.layers[0](x)))

    Net().state_dict()      # "layers.0.weight", "layers.0.bias", "layers.1.weight", …

The parameters and modules that its attributes hold are its parts, also inside lists, tuples and
dictionaries. There is nothing to register and no base constructor to call.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..engine.mode import Block, Mode, Scope, current_mode, inside, mode, scope_of
from ..errors import SettingError, TinygradCourseError
from .parameter import Parameter
from .state import checked_state

Self = TypeVar("Self", bound="Module")

enter, leave = mode.set, mode.reset


class Module:
    """A callable with parameters: subclass it, make the parts in `__init__`, use them in `forward`.

    A parameter that stands in two places is shared: it is listed, counted and saved once, under
    the first of its paths.
    """

    training: bool = True
    """Whether it is being trained: some layers behave otherwise when they predict."""

    _block: Block | None = None
    """Its path in the outermost model; None until somebody asked for the names."""

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """What the module computes; called through the module itself, model(x)."""
        raise NotImplementedError(f"{type(self).__name__} must define forward()")

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        around: Any = current_mode()
        block = self._block or self._block_in(around)
        # The first is what `inside` does where nobody looks on, at a third of its cost.
        token = enter((block, around) if around.__class__ is tuple else inside(around, block))
        try:
            return self.forward(*inputs, **options)
        except TinygradCourseError as error:
            self._locate(error)
            raise
        finally:
            leave(token)

    @property
    def _path(self) -> str | None:
        """Where in the outermost model this part stands; None until somebody asked for the names."""
        return self._block.label if self._block is not None else None

    def _block_in(self, around: Mode) -> Block:
        """The place of a module that is called for the first time, in a model or on its own."""
        outermost = None
        scope: Scope | None = scope_of(around)
        while scope is not None:
            outermost = scope[0].module or outermost
            scope = scope[1]
        if outermost is not None:
            outermost._name_parts()  # added to that model since its names were given
        if self._block is None:
            self._name_parts()  # no part of it: a root of its own
        assert self._block is not None
        return self._block

    # --- parts --------------------------------------------------------------------------------

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """The modules directly below this one, by attribute; those in lists as "layers.0"."""
        for path, part in self._parts():
            if isinstance(part, Module):
                yield path, part

    def children(self) -> Iterator["Module"]:
        """The modules directly below this one."""
        return (child for _, child in self.named_children())

    def named_modules(self) -> Iterator[tuple[str, "Module"]]:
        """This module, under the path "", and all below it, each one once."""
        return self._walk("", set())

    def modules(self) -> Iterator["Module"]:
        """This module and all below it, each one once."""
        return (module for _, module in self.named_modules())

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters by path, such as "layers.0.weight", each one once."""
        if not self._path:  # a model, and not a part of one, whose names the model gives
            self._name_parts()
        return iter(self._paths().items())

    def parameters(self) -> Iterator[Parameter]:
        """All parameters, each one once."""
        return (parameter for _, parameter in self.named_parameters())

    def num_parameters(self) -> int:
        """How many numbers the model learns."""
        return sum(parameter.size for parameter in self.parameters())

    # --- state --------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """A copy of every parameter's values, by path."""
        return {path: np.array(p.data) for path, p in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Overwrite all parameters with the values that `state_dict()` gave; dtypes stay.

        Raises: StateDictError that lists every missing, surplus and misshapen entry. Nothing has
        been loaded then.
        """
        own = dict(self.named_parameters())
        values = checked_state(type(self).__name__, {k: p.data for k, p in own.items()}, state)
        for path, parameter in own.items():
            # A new array, and not a write into the old one: graphs recorded so far keep theirs.
            parameter._replace_data(values[path])

    def train(self: Self, mode: bool = True) -> Self:
        """Put this module and all below it into training mode; returns itself."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self: Self) -> Self:
        """Put this module and all below it into prediction mode; returns itself."""
        return self.train(False)

    @contextmanager
    def in_mode(self, training: bool) -> Iterator[None]:
        """All modules in one mode inside a `with` block, and each in its own mode behind it."""
        before = [(module, module.training) for module in self.modules()]
        self.train(training)
        try:
            yield
        finally:
            for module, mode in before:
                module.training = mode

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            parameter.grad = None

    # --- what is shown ------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """The settings that the repr shows in parentheses; for subclasses."""
        return ""

    def __repr__(self) -> str:
        return self._tree() + (self._own_shapes() or f"  # {_count(self.num_parameters())}")

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from .display import html  # where it is used: only notebooks need it

        return html(self)

    def _tree(self, around: "tuple[Module, ...]" = ()) -> str:
        """The module and, if it has modules in it, its parts, one a line."""
        title = f"{type(self).__name__}({self.extra_repr()}"
        if self in around:
            return title + "…)"  # a part that holds what it is a part of
        if not any(self.children()):
            return title + ")"
        lines = (
            f"({name}): " + part._tree((*around, self)) + part._own_shapes()
            if isinstance(part, Module)
            else f"({name}): parameter of shape {part.shape}"
            for name, part in self._parts()
        )
        body = "\n".join(lines).replace("\n", "\n  ")
        return f"{title}\n  {body}\n)"

    def _own_shapes(self) -> str:
        """A comment on the parameters of a module that has no modules in it."""
        own = {name: part for name, part in self._parts() if isinstance(part, Parameter)}
        if not own or any(self.children()):
            return ""
        shapes = ", ".join(f"{name} {p.shape}" for name, p in own.items())
        return f"  # {shapes}: {_count(sum(p.size for p in own.values()))}"

    # --- how the parts are found --------------------------------------------------------------

    def _attributes(self) -> Mapping[str, Any]:
        """What may hold parts, by the name that their paths begin with."""
        return vars(self)

    def _parts(self) -> Iterator[tuple[str, "Parameter | Module"]]:
        for name, value in self._attributes().items():
            yield from _found(name, value)

    def _walk(self, path: str, seen: set[int]) -> Iterator[tuple[str, "Module"]]:
        if id(self) in seen:
            return
        seen.add(id(self))
        yield path, self
        for name, child in self.named_children():
            yield from child._walk(_joined(path, name), seen)

    def _paths(self) -> dict[str, Parameter]:
        paths: dict[Parameter, str] = {}
        for path, module in self.named_modules():
            for name, part in module._parts():
                if isinstance(part, Parameter):
                    paths.setdefault(part, _joined(path, name))
        found = {path: parameter for parameter, path in paths.items()}
        if len(found) < len(paths):
            twice = next(path for path, n in Counter(paths.values()).items() if n > 1)
            raise SettingError(
                f"{type(self).__name__} has two parameters with the path {twice!r}: rename one of the "
                f"attributes or keys (1 and '1' make the same path)"
            )
        return found

    def _name_parts(self) -> None:
        """Give every part its path from here; a larger model around this one renames them later."""
        own = self._path or ""
        for path, module in self.named_modules():
            module._block = Block(_joined(own, path) if path else own, module)
        for path, parameter in self._paths().items():
            parameter.name = _joined(own, path)

    def _locate(self, error: TinygradCourseError) -> None:
        """Say in the error's message in which layer it happened: the innermost one knows best."""
        if error.layer is None:
            error.layer = self._path
            layer = f"{type(self).__name__}({self.extra_repr()})"
            where = f"layer {self._path!r}, {layer}" if self._path else layer
            error.args = (f"in {where}: {error.args[0] if error.args else ''}", *error.args[1:])


def _found(path: str, value: Any) -> Iterator[tuple[str, "Parameter | Module"]]:
    """The parameters and modules in an attribute, however deep in lists and dictionaries."""
    if isinstance(value, Parameter | Module):
        yield path, value
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            yield from _found(f"{path}.{i}", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _found(f"{path}.{key}", item)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _count(parameters: int) -> str:
    return f"{parameters:,} parameter{'s' * (parameters != 1)}"
