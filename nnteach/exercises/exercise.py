"""An exercise: one record, from which pages, notebooks and sheets are made."""

import re
import sys
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nnteach.exercises.code import join_code, plain
from nnteach.exercises.judgement import Judgement, judge

HINTS_SHOWN: Counter[str] = Counter()  # the number of each exercise's last hint


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
    accepts : str, default=""
        What counts as right, in Markdown, where the question leaves room for more than
        one answer.
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
    accepts: str = ""
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
        """The question in Markdown, with what counts as right."""
        return "\n\n".join(filter(None, (self.question, self.accepts)))

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
    def handed_out(self) -> str:
        """The code in the cell of a notebook in which a student answers."""
        return join_code(self.setup_code, self.start_code)

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
        return f"{minutes}, {in_words(self.points)}"

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
        """Show a hint.

        Parameters
        ----------
        number : int or None, default=None
            Which hint, from 1; None shows the next one at each call, and after the last
            the first again.

        Raises
        ------
        ValueError
            If there is no such hint.
        """
        if number is not None and not 1 <= number <= len(self.hints):
            raise ValueError(
                f"{self.name} has hints 1 to {len(self.hints)}. Got {number!r}."
            )
        if number is None:
            number = HINTS_SHOWN[self.name] % len(self.hints) + 1
            HINTS_SHOWN[self.name] = number
        show(f"Hint {number} of {len(self.hints)}: {self.hints[number - 1]}")

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


def in_words(points: int) -> str:
    """Write a number of points: "1 point", "2 points"."""
    return "1 point" if points == 1 else f"{points} points"


def show(text: str) -> None:
    """Show Markdown in a notebook, with its formulas; elsewhere print it."""
    if "ipykernel" not in sys.modules:
        print(text)
        return
    from IPython.display import Markdown, display

    display(Markdown(text))
