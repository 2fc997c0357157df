"""Exponentials and logarithms."""

import numpy as np

from tests.referee import torch

PAIRS = {
    np.exp: torch.exp,
    np.expm1: torch.expm1,
    np.exp2: torch.exp2,
    # The gradient of torch.ldexp is 0 for negative n, in 2.13.
    np.ldexp: lambda x, n: x * torch.exp2(torch.as_tensor(n, dtype=x.dtype)),
    np.log: torch.log,
    np.log1p: torch.log1p,
    np.log2: torch.log2,
    np.log10: torch.log10,
    np.logaddexp: torch.logaddexp,
    np.logaddexp2: torch.logaddexp2,
}
