"""The tables that say what to write here in place of what another library, or a course, writes."""

import re

import numpy as np
import pytest

from docs.code_blocks import ROOT, away_in, run, sessions
from tests.docs import course

TABLE = re.compile(r"^\|[^\n|]*\| here \|\n\|[-|]+\n((?:\|[^\n]+\n)+)", re.MULTILINE)
CELL = re.compile(r"(?<!\\)\|")
SPAN = re.compile(r"`([^`]+)`")
PAGES = ("from_pytorch.md", "from_the_course.md")


def rows(page):
    """The pieces of code in both columns of each row of these tables."""
    for table in TABLE.findall((ROOT / "docs" / page).read_text("utf-8")):
        for row in table.splitlines():
            _, there, here, _ = CELL.split(row)
            yield SPAN.findall(there), SPAN.findall(here)


@pytest.fixture(scope="module", params=PAGES)
def page(request):
    return request.param


@pytest.fixture(scope="module")
def names(page, tmp_path_factory):
    """Everything that the blocks of the page define."""
    (session,) = sessions(ROOT / "docs" / page)
    defined = {"__name__": "page"}
    with away_in(tmp_path_factory.mktemp("page")):
        for block in session:
            run(block, defined, page)
        yield defined


def test_what_to_write_here_runs(page, names):
    found = [code for _, here in rows(page) for code in here]
    assert len(found) > 10
    for code in found:
        exec(compile(code, f"{page}: {code}", "exec"), dict(names))


def test_every_row_has_code_in_both_columns(page):
    assert all(there and here for there, here in rows(page))


COURSE = list(rows("from_the_course.md"))


@pytest.mark.parametrize("page", ["from_the_course.md"], indirect=True)
@pytest.mark.parametrize(("there", "here"), COURSE, ids=[there[0] for there, _ in COURSE])
def test_the_course_computes_the_same(page, names, there, here):
    np.random.seed(0)
    notebook = names | vars(course)
    notebook["AL"], notebook["caches"] = course.L_model_forward(names["X"], names["parameters"])
    (expected,) = [eval(code, dict(notebook)) for code in there]
    (found,) = [np.asarray(eval(code, dict(names))) for code in here]
    if (
        "random" in there[0]
    ):  # the same distribution: 5 standard errors of the difference of two deviations
        assert found.shape == expected.shape
        np.testing.assert_allclose(found.std(), expected.std(), rtol=5 / np.sqrt(found.size))
    else:
        np.testing.assert_allclose(found.ravel(), np.ravel(expected), rtol=1e-12)
