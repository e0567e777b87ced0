"""What is said of an answer, whatever the answer does."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

UNANSWERED = (
    "There is no answer. If the cell with your answer ended with an error, mend it; if "
    "it still has dots, replace them. Then run it again, and check."
)

PATIENCE = 5  # times as long as an answer may be busy, it may take with its waiting


class WrongAnswerError(Exception):
    """An answer is wrong; the message says what is wrong about it."""


class TooSlowError(BaseException):
    """An answer takes longer to check than its exercise allows.

    It is no Exception, so that an answer does not catch it by accident.
    """


@dataclass(frozen=True)
class Judgement:
    """Whether an answer is right, and what its author should read.

    Parameters
    ----------
    right : bool
        Whether the answer is right.
    feedback : str
        What there is to say about it; may be empty if it is right.
    trouble : str, default=""
        "time" or "memory" if the answer took too much of it.
    """

    right: bool
    feedback: str = ""
    trouble: str = ""

    def __str__(self) -> str:
        return f"{'Right.' if self.right else 'Not yet.'} {self.feedback}".strip()


def judge(
    examine: Callable[[Any], str | None], answer: Any, seconds: float
) -> Judgement:
    """Judge an answer; an answer that breaks or does not end is a wrong one.

    Parameters
    ----------
    examine : callable
        Gets the answer. It raises WrongAnswerError if the answer is wrong, and may
        return what to say of a right one.
    answer : object
        The answer.
    seconds : float
        How long the examination may take. The limit needs a system with alarms, such as
        Linux and macOS, and the main thread; elsewhere there is none.

    Returns
    -------
    Judgement
        Whether the answer is right, with the feedback.
    """
    try:
        if answer is None or has_dots(answer):
            return Judgement(False, UNANSWERED)
        with time_limit(seconds):
            return Judgement(True, examine(answer) or "")
    except WrongAnswerError as error:
        return Judgement(False, str(error))
    except TooSlowError:
        return Judgement(
            False,
            f"Your answer was still busy after {seconds:g} seconds. Does each of its "
            "loops end?",
            "time",
        )
    except MemoryError:
        return Judgement(
            False,
            "Your answer needed more memory than there is (MemoryError). How large "
            "does each array get?",
            "memory",
        )
    except (Exception, SystemExit) as error:
        return Judgement(
            False, f"Checking your answer ended with {describe_error(error)}"
        )


def has_dots(answer: Any) -> bool:
    """Tell whether the dots of the start are still in an answer."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, list | tuple):
        return any(map(has_dots, answer))
    return answer is Ellipsis


def describe_error(error: BaseException) -> str:
    """Write an exception as its last line is written, with a full stop."""
    text = f"{type(error).__name__}: {error}".strip().removesuffix(":")
    return text if text.endswith((".", "!", "?")) else f"{text}."


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`TooSlowError` if the block takes longer.

    What counts is the time of the processor, so that a right answer passes on a machine
    that is busy with other things. A block that waits is stopped some time later.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    busy_until = time.thread_time() + seconds
    wait_until = time.monotonic() + PATIENCE * seconds

    def stop(number: int, frame: FrameType | None) -> None:
        if time.thread_time() >= busy_until or time.monotonic() >= wait_until:
            raise TooSlowError

    before = signal.signal(signal.SIGALRM, stop)
    # again and again, in case that an answer catches everything
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
