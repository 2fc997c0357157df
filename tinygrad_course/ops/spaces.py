"""Numbers evenly spaced between two ends, and grids of them; interpolation."""
