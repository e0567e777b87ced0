"""An exercise: one record, from which pages, notebooks and sheets are made."""

import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, SupportsFloat

from nnteach.exercises.code import join_code, plain
from nnteach.exercises.judgement import Judgement, WrongAnswerError, judge
from nnteach.exercises.requirements import describe, require, to_number

LETTERS = "abcdefgh"
COMMAS = "A comma is read as the decimal point. Write thousands without one."
ROUNDING = 1e-6  # what rounding in a computer cannot exceed
SAME_NUMBER = "A share and its percentage are the same number."


@dataclass(frozen=True)
class WrongAttempt:
    """A typical wrong answer, and the feedback that it must get.

    Parameters
    ----------
    code : str
        Lines of Python that set ``answer``.
    message : str
        What the feedback must say; a part of it is enough.
    misconception : str, default=""
        What whoever answers so may think, as a statement in Markdown.
    """

    code: str
    message: str
    misconception: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", plain(self.code))


@dataclass(frozen=True, kw_only=True, repr=False)
class Exercise(ABC):
    """A question, with all that is needed to ask it, to help, and to judge the answer.

    Parameters
    ----------
    name : str
        The variable that holds the exercise; unique among all of them.
    title : str
        A few words, as a student would say them.
    question : str
        The question in Markdown, with formulas between dollar signs.
    objectives : tuple of str
        Those objectives of the lesson that the exercise serves.
    minutes : int
        How long a student needs.
    hints : tuple of str
        Hints in Markdown, from the gentlest to the one that nearly says it.
    solution_code : str
        Lines of Python that set ``answer``, and may print how it comes about.
    setup_code : str, default=""
        Lines of Python that make what the question speaks of.
    start_code : str
        Lines of Python that the student completes.
    points : int, default=1
        What a right answer counts.
    seconds : float, default=20
        How long it may take to check an answer.
    """

    name: str = field(kw_only=False)
    title: str
    question: str
    objectives: tuple[str, ...]
    minutes: int
    hints: tuple[str, ...]
    solution_code: str
    setup_code: str = ""
    start_code: str = "answer = ..."
    points: int = 1
    seconds: float = 20

    def __post_init__(self) -> None:
        for text in ("question", "setup_code", "start_code", "solution_code"):
            object.__setattr__(self, text, plain(getattr(self, text)))

    @abstractmethod
    def examine(self, answer: Any) -> str | None:
        """Raise WrongAnswerError if an answer is wrong; return what to say of it."""

    @property
    @abstractmethod
    def wrong_attempts(self) -> tuple[WrongAttempt, ...]:
        """Typical wrong answers with the feedback that they must get."""

    @property
    def asked(self) -> str:
        """The question in Markdown, with the form that the answer must have."""
        return self.question

    @property
    def text(self) -> str:
        """All that is asked, in Markdown, with the statements to choose from."""
        return self.asked

    @property
    def given_code(self) -> str:
        """The code that belongs to the question; imports alone say nothing."""
        says_something = re.search(
            r"^(?!from |import |$)", self.setup_code, re.MULTILINE
        )
        return self.setup_code if says_something else ""

    @property
    def whole_solution(self) -> str:
        """The solution with what it needs, a program of its own."""
        return join_code(self.setup_code, self.solution_code)

    @property
    def right_answer(self) -> str:
        """The right answer in Markdown, if it is a number or a letter."""
        return ""

    @property
    def effort(self) -> str:
        """What the exercise takes and counts: "3 minutes, 1 point"."""
        minutes = "1 minute" if self.minutes == 1 else f"{self.minutes} minutes"
        points = "1 point" if self.points == 1 else f"{self.points} points"
        return f"{minutes}, {points}"

    def judge(self, answer: Any) -> Judgement:
        """Judge an answer, whatever it is; see :meth:`check`."""
        return judge(self.examine, answer, self.seconds)

    def check(self, answer: Any) -> None:
        """Show whether an answer is right, and if not, what is wrong about it.

        Parameters
        ----------
        answer : object
            What the question asks for.
        """
        show(str(self.judge(answer)))

    def hint(self, number: int | None = None) -> None:
        """Show the hints.

        Parameters
        ----------
        number : int or None, default=None
            Which hint, from 1; None prints all of them.

        Raises
        ------
        ValueError
            If there is no such hint.
        """
        if number is not None and not 1 <= number <= len(self.hints):
            raise ValueError(
                f"{self.name} has hints 1 to {len(self.hints)}. Got {number!r}."
            )
        shown = self.hints if number is None else self.hints[number - 1 : number]
        show("\n\n".join(shown))

    def solution(self) -> None:
        """Print lines of Python that answer the question."""
        print(self.whole_solution)

    def __repr__(self) -> str:
        # without the fields, which tell the answer
        return f"<{type(self).__name__} {self.name}: {self.title}>"

    def _repr_markdown_(self) -> str:
        return f"**{self.title}** ({self.effort})\n\n{self.text}"


@dataclass(frozen=True, kw_only=True, repr=False)
class CodeExercise(Exercise):
    """An exercise whose answer is an array, a function, an estimator or a figure.

    Parameters
    ----------
    examiner : callable
        Gets the answer, and raises WrongAnswerError if it is wrong. It judges what
        depends on chance over many seeds.
    wrong : tuple of WrongAttempt
        Typical wrong answers, each with a feedback of its own.
    """

    examiner: Callable[[Any], str | None]
    wrong: tuple[WrongAttempt, ...]

    @property
    def given_code(self) -> str:
        """The setup, and the start that the student completes or corrects."""
        return join_code(self.setup_code, self.start_code)

    def examine(self, answer: Any) -> str | None:
        """Leave the judgement to the examiner."""
        return self.examiner(answer)

    @property
    def wrong_attempts(self) -> tuple[WrongAttempt, ...]:
        """Typical wrong answers."""
        return self.wrong


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
            rounded = f"That is close. Give the answer {self.precision}."
            known.append(KnownNumber(right.value, 0.02 * abs(right.value), rounded))
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


def show(text: str) -> None:
    """Show Markdown in a notebook, with its formulas; elsewhere print it."""
    if "ipykernel" not in sys.modules:
        print(text)
        return
    from IPython.display import Markdown, display

    display(Markdown(text))
