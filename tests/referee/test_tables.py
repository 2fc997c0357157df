"""docs/from_pytorch.md: what its left columns say is PyTorch's, and has the value of the right columns."""

import numpy as np
import pytest

import tinygrad_course as tg
from docs.code_blocks import ROOT, away_in, run, sessions
from tests.docs.test_tables import rows
from tests.referee import torch

PAGE = "from_pytorch.md"
ROWS = [
    pytest.param(there, here, id=there[0])
    for there, here in rows(PAGE)
    if all(word not in there[0] for word in ("DataLoader", "init."))
]


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    defined = {"__name__": "page"}
    with away_in(tmp_path_factory.mktemp("page")):
        for block in sessions(ROOT / "docs" / PAGE)[0]:
            run(block, defined, PAGE)
    return defined


@pytest.fixture(scope="module")
def theirs(ours):
    def tensor(x):
        return torch.tensor(np.asarray(x), requires_grad=True)

    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU())
    return {
        "torch": torch,
        "nn": torch.nn,
        "optim": torch.optim,
        "F": torch.nn.functional,
        "model": model,
        "optimizer": torch.optim.Adam(model.parameters()),
        "f": torch.sin,
        **{name: tensor(ours[name].detach()) for name in "tu"},
    }


def numbers(x):
    """What is compared of a result: its numbers; of anything else that there is one."""
    if not isinstance(x, tg.Tensor | torch.Tensor | np.ndarray | int | float):
        return np.ones(())
    return np.asarray(x.detach() if hasattr(x, "detach") else x)


@pytest.mark.parametrize(("there", "here"), ROWS)
def test_both_columns_compute_the_same(there, here, theirs, ours):
    expected = [numbers(eval(code, dict(theirs))) for code in there]
    found = [numbers(eval(code, dict(ours))) for code in here]
    for one, other in zip(expected, found):
        np.testing.assert_allclose(other, one, rtol=1e-12)
