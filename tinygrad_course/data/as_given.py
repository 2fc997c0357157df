"""`AsGiven`: for a model whose x was prepared elsewhere, but whose classes have names."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, SettingError
from ..nn.data_checks import finite_array
from ..nn.preparation import VERSION, Preparation, State, texts


class AsGiven(Preparation):
    """x as it is given, and the names of the classes.

        model.preparation = data.AsGiven(["cat", "dog"])
        model.preparation.in_units(model.predict(x))

    Raises: SettingError for fewer than two names, and for one that stands there twice.
    """

    kind = "as given"
    takes = "x itself, numbers as those that the model was trained on"
    feature_names = None

    def __init__(self, class_names: Sequence[str]) -> None:
        listed = isinstance(class_names, Sequence) and not isinstance(class_names, str)
        names = tuple(class_names) if listed else ()
        if len(set(names)) < 2 or len(set(names)) < len(names):
            raise SettingError(
                f"class_names={class_names!r}: give the names of all classes, in the order of their indices, "
                f"such as ['cat', 'dog']"
            )
        self.class_names = names

    def __repr__(self) -> str:
        return f"AsGiven({len(self.class_names)} classes)"

    def is_raw(self, rows: Any) -> bool:
        """False: all rows are x."""
        return False

    def apply(self, rows: Any) -> NDArray[np.float32]:
        """The same rows.

        Raises: DataError for anything but finite numbers.
        """
        x = finite_array("x", rows)
        with np.errstate(over="ignore"):
            made = x.astype(np.float32)
        if not np.isfinite(made).all():
            raise DataError("x has numbers that are too large for float32: scale the columns")
        return made

    def to_state(self) -> State:
        """Everything in plain data and arrays, for a model's file."""
        return {"kind": self.kind, "version": VERSION, "class_names": list(self.class_names)}, {}

    @classmethod
    def _from_state(cls, data: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> "AsGiven":
        return cls(texts(data["class_names"]))
