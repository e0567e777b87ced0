"""The way of the focus through a page, and what can be wrong with it."""

MOST_STOPS = 120
# A line of a link is enough to see it; what lies over it may not hide it. Where a box
# to tick is hidden from the eye, its label has to show the focus.
FOCUS = """
() => {
  for (const animation of document.getAnimations()) animation.finish();
  const element = document.activeElement;
  if (element === document.body) return null;
  const label = element.offsetWidth <= 1 && element.labels?.[0];
  const shown = label || element;
  const box = shown.getClientRects()[0] ?? shown.getBoundingClientRect();
  const inSight = box.width > 0 && box.height > 0
    && box.bottom > 0 && box.top < innerHeight;
  const x = Math.max(0, box.left) + Math.min(box.width, innerWidth) / 2;
  const y = Math.max(0, box.top)
    + (Math.min(innerHeight, box.bottom) - Math.max(0, box.top)) / 2;
  const top = inSight && document.elementFromPoint(x, y);
  const uncovered = top && (shown.contains(top) || top.contains(shown));
  const style = getComputedStyle(shown);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  window.stops ??= [];
  const again = window.stops.includes(element);
  const previous = window.stops.at(-1);
  window.stops.push(element);
  const follows = Node.DOCUMENT_POSITION_FOLLOWING;
  return {
    html: element.outerHTML.slice(0, 120),
    seen: Boolean(uncovered),
    marked: outlined || style.boxShadow !== "none",
    again,
    forward: !previous || (previous.compareDocumentPosition(element) & follows) > 0,
  };
}
"""
UNREACHED = """
() => [...document.querySelectorAll(".bd-main a[href]")]
  .filter(link => link.checkVisibility({visibilityProperty: true}))
  .filter(link => link.tabIndex >= 0)
  .filter(link => !window.stops?.includes(link))
  .map(link => link.outerHTML.slice(0, 120))
"""


def walk(page):
    """Press Tab until the focus leaves the page; return its stops, at most too many."""
    stops = []
    while len(stops) <= MOST_STOPS:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            break
        stops.append(stop)
        if stop["again"]:
            break
    return stops


def focus_faults(page):
    """Return what is wrong with the focus's way through a page, each with where."""
    stops = walk(page)
    places = [stop["html"] for stop in stops]
    found = {
        "no skip link first": [
            place for place in places[:1] or ["no stop"] if "#main-content" not in place
        ],
        "too many stops": places[MOST_STOPS:],
        "caught": [stop["html"] for stop in stops if stop["again"]],
        "out of sight": [stop["html"] for stop in stops if not stop["seen"]],
        "not marked": [stop["html"] for stop in stops if not stop["marked"]],
        "goes back": [stop["html"] for stop in stops if not stop["forward"]],
        "not reached": page.evaluate(UNREACHED),
    }
    return [f"{name}: {where}" for name, places in found.items() for where in places]
