"""The documentation as a site: what Sphinx reads, made from the pages, the docstrings and the gallery."""
