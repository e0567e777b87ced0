"""Write how long each lesson takes into the pages that say so, when all are built."""

import re
from pathlib import Path

from lesson_lengths import in_words, lessons, measure, read_article
from lesson_plans import lesson_of

PLACE = re.compile(
    r'(?P<tag><span class="minutes" data-lesson="(?P<lesson>\w+)"'
    r'(?P<short> data-short="")?>)[^<]*'
)


def measure_lesson(app, pagename, context, body):
    """Keep the length of a lesson."""
    if lesson := lesson_of(pagename):
        app.lesson_lengths[lesson] = measure(body)


def write_times(app, exception):
    """Fill in the times, on all pages that name one."""
    if exception or app.builder.format != "html":
        return
    for page in lessons(app.outdir):
        lesson = lesson_of(page.stem)
        if lesson not in app.lesson_lengths:  # built at another time
            app.lesson_lengths[lesson] = measure(read_article(page))
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
    app.lesson_lengths = {}
    app.setup_extension("page_markup")  # whose event this is
    app.connect("body-parsed", measure_lesson, priority=600)
    app.connect("build-finished", write_times, priority=550)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
