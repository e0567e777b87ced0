"""Write how long each lesson takes into the pages that say so, when all are built."""

import re
from pathlib import Path

from lesson_lengths import in_words, lessons, measure
from lesson_plans import lesson_name

PLACE = re.compile(
    r'(?P<tag><span class="minutes" data-lesson="(?P<lesson>\w+)"'
    r'(?P<short> data-short="")?>)[^<]*'
)


def measure_lessons(app):
    """Return the lengths of all lessons, by their names."""
    return {
        lesson_name(page.stem): measure(page.read_text(encoding="utf-8"))
        for page in lessons(app.outdir)
    }


def write_times(app, exception):
    """Fill in the times, on all pages that name one."""
    if exception or app.builder.format != "html":
        return
    app.lesson_lengths = measure_lessons(app)
    for page in Path(app.outdir).rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        if PLACE.search(html):
            page.write_text(fill_in(html, app.lesson_lengths), encoding="utf-8")


def fill_in(html, lengths):
    """Write each lesson's time into the places for it on a page."""

    def time(place):
        main, folds = lengths[place["lesson"]]
        short = f"{main.minutes} min"
        return place["tag"] + (short if place["short"] else in_words(main, folds))

    return PLACE.sub(time, html)


def setup(app):
    app.connect("build-finished", write_times, priority=550)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
