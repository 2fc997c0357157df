"""The command:  python3 run.py gallery [--out DIR]"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tinygrad_course.errors import TinygradCourseError


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the gallery and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="gallery", description="Draw everything that viz draws, from real models, on one page."
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("out/gallery"),
        metavar="DIR",
        help="folder for what is written; made if need be (default: %(default)s)",
    )
    out = parser.parse_args(arguments).out
    try:
        from .program import run  # here, where a missing matplotlib can be told of

        run(out)
    except KeyboardInterrupt:
        print("\nInterrupted; no file is half written.", file=sys.stderr)
        return 130
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        print('The gallery needs matplotlib: pip install "tinygrad_course[plot]"', file=sys.stderr)
        return 1
    except (TinygradCourseError, OSError) as error:
        print(f"gallery: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
