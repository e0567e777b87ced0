"""What a page can have wrong: for ears, eyes and fingers, and towards the network."""

from axe_playwright_python.sync_playwright import Axe

RULES = {
    "resultTypes": ["violations"],  # of what passes, axe need not say where it is
    "preload": False,  # axe would look for imported sheets beside the page
    "runOnly": {
        "type": "tag",
        "values": [
            *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
            "best-practice",
        ],
    },
    "rules": {
        name: {"enabled": True}
        for name in ("label-content-name-mismatch", "p-as-heading", "td-has-header")
    },
}
# Sideways, code and text wrap; only what cannot wrap scrolls, in a box that says so.
CUT = """
function () {
  const boxes = document.querySelectorAll(
    ".bd-article :is(pre, table, figure, img, p, li, div.math, .sd-card)");
  return [...boxes].filter(function (box) {
    const scrolls = box.closest(".scrolls");
    return box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0 && !scrolls;
  }).map(box => box.outerHTML.slice(0, 120));
}
"""
WRAPPING = """
() => [...document.querySelectorAll(".bd-article pre.scrolls:not(.columns)")]
  .map(box => box.textContent.slice(0, 120))
"""
# A name may break where the page says so, between two texts, and nowhere else.
BROKEN_NAMES = """
() => [...document.querySelectorAll(
  `.bd-article :is(dl.simple > dt, dt > strong, .sig-param .n:first-child .pre,
  .sig-name .pre)`)]
  .filter(function (name) {
    const range = document.createRange();
    const isName = node => node.nodeType === Node.TEXT_NODE && !/\\s/.test(node.data);
    const texts = [...name.childNodes].filter(isName);
    return name.checkVisibility() && texts.some(function (text) {
      range.selectNodeContents(text);
      const tops = [...range.getClientRects()].map(box => Math.round(box.top));
      return new Set(tops).size > 1;
    });
  }).map(name => name.closest("dt").textContent.slice(0, 80))
"""
# The logo's size is in a style sheet.
UNSIZED = """
() => [...document.images].filter(image =>
  !image.closest(".navbar-brand") && image.getAttribute("src")
  && !(image.getAttribute("width") && image.getAttribute("height")))
  .map(image => image.outerHTML.slice(0, 120))
"""
FIGURES = """
() => [...document.querySelectorAll(".themed-figure")]
  .filter(figure => !figure.closest("details:not([open])")).map(function (figure) {
  const images = [...figure.querySelectorAll("img")];
  const seen = images.filter(image => image.checkVisibility());
  return `${seen.length} of ${images.length}: ${images[0]?.alt.slice(0, 80)}`;
}).filter(text => !text.startsWith("1 of "))
"""
# What reaches beyond the window, without the boxes around it that do so for its sake.
BEYOND = """
() => [...document.body.querySelectorAll("*")].filter(function (box) {
  const beyond = other => other.getBoundingClientRect().right > innerWidth + 1;
  return beyond(box) && ![...box.children].some(beyond);
}).slice(0, 3).map(box => box.outerHTML.slice(0, 120))
"""
CUT_AT_1280 = """
() => [...document.querySelectorAll(".bd-article :is(pre, .math).scrolls")]
  .map(box => box.textContent.slice(0, 120))
"""


def faults(page, mode, server):
    """Return what is wrong with an open page, each with where it is."""
    found = {
        "asks another host": [
            url for url in page.requests if not url.startswith((server, "data:"))
        ],
        "says to the console": [*page.complaints],
        "pictures without width and height": page.evaluate(UNSIZED),
        "figures without one rendition in sight": page.evaluate(FIGURES),
        "cut, or scrolls without saying so": page.evaluate(CUT),
        "names broken in mid-word": page.evaluate(BROKEN_NAMES),
        "lines that do not wrap": page.evaluate(WRAPPING),
    }
    if mode.width == 1280:
        found["cut at 1280 pixels"] = page.evaluate(CUT_AT_1280)
    if (shift := page.layout_shift) >= 0.1:
        found["moves while it loads"] = [f"layout shift {shift:.2f}"]
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > mode.width:
        found["scrolls sideways"] = [f"{width} pixels wide", *page.evaluate(BEYOND)]
    violations = Axe().run(page, options=RULES).response["violations"]
    found["axe"] = [*report(violations)]
    return [f"{name}: {what}" for name, whats in found.items() for what in whats]


def report(violations):
    """Yield what axe found: the rule, how often, and where first."""
    for violation in violations:
        nodes = violation["nodes"]
        places = [f"{node['target']} {node['html'][:120]}" for node in nodes[:3]]
        yield "\n    ".join([f"{violation['id']}, {len(nodes)} times", *places])
