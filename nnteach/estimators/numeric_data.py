"""Data that look like numbers to numpy and are none: dates, durations, text."""

import numpy as np

WAYS_OUT = {
    "dates": "count days since a fixed one, for example",
    "durations": "divide them by a unit, for example np.timedelta64(1, 'D')",
    "text": "if it is numbers, convert it with astype(float): could not convert string "
    "to float unasked",
}
NO_NUMBERS = {"M": "dates", "m": "durations", "U": "text", "S": "text"}


def check_numeric(values, name):
    """Raise a ValueError if data are dates, durations or text.

    numpy makes integers of dates and of durations, and numbers of text, where it is
    asked for numbers; a missing date becomes the smallest integer.

    Parameters
    ----------
    values : object
        As the user passed them: an array, a data frame, a series, a list, …
    name : str
        What the error calls them.
    """
    for column, dtype in _dtypes(values):
        kind = NO_NUMBERS.get(getattr(dtype, "kind", None))
        if kind is not None:
            where = name if column is None else f"The column {column!r} of {name}"
            raise ValueError(
                f"{where} must have numbers. Got {kind} of dtype {dtype} instead; "
                f"{WAYS_OUT[kind]}."
            )


def _dtypes(values):
    """The dtype of each column of a data frame, or the one of an array."""
    if hasattr(values, "columns") and hasattr(values, "dtypes"):
        return zip(values.columns, values.dtypes, strict=True)
    if hasattr(values, "dtype"):
        return [(None, values.dtype)]
    try:
        return [(None, np.asarray(values).dtype)]
    except (TypeError, ValueError):  # whose own error names what is wrong
        return []
