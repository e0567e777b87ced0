"""A network as the lessons write it: activations and losses."""
