"""Check the lessons of the built site as a course.

``python docs/check_course.py docs/_build/html``

Read in order, main path alone, no term of the glossary may stand before it is linked or
explained; every symbol must be on the page about notation; and no lesson may be longer
than its main path is allowed to be.
"""

import re
import sys
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup, NavigableString

from lesson_lengths import (
    FOLDED,
    MOST_LINES,
    MOST_WORDS,
    NOT_READ,
    lessons,
    measure,
    read_article,
)

EMPHASIS = ("em", "strong")
NOT_PROSE = ", ".join(
    [
        *(FOLDED, "summary", *(f".{name}" for name in sorted(NOT_READ))),
        *("div.highlight", ".math", "h1", "h2", "h3", "code", "figure"),
        "a[href*='plot_']",  # titles of lessons that a text links to
    ]
)
WORD_END = r"(?:s|es|'s|’s)?(?![\w-])"
LETTERS = {
    *("alpha", "beta", "gamma", "delta", "varepsilon", "epsilon", "eta", "theta"),
    *("lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi"),
    *("omega", "Delta", "Sigma", "Theta", "Omega", "ell"),
}


def check_course(root):
    """Return what is wrong with the lessons in a folder, as a list of lines."""
    pages = lessons(root)
    problems = [*check_terms(root, pages)]
    symbols = read_symbols(root)
    for page in pages:
        name = page.relative_to(root).as_posix()
        found = [*check_length(page), *check_symbols(page, *symbols)]
        problems += [f"{name}: {problem}" for problem in found]
    return problems


@cache
def parse(page):
    """Return the parsed page."""
    return BeautifulSoup(Path(page).read_text(encoding="utf-8"), "html.parser")


def check_length(page):
    """Yield what is too long about a lesson's main path."""
    main, _ = measure(read_article(page))
    for what, number, most in (
        ("words", main.words, MOST_WORDS),
        ("lines of code", main.lines, MOST_LINES),
    ):
        if number > most:
            yield f"the main path has {number} {what}, and may have {most}"


def prose(page):
    """Return a lesson's main path without headings, code and formulas."""
    article = BeautifulSoup(str(parse(page).select_one("article")), "html.parser")
    for part in article.select(NOT_PROSE):
        part.replace_with(NavigableString(" "))
    return article


def read_terms(root):
    """Return the terms of the glossary."""
    terms = parse(root / "glossary.html").select("dl.glossary > dt")
    return [term.find(string=True).strip() for term in terms]


def check_terms(root, pages):
    """Yield the terms that a reader meets before they are linked or explained."""
    unseen = {
        term: re.compile(rf"(?<![\w-]){re.escape(term)}{WORD_END}", re.IGNORECASE)
        for term in read_terms(root)
    }
    for page in pages:
        for text in prose(page).find_all(string=True):
            for term, pattern in list(unseen.items()):
                if match := pattern.search(text):
                    del unseen[term]
                    if not is_explained(text):
                        name = page.relative_to(root).as_posix()
                        place = text[max(0, match.start() - 30) : match.end() + 20]
                        place = " ".join(place.split())
                        yield f"{name}: {term!r} is not explained before {place!r}"


def is_explained(text):
    """Tell whether a text is a link to the glossary, or a term where it is defined."""
    for parent in text.parents:
        if parent.name == "a":
            return "glossary.html#term-" in parent.get("href", "")
        if parent.name in EMPHASIS:
            return True
    return False


def symbols_of(tag):
    """Return the letters that stand for something in a formula."""
    tex = re.sub(r"\\(?:text|mathrm|operatorname)\{[^{}]*\}", " ", tag.get_text())
    tex = re.sub(r"\\(?:begin|end|class)\{[^{}]*\}", " ", tex)
    commands = set(re.findall(r"\\([A-Za-z]+)", tex)) & LETTERS
    letters = set(
        re.findall(r"(?<![\\A-Za-z])[A-Za-z]", re.sub(r"\\[A-Za-z]+", " ", tex))
    )
    return commands | letters


def read_symbols(root):
    """Return the symbols of all lessons, and those of single ones, by their pages."""
    everywhere, single = set(), {}
    for table in parse(root / "notation.html").select("article table"):
        for row in table.select("tbody tr"):
            symbols = set().union(
                *map(symbols_of, row.select("td, th")[0].select(".math"))
            )
            links = row.select("a[href*='plot_']")
            for link in links:
                name = Path(link["href"].partition("#")[0]).stem
                single.setdefault(name, set()).update(symbols)
            everywhere |= set() if links else symbols
    return everywhere, single


def check_symbols(page, everywhere, single):
    """Yield the symbols of a lesson that the page about notation does not have."""
    own = single.get(page.stem, set())
    used = set().union(*map(symbols_of, parse(page).select("article .math")))
    for symbol in sorted(used - everywhere - own):
        yield f"the symbol {symbol!r} is not on the page about notation"
    for symbol in sorted(own - used):
        yield f"the symbol {symbol!r} is on the page about notation, and not here"


if __name__ == "__main__":
    found = check_course(Path(sys.argv[1]).resolve())
    print("\n".join([*found, f"{sys.argv[1]}: {len(found)} problems with the course"]))
    sys.exit(bool(found))
