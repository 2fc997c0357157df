"""What numpy.linalg computes of one matrix or of two: inverses, determinants, solutions, norms."""
