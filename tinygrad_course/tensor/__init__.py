"""`Tensor`: an array that remembers how it was computed.

Read in this order:

    tensor           the class: how it is made, operators, gradients, NumPy's protocols
    recorders        the functions behind operators and methods, generated per primitive
      nodes          how the application of a primitive becomes a node
      operands       which operands a tensor can be combined with
      shape_errors   messages for shapes that don't fit
    values           its data, and how they are changed
      data_view      `t.data`, an array that notes writes into it
    unary_methods    t.sqrt() and the like, for every function of one number
    array_methods    the methods of ndarray: sum, reshape, …
      methods        the functions behind them, generated from NumPy's signatures
    conversions      to numbers, arrays and text
      display        what a notebook shows
    hooks            functions that receive a gradient during the backward pass
    numpy_protocols  what NumPy's functions do with it
      numpy_surface  which functions return plain arrays, and which are refused
    base             its slots
"""

import sys

from ..suggestions import NotCallable
from .tensor import Tensor

sys.modules[__name__].__class__ = NotCallable  # tg.tensor(data) is torch.tensor(data)

__all__ = ["Tensor"]
