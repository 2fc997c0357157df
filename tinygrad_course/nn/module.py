"""`Module`: a model, or a part of one, whose parameters have paths.

    class Net(Module):
        def __init__(self):
            self.layers = [Linear(784, 128), Linear(128, 10)]

        def forward(self, x):
            return self.layers[1](relu(self.layers[0](x)))

    Net().state_dict()      # "layers.0.weight", "layers.0.bias", "layers.1.weight", …

The parts of a module are the parameters, buffers and modules in its attributes, also inside lists, tuples and
dictionaries. Nothing needs to be registered, and there is no base constructor to call. The names of a
module's own methods can't be those of its parts.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..engine.mode import Block, Mode, Scope, current_mode, inside, mode, scope_of
from ..errors import SettingError, TinygradCourseError
from ..primitive import Array
from ..suggestions import Absent, add_absent
from ..tensor import Tensor
from .buffer import Buffer
from .names import check_attribute, check_class, no_settings
from .parameter import Parameter
from .preparation import Preparation
from .settings import shown, truth
from .state import checked_state

Self = TypeVar("Self", bound="Module")

enter, leave = mode.set, mode.reset


class Parameters(Iterator[Parameter]):
    """The parameters of a module, one after the other; an optimizer reads whose they are."""

    __slots__ = ("_rest", "is_begun", "module")

    def __init__(self, module: "Module") -> None:
        self.module = module
        self.is_begun = False
        self._rest = iter([parameter for _, parameter in module.named_parameters()])

    def __next__(self) -> Parameter:
        self.is_begun = True
        return next(self._rest)


class Module:
    """A callable with parameters: subclass it, create the parts in `__init__`, use them in `forward`.

    A parameter that is part of two modules is shared: it is listed, counted and saved once, under the
    first of its paths.
    """

    training: bool = True
    """Whether the module is in training mode: Dropout and BatchNorm compute otherwise in evaluation mode."""

    preparation: Preparation | None = None
    """What turns raw rows into x, and says what predictions stand for; saved with the model."""

    _block: Block | None = None
    """Has the module's path in the outermost model; None until paths are first needed."""

    if not TYPE_CHECKING:  # type checkers know that there are no settings

        def __init__(self, *settings, **named):
            following = super().__init__
            if getattr(following, "__objclass__", None) is not object:
                following(*settings, **named)  # that of another base class
            elif settings or named:
                raise SettingError(no_settings(type(self).__name__, settings, named))

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        check_class(cls, Module)

    def __setattr__(self, name: str, value: Any) -> None:
        check_attribute(self, name, value)
        object.__setattr__(self, name, value)

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """The computation of the module. Call the module itself, model(x), and not this."""
        raise NotImplementedError(f"{type(self).__name__} must define forward()")

    def __call__(self, *inputs: Any, **options: Any) -> Tensor:
        around: Any = current_mode()
        block = self._block or self._block_in(around)
        # The tuple is what `inside` returns without an observer, at a third of its cost.
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
        """The path in the outermost model; None until paths are first needed."""
        return self._block.label if self._block is not None else None

    def _block_in(self, around: Mode) -> Block:
        """The block of a module that is called for the first time, in a model or on its own."""
        outermost = None
        scope: Scope | None = scope_of(around)
        while scope is not None:
            outermost = scope[0].module or outermost
            scope = scope[1]
        if outermost is not None:
            outermost._name_parts()  # it may have been added to that model since
        if self._block is None:
            self._name_parts()  # it is no part of that model
        assert self._block is not None
        return self._block

    # --- parts --------------------------------------------------------------------------------

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """The modules directly below this one, by attribute; those in a list as "layers.0"."""
        for path, part in self._parts():
            if isinstance(part, Module):
                yield path, part

    def children(self) -> Iterator["Module"]:
        """The modules directly below this one."""
        return (child for _, child in self.named_children())

    def named_modules(self) -> Iterator[tuple[str, "Module"]]:
        """This module, under the path "", and all below it, each one once."""
        return self._tree_of_modules("", set())

    def modules(self) -> Iterator["Module"]:
        """This module and all below it, each one once."""
        return (module for _, module in self.named_modules())

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters by path, such as "layers.0.weight", each one once."""
        if not self._path:  # the parts of a part are named by the outermost model
            self._name_parts()
        return iter(self._paths().items())

    def parameters(self) -> "Parameters":
        """All parameters, each one once."""
        return Parameters(self)

    def named_buffers(self) -> Iterator[tuple[str, Buffer]]:
        """All buffers by path, such as "layers.1.running_mean", each one once."""
        if not self._path:
            self._name_parts()
        return iter([(p, b) for p, b in self._tensors().items() if isinstance(b, Buffer)])

    def buffers(self) -> Iterator[Buffer]:
        """All buffers, each one once."""
        return (buffer for _, buffer in self.named_buffers())

    def requires_grad_(self: Self, requires_grad: bool = True) -> Self:
        """Make all parameters trainable, or freeze them; returns itself.

        Raises: SettingError unless it is True or False.
        """
        wanted = truth("requires_grad", requires_grad)
        for parameter in self.parameters():
            parameter.requires_grad = wanted
        return self

    def apply(self: Self, function: "Callable[[Module], Any]") -> Self:
        """Call a function with every module below this one, each one once, and then with this one.

        Returns itself. What a module contains comes before it.

        Raises: SettingError if it can't be called.
        """
        if not callable(function) or isinstance(function, Module):
            raise SettingError(
                f"apply({shown(function)}): must be a function of a module. To compute, call the module "
                f"with data: module(x)"
            )
        for module in self._contents_first(set()):
            function(module)
        return self

    def num_parameters(self) -> int:
        """The total number of elements of all parameters."""
        return sum(parameter.size for parameter in self.parameters())

    # --- state --------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """A copy of the values of all parameters and buffers, by path, in C order.

        The parameters of each module come first, then its buffers, then what it contains, as in PyTorch.
        """
        if not self._path:
            self._name_parts()
        return {path: np.array(t.data, order="C") for path, t in self._tensors().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Overwrite all parameters and buffers with what `state_dict()` returned; dtypes stay.

        Raises: StateDictError that lists every missing, surplus and misshapen entry. Nothing has
        been loaded then.
        """
        own = self._tensors()
        values = checked_state(type(self).__name__, {k: t.data for k, t in own.items()}, state)
        for path, tensor in own.items():
            # A new array, not a write into the old one: graphs recorded before keep that.
            tensor._replace_data(values[path])

    def save(self, path: str | PathLike[str]) -> None:
        """Write weights, architecture and `preparation` into a .safetensors file, which `tg.load` reads.

        A model of classes of your own is saved as well: `tg.load` needs a model to fill then.

        Raises: SettingError for another suffix; OSError; MissingExtraError.
        """
        from .saving import save  # it describes modules

        save(self, path)

    def predict(self, rows: Any) -> NDArray[Any]:
        """What the model predicts of every row: its most probable class, or its number. (m,)

        What goes in decides what comes out. x, numbers as the model computes with them, gives class
        indices, or what y of the training was. Raw rows, which have names of columns (a data frame, a list of
        dictionaries) or are pictures (paths, pictures of Pillow, bytes), are prepared by `preparation`,
        and give names of classes, or numbers in the units of the target.

        Raises: DataError for rows that can't be prepared, for NaN, infinity and anything but numbers in x;
        ShapeError for anything but a batch with one row per sample, and for outputs that don't fit;
        SettingError for outputs that may be probabilities or logits; DivergenceError for NaN.
        """
        from . import predictions  # it runs modules

        return predictions.predict(self, rows)

    def predict_proba(self, rows: Any) -> NDArray[Any]:
        """(m,): the probability of class 1; or (m, c): that of each class. For x and for raw rows.

        Nothing is recorded, and the model is in evaluation mode. x is converted to the dtype of its
        parameters.

        Raises: what `predict` raises; SettingError if the target is a number.
        """
        from . import predictions

        return predictions.predict_proba(self, rows)

    def _as_probabilities(self, x: Array, outputs: Array) -> Array:
        """The probabilities that the outputs stand for."""
        from .predictions import probabilities_of

        return probabilities_of(self, x, outputs)

    def train(self: Self, mode: bool = True) -> Self:
        """Put this module and all below it into training mode; returns itself.

        Raises: SettingError unless `mode` is True or False.
        """
        truth("mode", mode, ": to train a model on data, call training.fit")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self: Self) -> Self:
        """Put this module and all below it into evaluation mode; returns itself."""
        return self.train(False)

    @contextmanager
    def in_mode(self, training: bool) -> Iterator[None]:
        """Put all modules into one mode inside a `with` block, and restore each module's mode afterwards."""
        before = [(module, module.training) for module in self.modules()]
        self.train(training)
        try:
            yield
        finally:
            for module, mode in before:
                module.training = mode

    def zero_grad(self) -> None:
        """Set the gradients of all parameters to None."""
        for parameter in self.parameters():
            parameter.grad = None

    # --- display ------------------------------------------------------------------------------

    def __dir__(self) -> list[str]:
        """The attributes that there are, without those of which only an error tells."""
        kind = type(self)
        return [n for n in super().__dir__() if not isinstance(getattr(kind, n, None), Absent)]

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
        """The module and, if it contains modules, its parts, one per line."""
        title = f"{type(self).__name__}({self.extra_repr()}"
        if self in around:
            return title + "…)"  # a module that contains itself
        if not any(self.children()):
            return title + ")"
        lines = (
            f"({name}): " + part._tree((*around, self)) + part._own_shapes()
            if isinstance(part, Module)
            else f"({name}): {type(part).__name__.lower()} of shape {part.shape}"
            for name, part in self._parts()
        )
        body = "\n".join(lines).replace("\n", "\n  ")
        return f"{title}\n  {body}\n)"

    def _own_shapes(self) -> str:
        """A comment on the parameters of a module that contains no modules."""
        own = {name: part for name, part in self._parts() if isinstance(part, Parameter)}
        if not own or any(self.children()):
            return ""
        shapes = ", ".join(f"{name} {p.shape}" for name, p in own.items())
        return f"  # {shapes}: {_count(sum(p.size for p in own.values()))}"

    # --- finding the parts --------------------------------------------------------------------

    def _attributes(self) -> Mapping[str, Any]:
        """The values that may contain parts, by the name that the paths of these begin with."""
        return vars(self)

    def _parts(self) -> Iterator[tuple[str, "Parameter | Buffer | Module"]]:
        for name, value in self._attributes().items():
            yield from _parts_of(name, value)

    def _tree_of_modules(self, path: str, seen: set[int]) -> Iterator[tuple[str, "Module"]]:
        if id(self) in seen:
            return
        seen.add(id(self))
        yield path, self
        for name, child in self.named_children():
            yield from child._tree_of_modules(_joined(path, name), seen)

    def _contents_first(self, seen: set[int]) -> Iterator["Module"]:
        if id(self) in seen:
            return
        seen.add(id(self))
        for child in self.children():
            yield from child._contents_first(seen)
        yield self

    def _paths(self) -> dict[str, Parameter]:
        return {path: p for path, p in self._tensors().items() if isinstance(p, Parameter)}

    def _tensors(self) -> dict[str, Parameter | Buffer]:
        """All parameters and buffers by path, in the order of a state."""
        paths: dict[Parameter | Buffer, str] = {}
        for path, module in self.named_modules():
            own = [(name, part) for name, part in module._parts() if not isinstance(part, Module)]
            for name, part in sorted(own, key=_is_buffer):
                paths.setdefault(part, _joined(path, name))
        tensors = {path: tensor for tensor, path in paths.items()}
        if len(tensors) < len(paths):
            twice = next(path for path, n in Counter(paths.values()).items() if n > 1)
            raise SettingError(
                f"{type(self).__name__} has two parameters with the path {twice!r}: rename one of the "
                f"attributes or keys (1 and '1' make the same path)"
            )
        return tensors

    def _name_parts(self) -> None:
        """Set the path of every part, starting here; a larger model around this one sets it again."""
        own = self._path or ""
        for path, module in self.named_modules():
            module._block = Block(_joined(own, path) if path else own, module)
        for path, tensor in self._tensors().items():
            tensor.name = _joined(own, path)

    def _locate(self, error: TinygradCourseError) -> None:
        """Add the layer to the message of an error; only the innermost layer does so."""
        if error.layer is None:
            error.layer = self._path
            layer = f"{type(self).__name__}({self.extra_repr()})"
            where = f"layer {self._path!r}, {layer}" if self._path else layer
            error.args = (f"in {where}: {error.args[0] if error.args else ''}", *error.args[1:])


def _parts_of(path: str, value: Any) -> Iterator[tuple[str, "Parameter | Buffer | Module"]]:
    """The parameters, buffers and modules in an attribute, at any depth of lists and dictionaries."""
    if isinstance(value, Parameter | Buffer | Module):
        yield path, value
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            yield from _parts_of(f"{path}.{i}", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _parts_of(f"{path}.{key}", item)


def _is_buffer(part: tuple[str, Any]) -> bool:
    return isinstance(part[1], Buffer)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _count(parameters: int) -> str:
    return f"{parameters:,} parameter{'s' * (parameters != 1)}"


add_absent(Module)
