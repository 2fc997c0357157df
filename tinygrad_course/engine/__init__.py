"""The engine: a graph of operations, and the backward pass through it. It knows no Tensor.

Read in this order:

    graph          nodes, and the order in which they depend on each other
      saved        what a node keeps for its rules, and in which layout
    reverse_mode   the backward pass
      pullbacks    how a node propagates its cotangent to its parents, generated per primitive
    writes         which memory was written into, and when
    mode           whether operations are recorded, in which module or block, and by which observer
      grad_mode    no_grad, enable_grad, scope
    draws          what layers draw at random, and that a second run draws the same
    anomaly        an observer that searches for NaN
    codegen        compiles generated code
    source_lines   the line of the user's code that is running

Nodes are created by the recorders of `tensor/`, in the layer above.
"""
