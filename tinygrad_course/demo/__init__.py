"""The demo: four models, trained on real data, checked, drawn and put on one page.

    run(Path("out"))         all of it; what `python -m tinygrad_course demo` does

Read in this order:

    program         the order of everything, and the summary in the terminal
    recipes         which models, on which data
    experiment      one model: check, train, predict, draw; `gradients` has the check
    outcome         the results as plain data, which everything below reads
    report          the page, made of `charts`, `tables` and `pictures`
    results         the same figures as JSON
    wording, files  figures as text; complete files
"""

from .program import run

__all__ = ["run"]
