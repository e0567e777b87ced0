"""Training: explicit forward and backward passes over stacks of networks."""
