"""How fast is it, and how much memory does it take?  python3 run.py bench

Every benchmark is a contest against NumPy written by hand: the same mathematics on the same float32
data from the same initial weights, first shown to give equal results five times in a row, then
timed in turns. What counts is the ratio of the two, which means the same on every machine.

    contest.py       what a benchmark is, and how two sides are timed in turns
    handwritten.py   the other side: the course's vectorised NumPy, with backpropagation by hand
    scalars.py       a few numbers, where all the cost is Python
    elementwise.py   a million numbers, where all the cost is memory
    training.py      one training step, from logistic regression to a large MLP
    footprint.py     peak memory and import time, each in processes of their own
    report.py        the table and the JSON file
"""
