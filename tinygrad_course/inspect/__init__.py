"""Look into a graph: the read-only face of the engine, for drawings and for tools of your own.

    from tinygrad_course import inspect

    for node in inspect.nodes(loss):  # operands before what is computed from them
        print(node.name, node.shape, inspect.formula(node), inspect.rules(node), node.value, node.cotangent)

graph       nodes in order, their operands, values and cotangents, what they compute in words
saved       what nodes keep for the backward pass, and how many bytes
backward    a backward pass to watch, and what each operand gets of it
numbers     mean and spread of any finite numbers
observing   a context that is told of operations and backward passes as they happen

All of `viz` stands on these names alone.
"""

from ..engine.graph import SMALL, Spec, spec_of
from ..numerics import mean_and_spread, scaled_to_1
from .backward import backward_pass, contributions, local_derivatives, values_for_rules
from .graph import (
    Block,
    Constant,
    Node,
    Scope,
    constant_of,
    formula,
    is_abstract,
    module_path,
    nodes,
    operands,
    overwritten_since_used,
    rules,
    tensor_of,
)
from .observing import Observer, user_line
from .saved import is_released, kept, kept_bytes, kept_values

__all__ = [
    # graph
    "Node",
    "Constant",
    "Spec",
    "Block",
    "Scope",
    "SMALL",
    "nodes",
    "operands",
    "tensor_of",
    "constant_of",
    "spec_of",
    "is_abstract",
    "module_path",
    "formula",
    "rules",
    "overwritten_since_used",
    # saved
    "is_released",
    "kept",
    "kept_bytes",
    "kept_values",
    # backward
    "backward_pass",
    "contributions",
    "local_derivatives",
    "values_for_rules",
    # numbers
    "mean_and_spread",
    "scaled_to_1",
    # observing
    "Observer",
    "user_line",
]
