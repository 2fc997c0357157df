"""A computational graph as plain data, once, before anything is drawn.

Read in this order:

    view        the whole, as boxes: what a drawing consists of; builder: from nodes to boxes
    regions     which nodes belong together
    folding     which regions are one box; repeats: equal layers in a row
    describe    nodes and regions in words; summary: arrays in numbers, statistics, heat maps
    costs       bytes kept for the backward pass, and FLOPs
    names       what nodes are called, by themselves, by the caller or by the course
"""
