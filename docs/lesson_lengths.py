"""How long a lesson is: counted on its built page, without what is folded or put out.

Words are those of text, headings and captions, a formula being one word; lines are
those of code that are not blank. The time is that of reading 150 words or 10 lines a
minute, with a minute to look at each figure and one to guess at each question.

``python docs/lesson_lengths.py docs/_build/html`` prints the lengths of all lessons.
"""

import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, NavigableString

MOST_WORDS = 900
MOST_LINES = 60
FOLDED = "details.fold"
NOT_READ = {
    *("sphx-glr-script-out", "output_subarea", "lesson-downloads", "lesson-plan"),
    *("headerlink", "copybtn", "guess-field", "guess", "to-exercises"),
    "fold-live",  # what readers play with takes as long as they like
}
WORD = re.compile(r"\w[\w’'./-]*")


@dataclass
class Length:
    """The length of a lesson, or of a part of it."""

    words: int = 0
    lines: int = 0
    figures: int = 0
    questions: int = 0

    @property
    def minutes(self):
        """Minutes that it takes to read and to think."""
        reading = self.words / 150 + self.lines / 10
        return math.ceil(reading + self.figures + self.questions)


def measure(page):
    """Return the lengths of a lesson's main path and of its folds, from its HTML."""
    main, folds = Length(), Length()
    add(page, main, folds)
    main.questions = len(page.select("#predict-first > ol > li"))
    return main, folds


def add(part, length, folds):
    """Add the words, the lines of code and the figures of a part to its length."""
    for child in part.children:
        if type(child) is NavigableString:
            length.words += len(WORD.findall(child))
        elif isinstance(child, NavigableString) or not is_read(child):
            continue
        elif is_a(child, "math"):
            length.words += 1
        elif is_a(child, "highlight"):
            lines = child.get_text().splitlines()
            length.lines += sum(bool(line.strip()) for line in lines)
        else:
            length.figures += is_a(child, "themed-figure")
            is_fold = child.name == "details" and is_a(child, "fold")
            add(child, folds if is_fold else length, folds)


def is_read(tag):
    """Tell whether a tag is a part of the lesson that is read in its order."""
    return tag.name != "summary" and NOT_READ.isdisjoint(tag.get("class", ()))


def is_a(tag, name):
    """Tell whether a tag is of a class."""
    return name in tag.get("class", ())


def in_words(main, folds):
    """Say how long a lesson takes."""
    more = f"; {folds.minutes} more with all that is folded" if folds.lines else ""
    return f"about {main.minutes} minutes{more}"


def lessons(site):
    """Return the files of the lessons of a built site, in reading order."""
    return sorted(Path(site, "gallery").glob("*/plot_*.html"))


def read_article(page):
    """Return the body of a page of the built site, as it was before page_markup.py."""
    html = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    article = html.select_one("article") or html
    for place in article.find_all("wbr"):
        place.decompose()
    for box in article.find_all(class_="bound"):
        box.unwrap()
    article.smooth()
    return article


def report(site):
    """Yield a line for each lesson: words, lines of code, minutes, and those folded."""
    yield "lesson                                    words  lines  minutes  folded"
    for page in lessons(site):
        main, folds = measure(read_article(page))
        name = f"{page.parent.name[0]}.{page.stem.removeprefix('plot_')}"
        folded = f"{folds.words:5} {folds.lines:4}"
        yield f"{name:40} {main.words:6} {main.lines:6} {main.minutes:8}  {folded}"


if __name__ == "__main__":
    print("\n".join(report(sys.argv[1])))
