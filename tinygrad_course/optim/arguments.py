"""Checks of what an optimizer is given to train."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import ref

import numpy as np

from ..errors import OptimizerError
from ..lazy import is_concrete
from ..nn.module import Module, Parameters
from ..nn.parameter import Parameter
from ..tensor import Tensor

_LIST = "give model.parameters(), or a list of tensors with requires_grad=True"


def model_behind(params: Any) -> "ref[Module] | None":
    """The module whose parameters `params` are, if it is one, or its `parameters()`."""
    if isinstance(params, Parameters):
        return ref(params.module)
    return ref(params) if isinstance(params, Module) else None


@dataclass
class Given:
    """A group as it was given: its tensors, their paths as far as they are known, and settings."""

    params: list[Tensor]
    paths: list[str | None]
    settings: dict[str, Any] = field(default_factory=dict)


def checked_groups(params: Any) -> list[Given]:
    """`params` as groups of tensors that can be trained, each with an array that can be changed in place.

    Raises: OptimizerError.
    """
    found = list(_groups(params))
    tensors = _each_checked([p for group in found for p in group.params])
    if not any(p.requires_grad for p in tensors):
        raise OptimizerError(
            f"all {len(tensors)} parameters are frozen, requires_grad=False: there is nothing to train. Set "
            f"parameter.requires_grad = True for those that are to be trained"
        )
    for p in tensors:
        # A NumPy scalar can't be written into.
        if not isinstance(p._data, np.ndarray):
            p.data = np.array(p._data)
    return found


def paths_of(groups: Iterable[Given]) -> list[str]:
    """The name of each parameter in the state: its path, or its position if not all have one of their own."""
    paths = [path for group in groups for path in group.paths]
    known = [path for path in paths if path is not None]
    if len(set(known)) == len(paths):
        return known
    return [str(i) for i in range(len(paths))]


def _groups(params: Any) -> Iterator[Given]:
    listed = _listed(params)
    if not isinstance(params, (Module, Parameters)) and isinstance(listed[0], Mapping):
        for i, group in enumerate(listed):
            if not isinstance(group, Mapping) or "params" not in group:
                found = f"the type {type(group).__name__}"
                if isinstance(group, Mapping):
                    found = f"the keys {', '.join(map(repr, group))}"
                raise OptimizerError(
                    f"group {i} has {found}: each group is a dictionary with 'params', such as "
                    f"{{'params': model.parameters(), 'lr': 0.01}}"
                )
            given = _one_group(group["params"], _listed(group["params"]))
            given.settings = {name: value for name, value in group.items() if name != "params"}
            yield given
        return
    yield _one_group(params, listed)


def _one_group(params: Any, listed: list[Any]) -> Given:
    if isinstance(params, (Module, Parameters)):
        module = params.module if isinstance(params, Parameters) else params
        return Given(listed, [path for path, _ in module.named_parameters()])
    if all(isinstance(p, tuple) and len(p) == 2 and isinstance(p[0], str) for p in listed):
        return Given([p for _, p in listed], [path for path, _ in listed])
    return Given(listed, [p.name if isinstance(p, Parameter) else None for p in listed])


def _listed(params: Any) -> list[Any]:
    if isinstance(params, Module):
        listed: list[Any] = list(params.parameters())
        if not listed:
            raise OptimizerError(
                f"{type(params).__name__} has no parameters: there is nothing to train"
            )
        return listed
    if isinstance(params, Parameters) and params.is_begun:
        raise OptimizerError(
            "params is an iterator, model.parameters(), some of whose parameters were taken before: give "
            "the model itself, or call model.parameters() again"
        )
    if isinstance(params, Mapping) or not isinstance(params, Iterable) or isinstance(params, str):
        raise OptimizerError(_no_list(params))
    if isinstance(params, (Tensor, np.ndarray, type)):
        raise OptimizerError(_no_list(params))
    listed = list(params)
    if not listed and hasattr(params, "__next__"):
        raise OptimizerError(
            f"no parameters: params is an iterator that is empty, perhaps since it was used before: {_LIST}"
        )
    if not listed:
        raise OptimizerError(f"no parameters: {_LIST}")
    return listed


def _no_list(params: Any) -> str:
    """The message for what is no list of tensors at all."""
    if isinstance(params, Tensor):
        return "params is one Tensor: give a list, [tensor], or model.parameters()"
    if isinstance(params, type):
        return (
            f"params is the class {params.__name__}: make a model first, model = {params.__name__}(…), and "
            f"give it"
        )
    if callable(params):
        name = getattr(params, "__name__", type(params).__name__)
        owner = getattr(params, "__self__", None)
        if isinstance(owner, Module):
            return (
                f"params is the method {name} of {type(owner).__name__}, which was not called: give the "
                f"model itself, or model.parameters()"
            )
        return f"params is a function, {name}: {_LIST}"
    if isinstance(params, Mapping):
        if all(isinstance(value, Tensor) for value in params.values()):
            return "params is a dictionary: give its tensors, list(params.values())"
        return (
            f"params is a dictionary of {_kinds(params.values())}, such as copies from "
            f"state_dict(): {_LIST}"
        )
    if hasattr(params, "params") and hasattr(params, "step"):
        return "params is an optimizer: give the model, or optimizer.params"
    shown = f"{params!r}" if isinstance(params, (int, float, str)) else type(params).__name__
    return f"params is {shown}: what is trained comes first, and then the learning rate: {_LIST}"


def _kinds(values: Iterable[Any]) -> str:
    return " and ".join(sorted({type(value).__name__ for value in values})) or "nothing"


def _each_checked(params: list[Any]) -> list[Tensor]:
    seen: set[Tensor] = set()
    for i, p in enumerate(params):
        if not isinstance(p, Tensor):
            raise OptimizerError(f"parameter {i} is {_no_tensor(p)}")
        name = f"parameter {i} (name {p.name!r}, shape {p.shape})"
        if not p.is_leaf:
            raise OptimizerError(f"{name} was computed: give the leaves that it was computed from")
        if not p.requires_grad and not isinstance(p, Parameter):
            raise OptimizerError(
                f"{name} does not require a gradient: make it with requires_grad=True, "
                f"or leave it out: [p for p in model.parameters() if p.requires_grad]"
            )
        if not is_concrete(p._data):
            raise OptimizerError(
                f"{name} holds an array of {type(p._data).__module__.partition('.')[0]}, and steps are "
                f"written into NumPy's: give np.asarray(p.data) to a tensor, or take steps of your own, "
                f"p.data = p.data - lr * p.grad.data"
            )
        if p in seen:
            raise OptimizerError(f"{name} is given twice: it would be updated twice per step")
        seen.add(p)
    return params


def _no_tensor(p: Any) -> str:
    """What a member of the list is, and what to give instead."""
    if isinstance(p, Module):
        return f"a module, {type(p).__name__}: give [p for module in modules for p in module.parameters()]"
    if isinstance(p, Mapping):
        return "a dictionary: give groups alone, [{'params': [tensor]}, {'params': model.parameters()}]"
    if isinstance(p, tuple) and len(p) == 2 and isinstance(p[1], Tensor):
        return "a pair of name and tensor: give such pairs alone, model.named_parameters(), or tensors alone"
    if isinstance(p, (list, tuple, Parameters)):
        return f"{type(p).__name__}: give one list, [*a.parameters(), *b.parameters()]"
    if isinstance(p, type):
        return f"the class {p.__name__}: {_LIST}"
    return f"{type(p).__name__}, not a Tensor: {_LIST}"
