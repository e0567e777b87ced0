"""How heavy each lesson is, and how soon it shows something on a slow machine.

Usage: ``python docs/browser/page_weights.py``. The weight is what a browser asks for,
compressed as servers compress it, without MathJax. First paint is the median of some
loads with the processor slowed down four times; other work on the machine adds to it.
"""

import gzip
import statistics
import sys
from urllib.parse import urlsplit

from chromium import SITE, chromium, pages, served

LIMIT = 1_000_000  # bytes of a lesson
SLOWDOWN = 4
N_LOADS = 5
COMPRESSED = (".css", ".html", ".js", ".svg")
LOAD_SHOWN = """
[...document.images].filter(image => image.checkVisibility())
  .forEach(image => { image.loading = "eager" })
"""
FIRST_PAINT = """
() => new Promise(resolve => new PerformanceObserver(list => {
  const entry = list.getEntriesByName("first-contentful-paint")[0];
  if (entry) resolve(entry.startTime);
}).observe({type: "paint", buffered: true}))
"""


def weigh(browser, address):
    """Return the bytes of a page and of what it loads, each compressed, by name."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    requests = []
    page.on("request", lambda request: requests.append(urlsplit(request.url).path))
    page.goto(address)
    page.evaluate(LOAD_SHOWN)
    page.wait_for_load_state("networkidle")
    context.close()
    return {path: compressed_size(SITE / path.lstrip("/")) for path in set(requests)}


def compressed_size(path):
    """Return the size of a file as a server would send it."""
    if not path.is_file():
        return 0
    content = path.read_bytes()
    return len(gzip.compress(content, 6) if path.suffix in COMPRESSED else content)


def first_paint(browser, address):
    """Return the median time until a page shows something, in seconds."""
    times = []
    for _ in range(N_LOADS):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        page.goto(address, wait_until="commit")
        times.append(page.evaluate(FIRST_PAINT) / 1000)
        context.close()
    return statistics.median(times)


if __name__ == "__main__":
    heavy = []
    with chromium() as browser, served(SITE) as root:
        print(f"{'lesson':62} {'kB':>6} {'first paint':>12}")
        for page in (page for page in pages() if "/plot_" in page):
            sizes = weigh(browser, root + page)
            total = sum(size for path, size in sizes.items() if "tex-svg" not in path)
            seconds = first_paint(browser, root + page)
            print(f"{page:62} {total / 1000:6.0f} {seconds:10.2f} s")
            heavy += [page] * (total > LIMIT)
    if heavy:
        sys.exit(f"Heavier than {LIMIT / 1000:.0f} kB: {', '.join(heavy)}")
