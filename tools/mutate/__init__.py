"""Mutation testing of the rules: each is broken in turn, in many ways, and the suite must notice.

    python3 run.py mutate                                 everything: some minutes on two cores
    python3 run.py mutate --only tanh linalg              some primitives, or topics
    python3 run.py mutate --kind sign "second order"      some kinds of mutations
    python3 run.py mutate --list --only tanh              what would be done

A mutation changes one place in the code of a rule, or of a helper that it calls: it turns a sign, scales,
drops a term or a factor, takes another operand, transposes, moves a constant or a comparison, or
forgets an axis; it makes float64 of float32, writes into an operand, or cuts off the second derivative. The
file is run again with it, beside the real one, and a mutant is the rule for one operand that came out
different.

A mutant is caught if a law breaks on one of the primitive's cases (tests/laws), or else a test of its topic
fails. What nothing catches is compared with the original on hundreds of inputs for each rule, those of the
laws and many that they avoid: if nothing tells the two apart, they are equivalent. Everything else has
survived, and is a missing test.
"""
