"""What holds of every page: for ears, eyes and fingers, and towards the network."""

from axe_playwright_python.sync_playwright import Axe

RULES = {
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
UNSIZED = """
() => [...document.images].filter(image => !image.width || !image.getAttribute("width"))
  .filter(image => image.getAttribute("src") && !image.closest(".navbar-brand"))
  .map(image => image.src)
"""
FIGURES = """
() => [...document.querySelectorAll(".themed-figure")].map(figure =>
  [...figure.querySelectorAll("img")].filter(image => image.checkVisibility()).length)
"""
CUT_AT_1280 = """
() => [...document.querySelectorAll(".bd-article :is(pre, .math).scrolls")]
  .map(box => box.textContent.slice(0, 120))
"""


def test_a_page(address, mode, open_page, server):
    with open_page(server + address, mode) as page:
        found = {
            "asks another host": [
                url for url in page.requests if not url.startswith((server, "data:"))
            ],
            "says to the console": [*page.complaints],
            "pictures without width and height": page.evaluate(UNSIZED),
            "figures without one rendition in sight": [
                n for n in page.evaluate(FIGURES) if n != 1
            ],
            "cut, or scrolls without saying so": page.evaluate(CUT),
            "lines that do not wrap": page.evaluate(WRAPPING),
        }
        if mode.width == 1280:
            found["cut at 1280 pixels"] = page.evaluate(CUT_AT_1280)
        if (shift := page.evaluate("window.layoutShift")) >= 0.1:
            found["moves while it loads"] = [f"layout shift {shift:.2f}"]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > mode.width:
            found["scrolls sideways"] = [f"{width} pixels wide"]
        violations = Axe().run(page, options=RULES).response["violations"]
        found["axe"] = [*report(violations)]
    problems = [f"{name}: {what}" for name, whats in found.items() for what in whats]
    assert not problems, "\n".join(problems)


def report(violations):
    """Yield what axe found: the rule, how often, and where first."""
    for violation in violations:
        nodes = violation["nodes"]
        places = [f"{node['target']} {node['html'][:120]}" for node in nodes[:3]]
        yield "\n    ".join([f"{violation['id']}, {len(nodes)} times", *places])
