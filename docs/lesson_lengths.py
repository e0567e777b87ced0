"""How long a lesson is: counted on its built page, without what is folded or put out.

Words are those of text, headings and captions, a formula being one word; lines are
those of code that are not blank. The time is that of reading 150 words or 10 lines a
minute, with a minute to look at each figure and one to guess at each question.

``python docs/lesson_lengths.py docs/_build/html`` prints the lengths of all lessons.
"""

import copy
import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup

MOST_WORDS = 900
MOST_LINES = 60
FOLDED = "details.fold"
NOT_READ = (
    ".sphx-glr-script-out, .output_subarea, .lesson-downloads, .lesson-plan, "
    ".headerlink, .copybtn, summary, .guess-field, .guess, .to-exercises"
)
WORD = re.compile(r"\w[\w’'./-]*")


@dataclass(frozen=True)
class Length:
    """The length of a lesson, or of a part of it."""

    words: int
    lines: int
    figures: int
    questions: int = 0

    @property
    def minutes(self):
        """Minutes that it takes to read and to think."""
        reading = self.words / 150 + self.lines / 10
        return math.ceil(reading + self.figures + self.questions)


def measure(page):
    """Return the lengths of a lesson's main path and of its folds, from its HTML."""
    soup = BeautifulSoup(page, "html.parser")
    main = soup.select_one("article")
    for part in main.select(NOT_READ):
        part.decompose()
    folds = BeautifulSoup("<div></div>", "html.parser")
    for fold in main.select(FOLDED):
        folds.div.append(fold.extract())
    predict = main.select("#predict-first > ol > li")
    return count(main, len(predict)), count(folds)


def count(part, questions=0):
    """Count the words, the lines of code and the figures of a parsed part."""
    part = copy.copy(part)
    code = [block.extract() for block in part.select("div.highlight")]
    lines = [line for block in code for line in block.get_text().splitlines()]
    for formula in part.select(".math"):
        formula.replace_with("x")
    figures = part.select("figure.themed-figure")
    return Length(
        words=len(WORD.findall(part.get_text(" "))),
        lines=sum(bool(line.strip()) for line in lines),
        figures=len(figures),
        questions=questions,
    )


def in_words(main, folds):
    """Say how long a lesson takes."""
    more = f"; {folds.minutes} more with all that is folded" if folds.lines else ""
    return f"about {main.minutes} minutes{more}"


def lessons(site):
    """Return the files of the lessons of a built site, in reading order."""
    return sorted(Path(site, "gallery").glob("*/plot_*.html"))


def report(site):
    """Yield a line for each lesson: words, lines of code, minutes, and those folded."""
    yield "lesson                                    words  lines  minutes  folded"
    for page in lessons(site):
        main, folds = measure(page.read_text(encoding="utf-8"))
        name = f"{page.parent.name[0]}.{page.stem.removeprefix('plot_')}"
        folded = f"{folds.words:5} {folds.lines:4}"
        yield f"{name:40} {main.words:6} {main.lines:6} {main.minutes:8}  {folded}"


if __name__ == "__main__":
    print("\n".join(report(sys.argv[1])))
