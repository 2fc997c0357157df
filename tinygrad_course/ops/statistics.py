"""Averages, spread and quantiles: mean, var, std, median, quantile, covariance."""
