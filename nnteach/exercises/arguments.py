"""What the command line takes, with errors that say what was expected."""

import argparse
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import TypeVar

T = TypeVar("T")


def read_as(expected: str) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Make a type of an argument, whose errors say what was expected and what came."""

    def decorate(read: Callable[[str], T]) -> Callable[[str], T]:
        @wraps(read)
        def read_or_explain(text: str) -> T:
            try:
                return read(text)
            except (ValueError, OverflowError):
                message = f"{text!r} is not {expected}."
                raise argparse.ArgumentTypeError(message) from None

        return read_or_explain

    return decorate


@read_as("a time such as 2030-05-06 or '2030-05-06 23:59'")
def last_moment(text: str) -> datetime:
    """Read a local time; a day lasts until its end, and so does a minute."""
    due = datetime.fromisoformat(text)
    if due.tzinfo is not None:
        due = due.astimezone().replace(tzinfo=None)
    if len(text) <= len("2030-05-06"):
        return due + timedelta(days=1)
    return due + timedelta(minutes=0 if due.second else 1)


@read_as("a whole number above 0")
def count(text: str) -> int:
    """Read a whole number above 0."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


@read_as("a number between 0 and 100")
def percentage(text: str) -> float:
    """Read a number from 0 to 100."""
    number = float(text.removesuffix("%"))
    if not 0 <= number <= 100:
        raise ValueError
    return number


@read_as("above 0, as a number of seconds")
def positive(text: str) -> float:
    """Read a number above 0."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError
    return number
