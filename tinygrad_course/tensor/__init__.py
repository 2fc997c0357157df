"""`Tensor`: an array that remembers how it was computed.

tensor           the class: what it is made from, operators, protocols
contents         its slots
values           its numbers, read and written
  data_view      `t.data`, an array that tells when it is written into
backward         its gradient
conversions      the ways out, to numbers, arrays and text
  display        what a notebook shows
array_methods    what it shares with ndarray: sum, reshape, …
numpy_protocols  what NumPy's own functions do with it
  numpy_surface  by name: all of them
"""

from .tensor import Tensor

__all__ = ["Tensor"]
