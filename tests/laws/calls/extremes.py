"""Bounds and conditions."""

import numpy as np

M = np.array([[0.6, 1.4, 0.9], [1.1, 0.7, 1.3]])
V = np.array([0.5, 1.5, 1.0])

CALLS = {
    np.clip: [
        lambda x: np.clip(x, 0.7, 1.2),
        lambda x: np.clip(x, None, 1.2),
        lambda x: np.clip(x, 0.7, None),
        lambda x: np.clip(x, a_min=0.7, a_max=1.2),
        lambda x: np.clip(a=x, a_max=V, a_min=None),
        lambda x: np.clip(M, x, 1.2),
    ],
    np.where: [
        lambda x: np.where(M > 1, x, 0.0),
        lambda x: np.where([[True], [False]], V, x),
        lambda x: np.where(True, x, x),
    ],
    np.nan_to_num: [
        lambda x: np.nan_to_num(x),
        lambda x: np.nan_to_num(np.where(M > 1, x, np.nan), True, 7.0),
        lambda x: np.nan_to_num(np.where(M > 1, np.inf, x), posinf=3),
        lambda x: np.nan_to_num(x=np.where(M > 1, -np.inf, x), copy=True, neginf=-3.0),
        lambda x: np.nan_to_num(np.where(M > 1, x, np.nan), nan=M),
    ],
}
