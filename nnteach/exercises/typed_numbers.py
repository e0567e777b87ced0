"""A number in whatever form somebody gives it."""

import re
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from nnteach.exercises.requirements import describe, require, shorten

NUMBER = re.compile(
    r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE
)
SPACE = re.compile(r"[\s\x1c-\x1f\x85\ufeff]")  # what Python or JavaScript calls so


def to_number(answer: Any) -> float:
    """Return an answer as a number, in whatever form it comes.

    Parameters
    ----------
    answer : int, float, Fraction, Decimal, array or list with one entry, or str
        The answer; as text also with a decimal comma, "0,5", or as a fraction, "1/2".

    Returns
    -------
    float
        The number.

    Raises
    ------
    WrongAnswerError
        If the answer is not one number, or not a finite one.
    """
    if isinstance(answer, list | tuple) and len(answer) == 1:
        answer = answer[0]
    if isinstance(answer, str):
        return read_number(answer)
    if hasattr(answer, "__array__"):
        answer = only_entry(answer)
    require(
        not isinstance(answer, tuple) or not all(map(is_number, answer)) or not answer,
        f"One number is wanted. You gave several, {describe(answer)}. In Python a "
        "comma separates numbers: write decimals with a point, and thousands without "
        "anything between.",
    )
    require(is_number(answer), f"One number is wanted. You gave {describe(answer)}.")
    try:
        number = float(answer)
    except (OverflowError, ValueError):  # of a huge int, and of a Decimal
        number = float("nan")
    require(np.isfinite(number), "The answer is a finite number. Yours is not.")
    return number


def is_number(answer: Any) -> bool:
    """Tell whether an answer is a number of Python, and not True or False."""
    return isinstance(answer, Real | Decimal) and not isinstance(answer, bool)


def only_entry(answer: Any) -> Any:
    """Return the entry of an array that has one, and any other answer as it is."""
    try:
        array = np.asarray(answer)
    except Exception:  # such as a tensor that is part of a gradient
        return answer
    return array.item() if array.size == 1 else answer


def read_number(text: str) -> float:
    """Read a number as somebody types it; exercises.js reads it in the same way."""
    require(
        "%" not in text,
        "The answer is one number, without the sign %. The question says whether it is "
        "in per cent.",
    )
    parts = SPACE.sub("", text).replace("−", "-").split("/")
    require(
        len(parts) <= 2 and all(map(NUMBER.fullmatch, parts)),
        f"The answer is one number, such as 12, 0.5 or 1/2, and {shorten(text)!r} is "
        "none.",
    )
    numbers = [float(part.replace(",", ".")) for part in parts]
    require(numbers[1:] != [0], "The answer is a number, and you divide by 0.")
    number = numbers[0] / numbers[1] if numbers[1:] else numbers[0]
    require(
        np.isfinite([*numbers, number]).all(),
        "The answer is a finite number. Yours is not.",
    )
    return number
