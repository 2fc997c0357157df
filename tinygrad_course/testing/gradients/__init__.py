"""What `gradcheck` does: two sides of a Jacobian, compared number by number, and a verdict on each.

Read in this order:

    verdicts          the four verdicts; what is known of one number
    point             f at one point, and the numbers v · J w that are compared there
    claims            one side: what reverse mode says, or somebody who derived a gradient by hand
    numerical         the other side: central differences
    comparison        both sides together: nearly always they agree, and that is all
    closer_look       where they don't: slopes on both sides of the point, noise, excuses
      slopes, noise   what a function does along a line, and how exactly it is known
      kinks, beside   no derivative there, and right beside it
      cancellation    a gradient that has no digits left
      complex_step, second_witness
      causes          what may be wrong: evidence, mistakes, factors
      remarks         all that in words
    findings, report  what was found, as arrays and as a table
    error_versus_step data for a plot
"""
