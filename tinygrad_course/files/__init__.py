"""Files that are written whole or not at all, and read without executing anything.

atomic    a file replaces the old one in a single step
tensors   named arrays and texts in the format of safetensors
"""
