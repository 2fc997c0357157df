"""Groups of parameters with settings of their own.

    SGD([{"params": model.body}, {"params": model.head, "lr": 0.1}], lr=0.01, momentum=0.9)

A group has the optimizer's settings, except for those that it names.
"""

from __future__ import annotations  # Optimizer, which imports this, is only named

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import SettingError
from ..primitive import Array
from ..tensor import Tensor
from .chunks import ParameterState
from .settings import not_negative

if TYPE_CHECKING:
    from .optimizer import Optimizer


class ParameterGroup:
    """Some parameters of an optimizer, with their settings: group["lr"], group["params"], …

    Assign to a setting to change it, group["weight_decay"] = 1e-4. `optimizer.lr = …` changes the rate of the
    groups that did not get one of their own.
    """

    def __init__(
        self, optimizer: Optimizer, params: list[Tensor], own: Mapping[str, Any], lr: Array
    ) -> None:
        self._optimizer = optimizer
        self.params = params
        self.own = {name: value for name, value in own.items() if name != "lr"}
        self.has_own_lr = "lr" in own
        self.lr = np.array(not_negative("lr", own["lr"])) if self.has_own_lr else lr
        self.settings = self._merged(self.own)
        self.now = self.settings
        """The settings in this step: a schedule may change the momentum."""
        self.arrays = optimizer.group_arrays(self.settings)
        """State that the group's parameters share."""
        self.states: list[ParameterState] = []

    def _merged(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """All settings. They are the optimizer's own dictionary if the group has none of its own."""
        optimizer = self._optimizer
        if not own:
            return optimizer.defaults
        unknown = own.keys() - optimizer.defaults.keys()
        if unknown:
            known = ", ".join(["params", "lr", *optimizer.defaults])
            raise SettingError(
                f"a group of {type(optimizer).__name__} has the key {sorted(unknown, key=str)[0]!r}: it can "
                f"have {known}"
            )
        return optimizer.checked({**optimizer.defaults, **own})

    def refresh(self) -> None:
        """The optimizer's settings were changed."""
        self.settings = self._merged(self.own)

    def keys(self) -> tuple[str, ...]:
        """The names of its settings."""
        return ("params", "lr", *self.settings)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __getitem__(self, name: str) -> Any:
        if name == "params":
            return self.params
        return float(self.lr) if name == "lr" else self.settings[name]

    def __setitem__(self, name: str, value: Any) -> None:
        if name == "params":
            raise SettingError("the parameters of a group are fixed: make another optimizer")
        if name == "lr":
            self.lr[...] = not_negative("lr", value)
            self.has_own_lr = True
            return
        changed = {**self.own, name: value}
        settings = self._merged(changed)  # checks it
        self._optimizer.check_moments(self, settings)
        self.own, self.settings = changed, settings

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={self[name]!r}" for name in self.keys()[1:])
        return f"ParameterGroup({len(self.params)} parameters, {settings})"
