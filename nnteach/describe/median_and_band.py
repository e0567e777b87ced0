"""Numbers from many trainings in a few words: their median and their middle 80 %."""

from collections.abc import Iterable

import numpy as np


def median_and_band(values: Iterable[float], format_spec: str = ".3f") -> str:
    """Say where the middle of some numbers is, and between which values most lie.

    Parameters
    ----------
    values : iterable of float
        The numbers, one for each training; at least one.
    format_spec : str, default=".3f"
        How a number is written, in Python's format specification: ".3f" gives three
        decimals, ".1e" two digits and a power of ten, ".0%" per cent.

    Returns
    -------
    str
        The median, how many numbers there are, and their 10 % and 90 % quantile
        (interpolated linearly), between which 80 % of them lie.

    Raises
    ------
    ValueError
        If there are no numbers, or one of them is not a number.

    Examples
    --------
    >>> from nnteach import median_and_band
    >>> accuracies = [0.95, 0.96, 0.96, 0.97, 0.99]
    >>> median_and_band(accuracies)
    '0.960 (80 % of 5 between 0.954 and 0.982)'
    >>> median_and_band(accuracies, ".0%")
    '96% (80 % of 5 between 95% and 98%)'
    """
    values = np.fromiter(values, dtype=float)
    if values.size == 0 or np.isnan(values).any():
        raise ValueError(
            "values must be at least one number, and none of them NaN. "
            f"Got {values.size} numbers, {np.isnan(values).sum()} of them NaN."
        )
    low, median, high = (
        f"{q:{format_spec}}" for q in np.quantile(values, [0.1, 0.5, 0.9])
    )
    return f"{median} (80 % of {values.size} between {low} and {high})"
