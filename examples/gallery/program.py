"""The gallery from its beginning to its end: every exhibit, then the files."""

from collections.abc import Sequence
from pathlib import Path

from tinygrad_course.demo.files import check_writable, write_all
from tinygrad_course.training import blas_threads

from .exhibit import Section
from .models import Models
from .page import page
from .pictures import Picture, picture
from .sections import SECTIONS


def run(out: Path, models: Models | None = None, sections: Sequence[Section] = SECTIONS) -> None:
    """Make every drawing, and write the page and its files into `out`.

    Files are written at the end, each in one step: if it is interrupted before, the folder is
    unchanged.

    Raises: OSError if nothing can be written into `out`, DrawingError if there is no `dot`.
    """
    out = out.absolute()
    check_writable(out)
    models = Models() if models is None else models
    pictures: dict[str, Picture] = {}
    count = sum(len(section.exhibits) for section in sections)
    with blas_threads(1):
        for section in sections:
            print(section.heading, flush=True)
            for exhibit in section.exhibits:
                print(f"  [{len(pictures) + 1:2}/{count}] {exhibit.heading}", flush=True)
                pictures[exhibit.key] = picture(exhibit, models)
    written = {name: text for made in pictures.values() for name, text in made.files.items()}
    # The page is last, because it links to the others.
    write_all(out, {**written, "index.html": page(sections, pictures)})
    print(f"\nLook at  {out / 'index.html'}", flush=True)
