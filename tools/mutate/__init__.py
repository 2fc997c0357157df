"""Mutation testing of the rules: each is broken in turn, in many ways, and the suite must notice.

    python3 run.py mutate                       everything
    python3 run.py mutate tanh linalg           some primitives, or topics
    python3 run.py mutate tanh --list           what would be done

A rule is broken as a whole (`whole.py`): the sign of what it returns is turned, it is scaled, or permuted, a
term is dropped, or added; the cotangent or an operand is permuted, loses its history, or is written into.
And every piece of its code, that of the functions that it calls included, is broken by itself
(`changes.py`): a term, a factor or a call is left out, another operand is taken, a transposition is
forgotten, a constant or a comparison is moved. The file is then run once more, beside the real one, and its
rules take the place of the real ones.

A mutant is caught if a law breaks on one of the primitive's cases (tests/laws), or a test of its topic fails
(tests/ops), or another one of these, or the sweep on Dask arrays. What nothing catches has survived, and is a
missing test, unless `equivalents.py` gives the reason why it computes the same.
"""
