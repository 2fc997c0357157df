"""The version of the package, for what is written in files."""

__version__ = "0.1.0"
