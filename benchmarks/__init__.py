"""Speed and memory use:  python3 run.py bench

Every benchmark is a contest with NumPy written by hand: the same mathematics on the same float32 data
from the same initial weights. Both sides are first checked to give equal results five times in a row,
then timed alternately. The result is the ratio of their times, which is comparable across machines.

    contest.py       what a benchmark is, and how two sides are timed
    handwritten.py   the other side: the course's vectorised NumPy, with backpropagation by hand
    scalars.py       a few numbers: the cost is Python's
    elementwise.py   a million numbers: the cost is that of memory access
    training.py      one training step, from logistic regression to a large MLP
    pictures.py      convolution and pooling against PyTorch, where it is installed
    footprint.py     peak memory and import time, each in a process of its own
    report.py        the table and the JSON file
"""
