"""One table: the ONNX nodes that compute what a primitive computes, for each primitive that has some.

table         the table, and how entries are made
elementwise   arithmetic, exponentials, trigonometry, rounding, choices
activations   activations
reduction     sums, means, extremes, spreads, order, scans
shaping       moving, joining and selecting elements
products      products of matrices, linear algebra
windows       convolutions and pools
"""

from . import activations, elementwise, products, reduction, shaping, windows
from .table import COUNTERPARTS, WITHOUT, without

without(
    "losses are for training: export the model that computes what they compare",
    *("binary_cross_entropy", "binary_cross_entropy_with_logits", "cosine_embedding_loss"),
    *("cross_entropy", "hinge_embedding_loss", "hinge_loss", "huber_loss", "kl_div", "l1_loss"),
    *("mse", "nll_loss", "smooth_l1_loss"),
)

__all__ = [
    "COUNTERPARTS",
    "WITHOUT",
    "activations",
    "elementwise",
    "products",
    "reduction",
    "shaping",
    "windows",
]
