"""Special functions, element by element: sinc, the Bessel function i0, and their kin."""
