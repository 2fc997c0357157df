"""`History`: the figures of a training run, epoch by epoch."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(repr=False)
class History:
    """One number per epoch: `train["loss"]`, `train["accuracy"]`, `validation["loss"]`, …

    Training figures are computed from the predictions for each batch before the step on that batch.
    Validation figures are computed at the end of the epoch.
    """

    train: dict[str, list[float]] = field(default_factory=dict)
    validation: dict[str, list[float]] = field(default_factory=dict)
    lr: list[float] = field(default_factory=list)
    """The learning rate of each epoch's last step."""
    seconds: float = 0.0
    """The time of the whole run, validation included."""
    interrupted: bool = False
    """Whether Ctrl-C ended it."""

    def __len__(self) -> int:
        """The number of finished epochs."""
        return len(self.lr)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        """The number of epochs and the last figures; all figures are in `train`, `validation` and `lr`."""
        epochs = f"{len(self):,} epoch{'s' * (len(self) != 1)} in {self.seconds:.1f} s"
        figures = ", ".join(f"{name} {value:.4g}" for name, value in self.latest().items())
        end = ", interrupted" if self.interrupted else ""
        return f"History({epochs}{end}{': ' if figures else ''}{figures})"

    def add(self, train: dict[str, float], validation: dict[str, float], lr: float) -> None:
        """Append one epoch."""
        for figures, columns in ((train, self.train), (validation, self.validation)):
            for name, value in figures.items():
                columns.setdefault(name, []).append(value)
        self.lr.append(lr)

    def latest(self) -> dict[str, float]:
        """The figures of the last epoch, those of the validation under "validation loss" and so on."""
        return {name: values[-1] for name, values in self.train.items()} | {
            f"validation {name}": values[-1] for name, values in self.validation.items()
        }

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from .display import html  # where it is used: only notebooks need it

        return html(self)

    def to_dict(self) -> dict[str, Any]:
        """All figures in lists and dictionaries, ready for JSON."""
        return asdict(self)
