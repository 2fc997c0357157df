"""tinygrad_course"""
from .tensor import Tensor
