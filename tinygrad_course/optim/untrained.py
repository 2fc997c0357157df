"""What an optimizer holds, compared with what a model has and uses.

Parameters that nothing trains are an error where it can only be a mistake, and a warning where it may be
meant.
"""

import warnings
from collections.abc import Iterable, Sequence

from ..engine.graph import Node, topological_order
from ..engine.source_lines import user_file_and_line
from ..errors import OptimizerError, UntrainedWarning
from ..nn.hidden import hidden_parts
from ..nn.module import Module
from ..nn.parameter import Parameter
from ..tensor import Tensor

REMAKE = "make the optimizer after the last change of the model, or make another one"


def check_parts(model: Module, held: Iterable[Tensor]) -> None:
    """Raise OptimizerError if the model holds parameters that it does not find, and `held` doesn't either."""
    known = set(held)
    for part in hidden_parts(model):
        if not known.issuperset(part.tensors):
            raise OptimizerError(
                f"{type(model).__name__}: {part.path!r} is {part.found}, in which parameters are not found, "
                f"and so not trained: {part.way_out}"
            )


def check_same_model(model: Module, held: Sequence[Tensor]) -> None:
    """Raise OptimizerError if a parameter of the model is not among those held; some were all of them."""
    check_parts(model, held)
    missing = _missing(model, held)
    if missing:
        _raise_replaced(model, held, missing)
        raise OptimizerError(
            f"{type(model).__name__} has parameters that came after its optimizer was made, and are not "
            f"trained: {_listed(missing)}: {REMAKE}"
        )


def check_held(model: Module, held: Sequence[Tensor], part: Module | None = None) -> None:
    """Compare a model with the parameters that an optimizer holds, before training.

    `part` is the module that the optimizer was made from, if it was made from one.

    Raises: OptimizerError if a held parameter has been replaced in the model, if the model hides parts (see
    `hidden_parts`), or has others than when the optimizer was made from it. Warns UntrainedWarning of
    parameters that are not held, unless the optimizer was made from a part of the model.
    """
    if part is model:
        check_same_model(model, held)
        return
    check_parts(model, held)
    missing = _missing(model, held)
    if not missing:
        return
    _raise_replaced(model, held, missing)
    if part is None or part not in set(model.modules()):
        _warn(
            f"{_listed(missing)} of {type(model).__name__} would get gradients, but the optimizer does "
            f"not hold them: make it with model.parameters(), or set requires_grad = False where they "
            f"are not to be trained"
        )


def check_used(model: Module, held: Sequence[Tensor], loss: Tensor) -> None:
    """Compare what a loss was computed from with what the optimizer holds; before its backward pass.

    Raises: OptimizerError for parameters of layers that are no part of the model, such as those made in
    forward. Warns UntrainedWarning of other leaves that are not held, and of parameters that are
    held and play no part.
    """
    if loss._node is None:
        return
    order = topological_order(loss._node)
    leaves = {node for node in order if node.primitive is None}
    known = {p._node for p in held} | {p._node for p in model.parameters()}
    strangers = leaves - known
    if strangers:
        _refuse_strangers(model, order, strangers)
    unused = {
        path: p
        for path, p in model.named_parameters()
        if p._node is not None and p._node not in leaves and any(p is q for q in held)
    }
    if unused:
        _warn(
            f"the loss does not depend on {_listed(unused)} of {type(model).__name__}, which will not be "
            f"trained: use them in forward, or leave them out of the model"
        )


def _refuse_strangers(model: Module, order: Sequence[Node], strangers: set[Node]) -> None:
    parts = set(model.modules())
    for node in order:
        for leaf in (parent for parent in node.parents if parent in strangers):
            name = f"{leaf.name!r} of shape {leaf.shape}" if leaf.name else f"of shape {leaf.shape}"
            block = node.scope[0] if node.scope else None
            if block is not None and block.is_module and block.module not in parts:
                made = "is made anew in every call" if block.module is None else "is no part of it"
                raise OptimizerError(
                    f"{type(model).__name__} uses a layer that {made}, {block.class_name}: its parameter "
                    f"{name} is not trained. Make the layer in __init__, self.layer = "
                    f"{block.class_name}(…), and call self.layer in forward"
                )
            owner = leaf.owner() if leaf.owner is not None else None
            if isinstance(owner, Parameter):
                raise OptimizerError(
                    f"the loss depends on the parameter {name}, which is no part of "
                    f"{type(model).__name__} and not held by the optimizer: store it in an attribute, or "
                    f"give it to the optimizer, [*model.parameters(), parameter]"
                )
            _warn(
                f"the loss depends on a tensor {name} that requires a gradient, and the optimizer does "
                f"not hold it: make it a part of the model, self.w = nn.Parameter(…), or give it "
                f"requires_grad=False"
            )


def _missing(model: Module, held: Sequence[Tensor]) -> dict[str, Tensor]:
    known = set(held)
    return {path: p for path, p in model.named_parameters() if p.requires_grad and p not in known}


def _raise_replaced(model: Module, held: Sequence[Tensor], missing: dict[str, Tensor]) -> None:
    """Raise OptimizerError if a parameter is held that no longer is in the model, and had the same path."""
    own = set(model.parameters())
    old = {p.name for p in held if p not in own}
    replaced = {path: p for path, p in missing.items() if path in old or p.name in old}
    if replaced:
        raise OptimizerError(
            f"{_listed(replaced)} of {type(model).__name__} was replaced after the optimizer was made, "
            f"which trains the old one: {REMAKE}"
        )


def _listed(paths: Iterable[str], most: int = 4) -> str:
    names = [repr(path) for path in paths]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _warn(message: str) -> None:
    warnings.warn_explicit(message, UntrainedWarning, *user_file_and_line())
