"""Reductions and scans that leave NaN out: nansum, nanmean, nanmax …"""
