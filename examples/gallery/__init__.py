"""The gallery: every drawing that viz makes, from real models, on one page.

    python3 run.py gallery        writes out/gallery/index.html

Each drawing is made by one small function in a file of `sections/`, whose docstring says what one sees
and whose lines stand on the page as they are. To add a drawing, add a function there.

From the bottom up: `models` trains what the functions ask for, `exhibit` reads a function, `pictures`
makes markup and files of what it returns, `page` puts the page together, and `program` has the order.
"""
