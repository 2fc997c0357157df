"""Circular and hyperbolic functions."""

import numpy as np

from tests.referee import torch

PAIRS = {
    np.sin: torch.sin,
    np.cos: torch.cos,
    np.tan: torch.tan,
    np.arcsin: torch.arcsin,
    np.arccos: torch.arccos,
    np.arctan: torch.arctan,
    np.arctan2: torch.arctan2,
    np.hypot: torch.hypot,
    np.sinh: torch.sinh,
    np.cosh: torch.cosh,
    np.tanh: torch.tanh,
    np.arcsinh: torch.arcsinh,
    np.arccosh: torch.arccosh,
    np.arctanh: torch.arctanh,
    np.deg2rad: torch.deg2rad,
    np.rad2deg: torch.rad2deg,
}
