"""Matrices taken apart: Cholesky, QR, eigenvalues, singular values."""
