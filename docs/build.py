"""Makes the generated parts of the documentation: the table of operations and the README's drawing.

python3 run.py docs
"""

import contextlib
import io
import re
from pathlib import Path

import viz
from tinygrad_course import ops
from tinygrad_course.primitive import Primitive, registry

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"

_HEAD = """\
# Operations

Made by `python3 run.py docs` from the rules themselves. z is the output, x̄ the cotangent of x, z̄ that of
the output. Each operation also runs under the NumPy functions named beside it, when one of their arguments
is a Tensor.
"""


def operations_page() -> str:
    """Every built-in primitive: its name, symbol and NumPy functions, its formula and rules, its notes."""
    parts = [_HEAD]
    for topic in ops.__all__:
        module = getattr(ops, topic)
        parts.append(f"## {topic.capitalize()}\n\n{_first_paragraph(module.__doc__)}\n")
        parts.append("| operation | symbol | NumPy | formula and rules |\n|---|---|---|---|")
        members = [p for p in registry.values() if p.__module__ == module.__name__]
        parts[-1] += "".join(f"\n{_row(p)}" for p in members) + "\n"
        parts.extend(filter(None, map(_notes, members)))
    return "\n".join(parts)


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())


def _row(primitive: Primitive[..., object]) -> str:
    functions = ", ".join(f"`np.{f.__name__}`" for f in primitive.numpy_functions)
    cells = f"`{primitive.name}`", primitive.symbol, functions, _first_paragraph(primitive.__doc__)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _notes(primitive: Primitive[..., object]) -> str:
    """What the docstring says beyond the formula."""
    paragraphs = (primitive.__doc__ or "").split("\n\n")[1:]
    if not paragraphs:
        return ""
    return f"**{primitive.name}.** " + " ".join(" ".join(p.split()) for p in paragraphs) + "\n"


def readme_examples() -> list[tuple[str, str]]:
    """The README's Python blocks, each with the output that it claims."""
    return re.findall(
        r"```python\n(.*?)```\n\n```text\n(.*?)```", README.read_text("utf-8"), re.DOTALL
    )


def first_drawing() -> str:
    """The SVG that the README's first example draws."""
    namespace: dict[str, object] = {}
    code = readme_examples()[0][0].replace('viz.draw(loss, "first_graph.svg")', "")
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, namespace)
    return viz.draw(namespace["loss"]).svg()


def main() -> None:
    """Write both."""
    (DOCS / "operations.md").write_text(operations_page(), "utf-8")
    (DOCS / "images").mkdir(exist_ok=True)
    (DOCS / "images" / "first_graph.svg").write_text(first_drawing(), "utf-8")
    print("docs/operations.md and docs/images/first_graph.svg are up to date")


if __name__ == "__main__":
    main()
