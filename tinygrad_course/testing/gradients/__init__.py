"""What `gradcheck` does: it computes a Jacobian in two ways and gives a verdict on every number.

Read in this order:

    verdicts        the four verdicts, and what is known of one number
    point           f at one point, and along the lines through it
    arguments       the inputs, taken out of their containers, and the parts of a gradient that is given
    claims          one side: the gradient from reverse mode, or one that the caller gives
    projections     which numbers v · J w are compared at a point
    numerical       the other side: central differences
    findings        both sides and the verdicts, as arrays
    comparison      from the first look, which settles nearly everything, to the closer one

The closer look uses

    slopes          the slopes on the left, on the right and on both sides; how noisy f is
    special_points  kinks, infinities and cancellation, where two right answers may differ
    complex_step    a second numerical derivative, in which nothing cancels

and the report comes from

    evidence, likely_causes   why a gradient is wrong, if a simple mistake explains its numbers
    remarks                   what the report says of kinks and precision
    report                    the table, the numbers behind it, the error by the step
"""
