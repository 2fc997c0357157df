"""Arrays made longer or shorter: pad, append, insert, delete, resize, tile, repeat."""
