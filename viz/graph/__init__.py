"""A computational graph as plain data, once, before anything is drawn.

Read in this order:

    view        boxes, edges and frames
    regions     which nodes belong together
    folding     which regions are one box; repeats: equal layers in a row
    describe    nodes in words; numbers: arrays in numbers, statistics, heat maps; flops
    folds       folded regions in words
    notation    the course's names
"""
