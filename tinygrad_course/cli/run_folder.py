"""RUN, the folder of a training: its files, and what they are called."""

import json
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..files.atomic import write_whole
from ..nn import Module
from ..nn.saving import load


class RunFolder:
    """The files of a training."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.model = path / "model.safetensors"
        self.checkpoint = path / "run.ckpt"
        self.history = path / "history.json"
        self.settings = path / "run.json"
        self.report = path / "report.html"

    def begin(self, resume: bool, force: bool) -> None:
        """Make the folder, or see that there is a training in it to go on with.

        Raises: DataError if there is one that nothing was said about, or none to go on with.
        """
        if self.path.exists() and not self.path.is_dir():
            raise DataError(f"{self.path} is a file: give a folder, --out RUN")
        exists = self.checkpoint.exists() or self.model.exists()
        if resume and not self.checkpoint.exists():
            raise DataError(f"{self.path} has no training to go on with: leave --resume out")
        if exists and not (resume or force):
            raise DataError(
                f"{self.path} has a training: --resume goes on with it, --force replaces it, --out gives "
                f"another folder"
            )
        self.path.mkdir(parents=True, exist_ok=True)
        if force:
            for file in (self.model, self.checkpoint, self.history, self.settings, self.report):
                file.unlink(missing_ok=True)

    def trained(self) -> Module:
        """The model.

        Raises: DataError if there is none; FileFormatError.
        """
        if not self.model.exists():
            raise DataError(
                f"{self.path} has no model.safetensors: train one, "
                f"tinygrad_course train DATA --out {self.path}"
            )
        return load(self.model)

    def said(self) -> dict[str, Any]:
        """What run.json says, or nothing."""
        if not self.settings.exists():
            return {}
        found: dict[str, Any] = json.loads(self.settings.read_text("utf-8"))
        return found


def write_json(path: Path, value: Any) -> None:
    """Write JSON, whole or not at all."""
    write_whole(path, (json.dumps(value, indent=1, default=float) + "\n").encode())
