"""Model quality: how well answers agree with true labels. Counts and exact sums in, metrics with intervals out."""
