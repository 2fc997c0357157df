"""A model as a picture of neurons and layers."""

from .drawing import NetworkDrawing, network

__all__ = ["NetworkDrawing", "network"]
