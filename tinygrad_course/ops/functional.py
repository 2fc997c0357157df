"""NumPy's functions that take functions: piecewise, apply_along_axis, apply_over_axes."""
