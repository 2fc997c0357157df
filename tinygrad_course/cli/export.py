"""The command `export`: a trained network in a file for other programs."""

import argparse
from typing import Literal

import numpy as np

from ..onnx import export_onnx
from .run_folder import RunFolder


def export(arguments: argparse.Namespace) -> int:
    """Run the command."""
    model = RunFolder(arguments.folder).trained()
    first = next(iter(model.parameters()))
    example = np.random.default_rng(0).normal(size=(8, first.shape[-1])).astype(first.dtype)
    preparation: Literal["of the model"] | None = None if arguments.prepared else "of the model"
    export_onnx(model, example, arguments.file, preparation=preparation)
    print(arguments.file)
    return 0
