"""What is wrong with a wrong gradient, if something simple explains its numbers.

evidence         all that is known of it
mistakes         what people do wrong, undone
factors          constant factors, in the words of who forgot them
likely_causes    the first of these after which all numbers are right
"""
