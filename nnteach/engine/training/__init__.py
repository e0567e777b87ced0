"""The way from a problem to an outcome: epochs, solvers, stopping."""
