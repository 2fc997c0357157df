"""Players in a browser, and what they show."""

import viz

BOXES = """
Object.fromEntries([...document.querySelectorAll(".box")].map((box) => {
  const words = (selector) => [...box.querySelectorAll(selector)].map((e) => e.textContent);
  return [box.querySelector(".name").textContent, {
    value: words(".value .number"), gradient: words(".gradient .number"),
    isActive: box.classList.contains("is-active"), label: box.getAttribute("aria-label"),
  }];
}))
"""


class Pages:
    """Opens players. `close` checks that there were no errors, and that the network was asked nothing."""

    def __init__(self, browser, folder):
        self.browser, self.folder = browser, folder
        self.opened = []

    def open(self, x, *, width=1280, dark=False, reduced_motion=False, **options):
        path = self.folder / f"{len(self.opened)}.html"
        viz.player(x, path, **options)
        page = self.browser.open(path, width=width, dark=dark, reduced_motion=reduced_motion)
        self.opened.append((page, path))
        return page

    def close(self):
        for page, path in self.opened:
            page.evaluate("0")  # whatever is still to be reported comes before the answer
            assert page.errors == []
            assert page.requests == [path.as_uri()]
            page.close()


def boxes(page):
    """Value, gradient, label and activity of every box, by its name."""
    return page.evaluate(BOXES)


def words(page, selector):
    return page.evaluate(f"document.querySelector({selector!r}).textContent.trim()")


def all_words(page, selector):
    return page.evaluate(
        f"[...document.querySelectorAll({selector!r})].map((e) => e.textContent.trim())"
    )


def focused(page):
    """The key of the box that has the focus, or the id of another element."""
    return page.evaluate("document.activeElement.dataset.key || document.activeElement.id")


def rectangles(page, selector):
    return page.evaluate(
        f"[...document.querySelectorAll({selector!r})].map((e) => e.getBoundingClientRect().toJSON())"
    )
