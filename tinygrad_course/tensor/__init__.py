"""`Tensor`: an array that remembers how it was computed.

Read in this order:

    tensor           the class: how it is made, operators, gradients, NumPy's protocols
    recorders        what an operator or a method runs, generated per primitive
      nodes          how the application of a primitive becomes a node
      operands       what may stand beside a tensor
      shape_errors   messages for shapes that don't fit
    values           its numbers, and how they are changed
      data_view      `t.data`, an array that notes writes into it
    array_methods    what it shares with ndarray: sum, reshape, …
    conversions      to numbers, arrays and text
      display        what a notebook shows
    hooks            functions that see a gradient on its way back
    numpy_protocols  what NumPy's functions do with it
      numpy_surface  by name: which give plain arrays, and which are refused
    base             its slots
"""

from .tensor import Tensor

__all__ = ["Tensor"]
