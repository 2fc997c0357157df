"""The example notebook as a page: its cells are run, and what they show stands below them."""

import ast
import io
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from docs.code_blocks import ROOT


def notebook(file: str) -> str:
    """The page, in Markdown."""
    cells = json.loads((ROOT / file).read_text("utf-8"))["cells"]
    names: dict[str, Any] = {"__name__": "__main__"}
    parts, here = [], Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for cell in cells:
                source = "".join(cell["source"])
                if cell["cell_type"] == "markdown":
                    parts.append(source)
                    continue
                parts.append(f"```python\n{source}\n```")
                shown = _shown(_run(source, names))
                if shown:
                    parts.append(f'```{{raw}} html\n<div class="shown">{shown}</div>\n```')
        finally:
            os.chdir(here)
    return "\n\n".join(parts) + "\n"


def _run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell, and return the value of its last line if that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "notebook", "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "notebook", "eval"), names)


def _shown(value: Any) -> str:
    """The HTML or SVG with which a value shows itself in a notebook."""
    if value is None:
        return ""
    if isinstance(value, Figure):
        content = io.StringIO()
        value.savefig(content, format="svg", metadata={"Date": None})
        return content.getvalue().partition("?>")[2].partition('dtd">')[2]
    bundle = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {}
    return str(
        bundle.get("text/html")
        or bundle.get("image/svg+xml")
        or (value._repr_html_() if hasattr(value, "_repr_html_") else value._repr_svg_())
    )
