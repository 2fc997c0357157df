"""Running sums and products, differences, and what is made of them: cumsum, diff, gradient, trapezoid."""
