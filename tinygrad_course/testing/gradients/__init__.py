"""What `gradcheck` does: two sides of a Jacobian, compared number by number, and a verdict on each.

Read in this order:

    verdicts          the four verdicts; what is known of one number
    function          f, at one point and along a line
    point, projections  the numbers v · J w that are compared at a point
    claims            one side: what reverse mode says, or somebody who derived a gradient by hand
    numerical         the other side: central differences
    comparison        both sides together: nearly always they agree, and that is all
    doubts/           where they don't: kinks, noise, cancellation
    causes/           what is wrong, if something simple explains it
    findings, report  what was found, as arrays and as a table
    error_versus_step data for a plot
"""
