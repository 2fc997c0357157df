"""Elements in order of size: sort, partition."""
