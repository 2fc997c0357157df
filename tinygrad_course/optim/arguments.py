"""Checks of what an optimizer is given to train."""

from collections.abc import Iterable, Mapping
from typing import Any
from weakref import ref

import numpy as np

from ..errors import OptimizerError
from ..lazy import is_concrete
from ..nn.module import Module, Parameters
from ..tensor import Tensor

_LIST = "give model.parameters(), or a list of tensors with requires_grad=True"


def model_behind(params: Any) -> "ref[Module] | None":
    """The module whose parameters `params` are, if it is one, or its `parameters()`."""
    if isinstance(params, Parameters):
        return ref(params.module)
    return ref(params) if isinstance(params, Module) else None


def checked_params(params: Any) -> list[Tensor]:
    """`params` as a list of tensors that can be trained, each with an array that can be changed in place.

    Raises: OptimizerError.
    """
    checked = _each_checked(_listed(params))
    for p in checked:
        # A NumPy scalar can't be written into.
        if not isinstance(p._data, np.ndarray):
            p.data = np.array(p._data)
    return checked


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
        if not p.requires_grad:
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
        return "a dictionary: there are no groups of parameters: make one optimizer for each group"
    if isinstance(p, tuple) and len(p) == 2 and isinstance(p[1], Tensor):
        return "a pair of name and tensor: give model.parameters() for model.named_parameters()"
    if isinstance(p, (list, tuple, Parameters)):
        return f"{type(p).__name__}: give one list, [*a.parameters(), *b.parameters()]"
    if isinstance(p, type):
        return f"the class {p.__name__}: {_LIST}"
    return f"{type(p).__name__}, not a Tensor: {_LIST}"
