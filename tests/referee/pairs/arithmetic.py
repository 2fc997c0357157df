"""Arithmetic."""

import numpy as np

from tests.referee import torch
from tests.referee.pairs.pair import Pair, cases_like


def floor_divide(x, y):
    return torch.div(x, y, rounding_mode="floor")


PAIRS = {
    np.add: torch.add,
    np.subtract: torch.subtract,
    np.multiply: torch.multiply,
    np.divide: torch.divide,
    np.reciprocal: torch.reciprocal,
    np.floor_divide: floor_divide,
    np.remainder: torch.remainder,
    np.fmod: torch.fmod,
    np.divmod: Pair(
        np.divmod,
        lambda x, y: (floor_divide(x, y), torch.remainder(x, y)),
        cases_like(np.floor_divide),
    ),
    np.negative: torch.negative,
    np.positive: torch.positive,
    np.power: lambda x, y: torch.pow(x, y.double() if y.dtype is torch.bool else y),
    np.float_power: Pair(np.float_power, torch.float_power, cases_like(np.power)),
    np.square: torch.square,
    np.sqrt: torch.sqrt,
    np.cbrt: lambda x: torch.sign(x) * torch.abs(x) ** (1 / 3),
    np.absolute: torch.absolute,
    np.fabs: torch.abs,
    np.copysign: torch.copysign,
    np.real: Pair(np.real, torch.real, cases_like(np.positive)),
}
