"""PyTorch as an independent referee: the same operations in both libraries, number by number.

    pairs/          which operation of ours is which of PyTorch's, and what both are run on
    alone.py        operations that PyTorch has nothing like, and why
    agreement.py    one application in both: values, gradients, second derivatives
    conventions.py  points where there is a choice, and what each library has chosen

`python3 run.py referee` installs PyTorch and runs these tests; without it they are skipped.
"""

import pytest

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: `python3 run.py referee` installs it and asks it"
)
# On the small operands of these tests, threads that wait for each other take longer than one.
torch.set_num_threads(1)
