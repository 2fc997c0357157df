"""Derivatives as functions: each turns a function into one of its derivatives, and they nest.

    grad(f)(x)                        ∂f/∂x of a scalar
    value_and_grad(f)(x)              f(x) and ∂f/∂x in one pass
    elementwise_grad(f)(x)            f′(x) at each element of x
    vjp(f, x)                         f(x), and the function v ↦ Jᵀv
    jvp(f, (x,), (v,))                f(x), and Jv
    jacobian(f)(x)                    J, the whole matrix
    hessian(f)(x)                     all second derivatives of a scalar
    hvp(f, (x,), (v,))                ∇²f(x) v, without the matrix
    checkpoint(f)                     f, which recomputes instead of saving

    grad(lambda x: (x**3).sum())(np.array([1.0, 2.0]))        # array([ 3., 12.])
    grad(grad(lambda x: x**3))(2.0)                            # 12.0

For arrays they return arrays, for tensors they return tensors. Nothing is added to any `.grad`. If the
function uses other tensors that require a gradient, the derivative is recorded too: a penalty on a
gradient can be trained on.
"""

from .checkpointing import checkpoint
from .gradients import elementwise_grad, grad, value_and_grad
from .jacobians import hessian, jacobian
from .products import hvp, jvp, vjp

__all__ = [
    "grad",
    "value_and_grad",
    "elementwise_grad",
    "vjp",
    "jvp",
    "jacobian",
    "hessian",
    "hvp",
    "checkpoint",
]
