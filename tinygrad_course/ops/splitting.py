"""One array in several: split and its family."""
