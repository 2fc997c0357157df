"""The demo: four models, trained on real data, checked, drawn and put on one page.

    run(Path("out"))         all of it; what `python -m tinygrad_course demo` does

From the bottom up: `recipes` says which models, `gradients`, `experiment` and `graphs` make an
`Outcome` of each, and everything after that only reads outcomes: `report` (with `charts`, `tables`,
`galleries` and `pictures`), `results` and `summary`. `program` has the order of it all.
"""

from .program import run

__all__ = ["run"]
