"""HTML as a test wants it: which elements there are, what they say, and whether all are closed."""

from collections import Counter
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "link", "input", "hr", "source"}


class Page(HTMLParser):
    """A page's elements and text; fails where a tag is closed that was not open."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.text = ""
        self._open = []
        self.rows = []
        """The text of each cell, of all tables."""
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if "style" in self._open:
            return
        self.text += data
        if {"th", "td"} & set(self._open):
            self.rows[-1][-1] += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def values(self, attribute):
        return [value for _, attrs in self.elements if (value := attrs.get(attribute))]

    def check_anchors(self):
        """Ids are unique, and whatever refers to one finds it."""
        ids = Counter(self.values("id"))
        assert [name for name, times in ids.items() if times > 1] == []
        wanted = {name for value in self.values("aria-labelledby") for name in value.split()}
        wanted |= {href[1:] for href in self.values("href") if href.startswith("#")}
        assert wanted <= ids.keys()
