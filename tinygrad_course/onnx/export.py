"""What `export_onnx` does: arguments in, a model in ONNX out."""

import inspect
import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from ..data import AsGiven, Preparation
from ..errors import ExportError, SettingError
from ..nn import Module
from ..tensor import Tensor
from .assembly import ROWS, Assembly
from .graph import Graph, Value
from .preparations import leading_nodes, raw_inputs
from .recording import Pair, modules_of, record


def model_of(
    model: Callable[..., Any],
    example: Any,
    preparation: Any,
    batch_axis: int | None,
    output_names: Sequence[str] | None,
) -> onnx.ModelProto:
    """The model as an ONNX model, which has passed ONNX' own checks."""
    if not callable(model):
        raise SettingError(
            f"{model!r:.60} can't be called: give a module, or a function of tensors"
        )
    if batch_axis not in (0, None) or isinstance(batch_axis, bool):
        raise SettingError(
            f"batch_axis={batch_axis!r}: must be 0, since rows are samples, or None for fixed shapes"
        )
    prepared = _preparation(model, preparation)
    arrays = _inputs(example, prepared)
    names = _input_names(model, len(arrays))
    runs = [
        record(model, [_rows(a, k, batch_axis) for a in arrays], names) for k in range(len(ROWS))
    ]
    if batch_axis == 0:
        _check_rows(arrays)
    pair = Pair(*runs)
    given = _output_names(pair, output_names)
    graph = Graph()
    if prepared is None or isinstance(prepared, AsGiven):
        graph.reserve([*names, *given])
        values = [
            graph.input(name, a.dtype, ("batch", *a.shape[1:]) if batch_axis == 0 else a.shape)
            for name, a in zip(names, arrays)
        ]
    else:
        graph.reserve([*raw_inputs(prepared), *given])
        values = [leading_nodes(graph, prepared, arrays[0])]
    inputs = [_as_recorded(graph, v, t) for v, t in zip(values, pair.one.inputs)]
    Assembly(graph, pair, inputs, _paths(model), batch_axis == 0).run(given)
    name = (
        type(model).__name__ if isinstance(model, Module) else getattr(model, "__name__", "model")
    )
    made = graph.model(name, _metadata(prepared), _version())
    onnx.checker.check_model(made, full_check=True)
    return made


def _version() -> str:
    from .. import __version__

    return __version__


def _preparation(model: Any, given: Any) -> Preparation | None:
    if given == "of the model" and isinstance(given, str):
        found: Preparation | None = getattr(model, "preparation", None)
        return found
    if given is not None and not isinstance(given, Preparation):
        raise SettingError(
            f"preparation={given!r:.60}: must be a Preparation, such as dataset.preparation, or None"
        )
    return given


def _inputs(example: Any, preparation: Preparation | None) -> list[NDArray[Any]]:
    """The arrays that the model takes.

    Raises: SettingError for what is none.
    """
    if preparation is not None and preparation.is_raw(example):
        return [preparation.apply(example)]
    parts = example if isinstance(example, tuple) else (example,)
    arrays = [np.asarray(p._data if isinstance(p, Tensor) else p) for p in parts]
    for array in arrays:
        if array.dtype.kind not in "iuf":
            raise SettingError(
                f"the example has dtype {array.dtype}: give a batch of numbers as the model takes them, such "
                f"as x[:8]"
            )
        if not array.size:
            raise SettingError(
                f"the example has shape {array.shape}, and no numbers: give a batch of rows"
            )
    if not arrays:
        raise SettingError("the example is an empty tuple: give one array per input of the model")
    return arrays


def _check_rows(arrays: Sequence[NDArray[Any]]) -> None:
    """Raise SettingError for inputs from which two different batches can't be made."""
    for array in arrays:
        if array.ndim == 0 or len(array) < 2 or (array == array[:1]).all():
            raise SettingError(
                f"the example has shape {array.shape}, and no two rows that differ: what depends on the "
                f"input is found by running the model on different rows. Give a few rows of your data, such "
                f"as x[:8], or say batch_axis=None for fixed shapes"
            )


def _rows(array: NDArray[Any], run: int, batch_axis: int | None) -> NDArray[Any]:
    """Rows of the example for a run: other ones, and another number, for each; copied.

    Where the shape is fixed, the same numbers are in other places.
    """
    if batch_axis is None:
        return np.roll(array, run, axis=0 if array.ndim and len(array) > 1 else None)
    if array.ndim == 0:
        raise SettingError("the example has no axes: its first one must be that of the rows")
    first = _first_that_differs(array)
    start = 0 if run == 0 else first
    return array[(start + np.arange(ROWS[run])) % len(array)]


def _first_that_differs(array: NDArray[Any]) -> int:
    """The first row that is another one than row 0."""
    differs = (array != array[:1]).reshape(len(array), -1).any(axis=1)
    return int(differs.argmax())


def _input_names(model: Any, count: int) -> list[str]:
    """The names of the parameters of a module's forward, or of a function."""
    function = model.forward if isinstance(model, Module) else model
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # some functions in C have no signature
        parameters = []
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if len(names) < count:
        names = ["x"] if count == 1 else [f"x_{i}" for i in range(count)]
    return names[:count]


def _output_names(pair: Pair, given: Sequence[str] | None) -> list[str]:
    own = list(pair.one.outputs)
    names = own if given is None else [given] if isinstance(given, str) else list(given)
    if len(names) != len(own) or not all(isinstance(name, str) for name in names):
        raise ExportError(
            f"output_names={names!r}: the model has {len(own)} outputs, {', '.join(own)}: give as many names"
        )
    return names


def _as_recorded(graph: Graph, value: Value, tensor: Tensor) -> Value:
    """An input in the dtype in which it was recorded: whole numbers were given as float64."""
    return graph.cast(value, tensor.dtype)


def _paths(model: Any) -> dict[int, str]:
    """The paths of parameters and buffers, by the id of their arrays."""
    paths = {}
    for module in modules_of(model):
        for path, tensor in (*module.named_parameters(), *module.named_buffers()):
            paths[id(tensor._data)] = path
    return paths


def _metadata(preparation: Preparation | None) -> dict[str, str]:
    if preparation is None:
        return {}
    metadata = {}
    if preparation.class_names:
        metadata["class_names"] = json.dumps(list(preparation.class_names), ensure_ascii=False)
    if preparation.feature_names:
        metadata["feature_names"] = json.dumps(list(preparation.feature_names), ensure_ascii=False)
    target = getattr(preparation, "target", None)
    if target is not None:
        metadata["target"] = target.name
        if not target.class_names:
            metadata["target_mean"] = json.dumps(target.mean)
            metadata["target_deviation"] = json.dumps(target.deviation)
    return metadata
