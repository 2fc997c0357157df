"""Where both sides disagree, or agree too loosely to prove anything: a closer look.

closer_look     every number looked at again; nothing is wrong before its excuses have been heard
slopes          what f does along a line, on the left, on the right and on both sides, at all steps
noise           how exactly f is known
beside          the same comparison at points close by
kinks           no derivative there, or not in all directions
cancellation    a gradient that has no digits left
complex_step    a second witness, where nothing cancels
remarks         all that in words
"""
