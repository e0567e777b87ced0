"""Exercises whose answer is the letter of one statement."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nnteach.exercises.exercise import Exercise, WrongAttempt
from nnteach.exercises.requirements import describe, require

LETTERS = "abcdefgh"


@dataclass(frozen=True)
class Choice:
    """A statement to choose, or not.

    Parameters
    ----------
    text : str
        The statement, in Markdown.
    holds : callable
        Computes whether it is the right one.
    feedback : str
        What whoever chooses it should read: why it is right, or what is wrong about it.
    """

    text: str
    holds: Callable[[], object]
    feedback: str


@dataclass(frozen=True, kw_only=True, repr=False)
class ChoiceExercise(Exercise):
    """An exercise whose answer is the letter of one statement.

    Parameters
    ----------
    choices : tuple of Choice
        The statements, of which exactly one holds.
    """

    choices: tuple[Choice, ...]
    start_code: str = 'answer = ...  # a letter in quotes, such as "a"'

    @cached_property
    def right_letter(self) -> str:
        """The letter of the statement that holds."""
        (letter,) = (
            letter
            for letter, choice in zip(LETTERS, self.choices, strict=False)
            if choice.holds()
        )
        return letter

    @property
    def right_answer(self) -> str:
        """The right letter, and why it is right."""
        return f"**{self.right_letter}** {self.judge(self.right_letter).feedback}"

    @property
    def text(self) -> str:
        """The question and the statements."""
        choices = zip(LETTERS, self.choices, strict=False)
        listed = [f"- **{letter}** {choice.text}" for letter, choice in choices]
        return "\n".join([self.asked, "", *listed])

    def examine(self, answer: Any) -> str:
        """Compare a letter with the right one."""
        letters = LETTERS[: len(self.choices)]
        letter = answer.strip(" ().").lower() if isinstance(answer, str) else ""
        require(
            len(letter) == 1 and letter in letters,
            f"The answer is one of the letters {', '.join(letters)}, as a text: "
            f'answer = "{letters[0]}". You gave {describe(answer)}.',
        )
        feedback = self.choices[letters.index(letter)].feedback
        require(letter == self.right_letter, feedback)
        return feedback

    @property
    def wrong_attempts(self) -> tuple[WrongAttempt, ...]:
        """The letters of the other statements."""
        return tuple(
            WrongAttempt(f'answer = "{letter}"', choice.feedback, choice.text)
            for letter, choice in zip(LETTERS, self.choices, strict=False)
            if letter != self.right_letter
        )
