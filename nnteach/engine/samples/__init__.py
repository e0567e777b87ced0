"""What networks learn from: samples, and the batches of an epoch."""
