"""An example as a page: its docstring as text, then its code."""

import ast
from pathlib import Path


def program(path: Path) -> str:
    """The page, in Markdown."""
    source = path.read_text("utf-8")
    docstring, *_ = ast.parse(source).body
    heading, *paragraphs = (ast.get_docstring(ast.parse(source)) or "").split("\n\n")
    words = "\n\n".join(paragraphs)
    code = "\n".join(source.splitlines()[docstring.end_lineno :]).strip("\n")
    return f"# {heading.rstrip('.')}\n\n{words}\n\n```python\n{code}\n```\n"
