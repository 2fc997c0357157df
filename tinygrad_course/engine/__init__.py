"""The engine: it records what is computed, and walks back along the record.

Read in this order:

    graph          nodes, and the order in which they depend on each other
    recording      how the application of a primitive becomes a node
      recorders    that, generated for each primitive
      operands     what may stand beside a tensor
      shape_errors where the shapes don't fit
    reverse_mode   the walk back
      pullbacks    how a node hands each of its parents its share, generated for each primitive
    writes         which memory was written into, and when
    scopes         whether anything is recorded at all, in which module, and who looks on
      grad_mode    no_grad, enable_grad, scope
    anomaly        one who looks on: the search for NaN
"""
