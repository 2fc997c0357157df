"""The engine: it records what is computed, and walks back along the record.

Read in this order:

    graph          nodes, and the order in which they depend on each other
    recording      how the application of a primitive becomes a node
      recorders    that, generated for each primitive
      shape_errors where the shapes don't fit
    reverse_mode   the walk back
      pullbacks    how a node hands each of its parents its share, generated for each primitive
    writes         which memory was written into, and when
    grad_mode      whether anything is recorded at all, and who looks on
    anomaly        one who looks on: the search for NaN
"""
