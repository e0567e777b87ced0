"""What an answer may be required to be, with feedback where it is not."""

import copy
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from nnteach.exercises.judgement import WrongAnswerError, describe_error

NUMBER = re.compile(
    r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE
)
SPACE = re.compile(r"[\s\x1c-\x1f\x85\ufeff]")  # what Python or JavaScript calls so
LONGEST = 300  # letters of what somebody has typed


def require(holds: Any, message: str) -> None:
    """Say a message unless a condition holds.

    Parameters
    ----------
    holds : bool
        The condition.
    message : str
        The feedback.

    Raises
    ------
    WrongAnswerError
        If the condition does not hold.
    """
    if not holds:
        raise WrongAnswerError(message)


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
        f"The answer is one number. You gave several, {describe(answer)}. In Python a "
        "comma separates numbers: write decimals with a point, and thousands without "
        "anything between.",
    )
    require(
        is_number(answer), f"The answer is one number. You gave {describe(answer)}."
    )
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


def to_array(answer: Any, shape: Sequence[int] | None = None) -> NDArray[np.float64]:
    """Return an answer as an array of numbers.

    Parameters
    ----------
    answer : array-like
        The answer: an array, a list, a tensor on the CPU or a data frame.
    shape : sequence of int or None, default=None
        The shape that it must have; None lets it have any.

    Returns
    -------
    ndarray
        The numbers, as float64.

    Raises
    ------
    WrongAnswerError
        If the answer is not an array of finite numbers, or its shape is another one.
    """
    try:
        array = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        raise WrongAnswerError(
            f"The answer is an array of numbers. You gave {describe(answer)}."
        ) from None
    if shape is not None:
        require(
            array.shape == tuple(shape),
            f"The shape of the answer is {tuple(shape)}. Yours is {array.shape}.",
        )
    require(np.isfinite(array).all(), "The answer has entries that are not finite.")
    return array


def require_close(
    answer: ArrayLike,
    expected: ArrayLike,
    message: str,
    *,
    rtol: float = 1e-6,
    atol: float = 1e-8,
) -> None:
    """Say a message unless all numbers are close to the expected ones.

    Parameters
    ----------
    answer, expected : array-like
        The numbers; of the same shape, or one number for all.
    message : str
        The feedback.
    rtol, atol : float, default=1e-6 and 1e-8
        By how much they may differ: ``atol`` plus ``rtol`` times the expected size.

    Raises
    ------
    WrongAnswerError
        If one of them differs by more.
    """
    require(np.allclose(answer, expected, rtol=rtol, atol=atol), message)


def call(function: Any, *arguments: Any) -> Any:
    """Call a function that a student has written, on copies of the arguments.

    Parameters
    ----------
    function : callable
        The function.
    *arguments : object
        What it gets.

    Returns
    -------
    object
        What it returns.

    Raises
    ------
    WrongAnswerError
        If it is not a function, if it takes other arguments, if it raises an exception,
        or if it returns nothing.
    """
    require(
        isinstance(function, Callable),  # type: ignore[arg-type]
        f"The answer is a function. You gave {describe(function)}.",
    )
    name = getattr(function, "__name__", "the function")
    try:
        result = function(*copy.deepcopy(arguments))
    except WrongAnswerError:
        raise
    except Exception as error:
        raise WrongAnswerError(f"{name} ended with {describe_error(error)}") from error
    require(
        result is not None and result is not Ellipsis,
        f"{name} returns nothing yet. Does it end with return?",
    )
    return result


def require_fitted(estimator: Any, kind: type) -> None:
    """Require a fitted estimator of a kind.

    Parameters
    ----------
    estimator : object
        The answer.
    kind : type
        The class that it must belong to.

    Raises
    ------
    WrongAnswerError
        If it belongs to another class, or is not fitted.
    """
    require(
        isinstance(estimator, kind),
        f"The answer is a fitted {kind.__name__}. You gave {describe(estimator)}.",
    )
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        raise WrongAnswerError(
            f"The {kind.__name__} is not fitted yet. Call its fit method."
        ) from None


def shorten(text: str) -> str:
    """Cut a text that is too long to be shown whole."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def describe(answer: Any) -> str:
    """Write in a few words what somebody has given as an answer."""
    if isinstance(answer, type):
        return f"the class {answer.__name__} itself, not an object of it"
    article = "an" if type(answer).__name__[0].lower() in "aeiou" else "a"
    shown = repr(answer)
    what = f"{article} {type(answer).__name__}"
    return f"{what}, {shown}" if len(shown) <= 40 and "\n" not in shown else what
