"""Exercises whose answer is one number."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, SupportsFloat

from nnteach.exercises.exercise import Exercise, WrongAttempt
from nnteach.exercises.judgement import WrongAnswerError
from nnteach.exercises.requirements import require
from nnteach.exercises.typed_numbers import to_number

COMMAS = "A comma is read as the decimal point. Write thousands without one."
ROUNDING = 1e-6  # what rounding in a computer cannot exceed
SAME_NUMBER = "A share and its percentage are the same number."


@dataclass(frozen=True)
class Mistake:
    """A wrong number that somebody gets, and why.

    Parameters
    ----------
    value : callable
        Computes the wrong number.
    message : str
        What went wrong, without the right answer.
    misconception : str, default=""
        What whoever gets this number may think, if the message does not name it.
    """

    value: Callable[[], SupportsFloat]
    message: str
    misconception: str = ""


@dataclass(frozen=True)
class Scale:
    """A way to give a share, and what becomes of it in the other way.

    Parameters
    ----------
    words : str
        How the question asks for it.
    factor : float
        The number in the other way is this times the right one.
    message : str
        What to say to somebody who answers in the other way.
    """

    words: str
    factor: float
    message: str


SCALES = {
    "share": Scale(
        "as a number between 0 and 1",
        100,
        "That is in per cent. Give a number between 0 and 1.",
    ),
    "per cent": Scale(
        "in per cent",
        0.01,
        "That is a share, a number between 0 and 1. Give it in per cent.",
    ),
    "percentage points": Scale(
        "in percentage points",
        0.01,
        "That is a share, a number between 0 and 1. Give it in percentage points.",
    ),
}


@dataclass(frozen=True)
class KnownNumber:
    """A number that an answer may be.

    Parameters
    ----------
    value : float
        The number.
    tolerance : float
        By how much an answer may differ and still be this number.
    feedback : str
        What to say to whoever gives it; empty for the right one.
    misconception : str, default=""
        What whoever gives it may think, if the feedback does not name it.
    """

    value: float
    tolerance: float
    feedback: str
    misconception: str = ""


@dataclass(frozen=True, kw_only=True, repr=False)
class NumberExercise(Exercise):
    """An exercise whose answer is one number.

    Parameters
    ----------
    key : callable
        Computes the right answer.
    mistakes : tuple of Mistake
        Wrong answers that people get.
    decimals : int
        To how many decimals the answer is asked for. It may be off by half a unit of
        the last one. With 0 decimals, a whole number has to be hit.
    scale : str, default=""
        For a share: "share", "per cent" or "percentage points". The question asks for
        the answer in this way, and who answers in the other one is told so.
    """

    key: Callable[[], SupportsFloat]
    mistakes: tuple[Mistake, ...]
    decimals: int
    scale: str = ""
    start_code: str = "answer = ...  # a number"

    @property
    def asked(self) -> str:
        """The question, and how precise the answer must be."""
        form = [SCALES[self.scale].words] if self.scale else []
        form.append(self.precision if self.decimals else "as a whole number")
        return f"{self.question}\n\nGive the answer {', '.join(form)}."

    @property
    def precision(self) -> str:
        """How precise the answer must be: "to 3 decimals"."""
        return f"to {self.decimals} decimal{'s' if self.decimals > 1 else ''}"

    @cached_property
    def right_number(self) -> float:
        """The right answer."""
        return float(self.key())

    @cached_property
    def wrong_numbers(self) -> tuple[KnownNumber, ...]:
        """What the mistakes give, in their order, and the number in the other scale."""
        found = [
            self.known(float(mistake.value()), mistake.message, mistake.misconception)
            for mistake in self.mistakes
        ]
        if self.scale:
            scale = SCALES[self.scale]
            other = self.known(scale.factor * self.right_number, scale.message)
            tolerance = max(1, scale.factor) * other.tolerance
            found.append(replace(other, tolerance=tolerance, misconception=SAME_NUMBER))
        return tuple(found)

    @cached_property
    def known_numbers(self) -> tuple[KnownNumber, ...]:
        """All numbers that have a feedback, the right one first.

        An answer is the first of them that it comes close enough to.
        """
        right = self.known(self.right_number, "")
        known = [right, *self.wrong_numbers]
        if self.decimals:
            close = f"That is close. Give the answer {self.precision}."
            known.append(KnownNumber(right.value, 0.02 * abs(right.value), close))
            # down to one: 2 where 2.5 is right is rather a guess than a rounding
            fewer = range(1, self.decimals)
            coarse = {round(right.value, decimals) for decimals in fewer}
            known += [KnownNumber(value, ROUNDING, close) for value in coarse - {0}]
        return tuple(known)

    def known(
        self, value: float, feedback: str, misconception: str = ""
    ) -> KnownNumber:
        """Return a number with what an answer may differ from it."""
        half_a_unit = 0.5 * 10.0**-self.decimals
        whole = self.decimals == 0 and abs(value - round(value)) < ROUNDING
        # a hair more, since decimal numbers are not exact in a computer
        tolerance = ROUNDING if whole else half_a_unit * (1 + ROUNDING)
        return KnownNumber(value, tolerance, feedback, misconception)

    @property
    def right_answer(self) -> str:
        """The right number."""
        return f"**{self.right_number:.{self.decimals}f}**"

    def find(self, number: float) -> KnownNumber | None:
        """Return the known number that a number is, if it is one."""
        for known in self.known_numbers:
            if abs(number - known.value) <= known.tolerance:
                return known
        return None

    def examine(self, answer: Any) -> None:
        """Compare an answer with the right number and with those of the mistakes.

        The page does it in the same way, in ``docs/_static/exercises.js``.
        """
        try:
            number = to_number(answer)
        except WrongAnswerError:
            require(not self.is_known_without_commas(answer), COMMAS)
            raise
        found = self.find(number)
        require(found or not self.is_known_without_commas(answer), COMMAS)
        if found is None:
            raise WrongAnswerError(
                f"{number:.10g} is not the number. Look at the hints."
            )
        require(found is self.known_numbers[0], found.feedback)

    def is_known_without_commas(self, answer: Any) -> bool:
        """Tell whether a text has commas, and is a known number without them."""
        if not isinstance(answer, str) or "," not in answer:
            return False
        try:
            return self.find(to_number(answer.replace(",", ""))) is not None
        except WrongAnswerError:
            return False

    @property
    def wrong_attempts(self) -> tuple[WrongAttempt, ...]:
        """The numbers that the mistakes give."""
        return tuple(
            WrongAttempt(
                f"answer = {wrong.value!r}",
                wrong.feedback,
                wrong.misconception or wrong.feedback,
            )
            for wrong in self.wrong_numbers
        )
