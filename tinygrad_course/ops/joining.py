"""Several arrays in one: concatenate, stack and all that is written with them."""
