"""Mutation testing of the rules: each is broken in turn, in many ways, and the suite must notice.

    python3 run.py mutate                       everything
    python3 run.py mutate tanh linalg           some primitives, or topics
    python3 run.py mutate tanh --list           list the mutants

A rule is broken as a whole (`whole.py`): its result is negated, scaled or permuted, or a term is dropped or
added; the cotangent or an operand is permuted, detached, or overwritten. And each node of its code,
including that of the functions that it calls, is changed by itself (`edits.py`): a term, a factor or a call
is left out, another operand is used, a transposition is omitted, a constant or a comparison is changed. The
changed file is then run in a module of its own, and its rules replace the real ones.

A mutant is caught if a law breaks on one of the primitive's cases (tests/laws), or if a test of its topic or
another test of operations (tests/ops) fails, or the sweep on Dask arrays. Otherwise it has survived: a test
is missing, unless `equivalents.py` gives the reason why the mutant computes the same.
"""
