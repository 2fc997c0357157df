"""The command line: ``python -m tinygrad_course``, installed as ``tinygrad-course``.

    tinygrad-course train houses.csv --target price --out run
    tinygrad-course predict run new.csv

`program` has the arguments and exit codes; each other file is a command, or what several of them need.
"""

from .program import main

__all__ = ["main"]
