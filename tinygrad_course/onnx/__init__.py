"""ONNX files: a model for programs that know neither this package nor Python.

    tg.export_onnx(model, x[:8], "m.onnx")

    import onnxruntime
    onnxruntime.InferenceSession("m.onnx").run(None, {"x": x})

The recorded graph is what is exported, and so modules and functions of your own are exported too.

recording      what the model computes, recorded twice with other rows
assembly       from the recordings to a graph
call           one recorded operation, as its counterpart sees it
counterparts   the table: for each primitive its nodes
preparations   nodes before the model that take raw rows
graph          the graph while it is made

The package `onnx` is needed to write, the extra `onnx`, and imported when a model is exported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ..data import Preparation

__all__ = ["export_onnx"]


def export_onnx(
    model: Callable[..., Any],
    example: Any,
    path: str | PathLike[str],
    *,
    preparation: Preparation | Literal["of the model"] | None = "of the model",
    batch_axis: Literal[0] | None = 0,
    output_names: Sequence[str] | None = None,
) -> None:
    """Write what a model computes in evaluation mode as an ONNX file: opset 17, IR version 8.

        tg.export_onnx(model, x[:8], "m.onnx")

    The model runs twice, with rows of the example, and what it recorded becomes the graph: modules and
    functions of your own too. Parameters and constants become initializers under their paths, equal ones
    once, as copies. Nothing in the model changes. The file is checked, and written whole or not at all.

    What a model decides by numbers of its input, in Python, is found only if rows of the example decide
    differently: give some that do. Such a model is refused, since a file has one graph.

    - model: a module, or a function of tensors that returns a Tensor, or several in a tuple or dictionary.
    - example: a batch of a few rows as the model takes them, two of them different; a tuple for several
      inputs. With a preparation, x or raw rows.
    - preparation: makes the file take raw rows, one input per column, or pictures; by default that of the
      model, `model.preparation`, if it has one. None leaves it out.
    - batch_axis: 0 for any number of rows; None for exactly the shapes of the example.
    - output_names: by default "output", or the keys of the dictionary.

    Inputs have the names of the parameters of `forward`, or of the columns. The metadata have the names of
    the classes and of the features, as JSON.

    Raises: ExportError, with the operation, its module and its line, for one that has no counterpart in
    ONNX, for what depends on the size of the batch in a way that is not recorded, and for what is computed
    from the input outside of the graph; MissingExtraError without `onnx`; OSError.
    """
    from .. import errors

    try:
        import onnx  # noqa: F401
    except ImportError as error:
        if error.name != "onnx":
            raise
        raise errors.MissingExtraError(
            "export_onnx needs onnx: pip install 'tinygrad_course[onnx]'"
        ) from None
    from ..files.atomic import write_whole
    from .export import model_of

    made = model_of(model, example, preparation, batch_axis, output_names)
    write_whole(path, made.SerializeToString())
