"""What an answer may be required to be, with feedback where it is not."""

import copy
import inspect
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from nnteach.exercises.judgement import WrongAnswerError, describe_error

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


def to_array(answer: Any, shape: Sequence[int] | None = None) -> NDArray[np.float64]:
    """Return an answer as an array of numbers.

    Parameters
    ----------
    answer : array-like
        The answer: an array, a list, a tensor on the CPU or a data frame.
    shape : sequence of int or None, default=None
        The shape that it must have; None lets it have any. Where one dimension is
        wanted, a column will do.

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
            f"An array of numbers is wanted. You gave {describe(answer)}."
        ) from None
    if shape is not None:
        if len(shape) == 1 and array.shape == (*shape, 1):
            array = array.ravel()
        require(
            array.shape == tuple(shape),
            f"An array of shape {tuple(shape)} is wanted. Yours has the shape "
            f"{array.shape}.",
        )
    require(np.isfinite(array).all(), "The array has entries that are not finite.")
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
        if it changes an array, a list or a dict that it is given, or if it returns
        nothing.
    """
    require(
        isinstance(function, Callable),  # type: ignore[arg-type]
        f"The answer is a function. You gave {describe(function)}.",
    )
    name = getattr(function, "__name__", "the function")
    require_arguments(function, name, len(arguments))
    given = copy.deepcopy(arguments)
    try:
        result = function(*given)
    except (WrongAnswerError, MemoryError):
        raise
    except Exception as error:
        where = own_line(function, error)
        line = f" It happened in the line `{where}`." if where else ""
        raise WrongAnswerError(
            f"{name} ended with {describe_error(error)}{line}"
        ) from error
    require(
        result is not None and result is not Ellipsis,
        f"{name} returns nothing yet. Does it end with return?",
    )
    require(
        is_unchanged(arguments, given),
        f"{name} changes what it is given. Make a new array instead: `x = x + 1` does, "
        "`x += 1`, `x[0] = 1` and `x.sort()` change the old one.",
    )
    return result


def require_arguments(function: Any, name: str, number: int) -> None:
    """Require that a function can be called with a number of arguments."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # of some functions that are written in C
        return
    try:
        signature.bind(*range(number))
    except TypeError:
        arguments = "1 argument" if number == 1 else f"{number} arguments"
        raise WrongAnswerError(
            f"{name} is called with {arguments}, and yours takes {signature}. Take "
            "those that the question names, in their order."
        ) from None


def own_line(function: Any, error: Exception) -> str:
    """Return the line of a student's function in which an exception came up."""
    code = getattr(function, "__code__", None)
    if code is None or Path(code.co_filename).exists():  # of a library
        return ""
    lines = [
        frame.line or ""
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == code.co_filename
    ]
    return shorten(lines[-1]) if lines else ""


def is_unchanged(before: Any, after: Any) -> bool:
    """Tell whether arrays, in lists and dicts, too, have kept their numbers.

    A number that is moved and moved back may differ by a rounding.
    """
    if isinstance(before, np.ndarray):
        if before.shape != after.shape or before.dtype.kind not in "fiub":
            return before.shape == after.shape
        return np.allclose(before, after, rtol=1e-9, atol=1e-9, equal_nan=True)
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(
            is_unchanged(before[key], after[key]) for key in before
        )
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(is_unchanged, before, after))
    return True


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


def samples_of(estimator: Any) -> int:
    """Return on how many samples a network was trained.

    Parameters
    ----------
    estimator : estimator
        A network, fitted with batches.

    Returns
    -------
    int
        The number, without those that were set aside for validation.
    """
    return round(estimator.t_ / estimator.n_iter_)


def shorten(text: str) -> str:
    """Cut a text that is too long to be shown whole."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def describe(answer: Any) -> str:
    """Write in a few words what somebody has given as an answer."""
    if isinstance(answer, type):
        return f"the class {answer.__name__} itself, not an object of it"
    vowels = "a", "e", "i", "o", "u", "nd", "mlp"  # "an ndarray"
    article = "an" if type(answer).__name__.lower().startswith(vowels) else "a"
    shown = repr(answer)
    what = f"{article} {type(answer).__name__}"
    if isinstance(answer, np.ndarray):
        return f"{what} of shape {answer.shape}"
    says_something = len(shown) <= 40 and "\n" not in shown and " at 0x" not in shown
    return f"{what}, {shown}" if says_something else what
