"""The page of an example has all of its text and code."""

import re

import pytest

from docs.code_blocks import ROOT
from docs.site.contents import EXAMPLES
from docs.site.program import program


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_page_of_an_example_is_complete(example):
    source = (ROOT / example).read_text("utf-8")
    page = program(ROOT / example)
    (code,) = re.findall(r"^```python\n(.*)^```$", page, re.DOTALL | re.MULTILINE)
    docstring = source.removesuffix(code)
    assert docstring.startswith('"""')
    assert docstring.rstrip().endswith('"""')
    assert docstring.count('"""') == 2
    for paragraph in docstring.strip().strip('"').strip().split("\n\n")[1:]:
        assert paragraph in page
