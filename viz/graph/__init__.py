"""A computational graph as plain data, once, before anything is drawn.

Read in this order:

    view        the whole, as boxes: what a drawing consists of; builder: from nodes to boxes
    regions     which nodes belong together
    folding     which regions are one box; repeats: equal layers in a row; levels
    describe    nodes in words; numbers: arrays in numbers, statistics, heat maps
    costs       bytes kept for the backward pass, and flops
    folds       folded regions in words
    names       what nodes are called; notation: as the course does
"""
