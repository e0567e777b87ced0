"""The exercises of each lesson, in a file with its name."""
