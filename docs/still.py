"""A still of the backprop player for the README: the course's J = 3 (a + b c), near the end."""

import tempfile
from pathlib import Path

import tinygrad_course as tg
import viz
from tests.viz.browser import Browser, find_browser

PATH = Path(__file__).parent / "images" / "player.png"


def main() -> None:
    """Write it.

    Raises: SystemExit where there is no browser.
    """
    program = find_browser()
    if program is None:
        raise SystemExit(
            "a still needs Chromium, or the browser that $CHROME names: none was found"
        )
    a, b, c = (
        tg.Tensor(x, requires_grad=True, name=n) for x, n in ((5.0, "a"), (3.0, "b"), (2.0, "c"))
    )
    loss = 3 * (a + b * c)
    loss.name = "J"
    with tempfile.TemporaryDirectory() as folder, Browser(program) as browser:
        page = Path(folder, "player.html")
        viz.player(loss, page)
        shown = browser.open(page, width=1200, height=520, reduced_motion=True)
        shown.press("End")
        shown.press("ArrowLeft")
        shown.screenshot(PATH)
    print(f"{PATH.name} is up to date")


if __name__ == "__main__":
    main()
