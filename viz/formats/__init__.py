"""The formats of a view, one per file: DOT, SVG, Mermaid, HTML, a text tree."""
