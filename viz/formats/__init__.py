"""A view in the formats that it can be written in, one a file: DOT, SVG, Mermaid, HTML, a text tree."""
