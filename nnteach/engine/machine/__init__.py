"""What the hardware wants: the same results as the formulas, faster."""
