"""The built site in a real browser: Debian's Chromium, driven by playwright.

The pages come from a server bound to 127.0.0.1. ``--every`` looks at every page in
every mode; without it, every page is looked at once and nine of them in every mode.
What readers play with in a lesson is opened for more looks; see LIVE_MODES.
``--site`` names a site built elsewhere.
"""

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "docs"))
sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "extensions"))
sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "browser"))
from chromium import SITE, TYPESET, chromium, find_chromium, pages, served

CHOSEN = (
    "index.html",
    "install.html",
    "glossary.html",
    "performance.html",
    "playground.html",
    "gallery/index.html",
    "gallery/1_mathematics/plot_3_backpropagation.html",
    "gallery/2_two_moons/plot_1_decision_boundary.html",
    "api/generated/nnteach.MLPClassifierNet.html",
)


@dataclass(frozen=True)
class Mode:
    """A way of looking at a page."""

    name: str
    theme: str = "light"
    width: int = 1280
    folds: str | None = None  # selector of those that are opened


ALL_FOLDS = "details"
LIVE_FOLDS = "details.fold-live"
LIGHT = Mode("light")
MODES = (
    LIGHT,
    Mode("dark", theme="dark"),
    Mode("390-px", width=390),
    Mode("320-px", width=320),
    Mode("folds-open", folds=ALL_FOLDS),
    Mode("dark-390-px-folds-open", theme="dark", width=390, folds=ALL_FOLDS),
)
# Pages with a film or with numbers to follow are looked at in these, too, and in every
# mode that opens all folds.
LIVE_MODES = (
    Mode("live", folds=LIVE_FOLDS),
    Mode("dark-live", theme="dark", folds=LIVE_FOLDS),
    Mode("390-px-live", width=390, folds=LIVE_FOLDS),
    Mode("320-px-live", width=320, folds=LIVE_FOLDS),
)


def lessons(site):
    """Return the addresses of all lessons."""
    return [page for page in pages(site) if "/plot_" in page]


def live_pages(site):
    """Return the addresses of the lessons with a film or with numbers to follow."""
    kinds = ('data-live="film"', 'data-live="step_by_step"')
    texts = {page: (site / page).read_text(encoding="utf-8") for page in lessons(site)}
    return [page for page, text in texts.items() if any(kind in text for kind in kinds)]


def looks(site, every):
    """Return the pairs of an address and a mode that faults are looked for in."""
    found = [(page, LIGHT) for page in pages(site)]
    found += [
        (page, mode) for page in (pages(site) if every else CHOSEN) for mode in MODES
    ]
    live_modes = (*(mode for mode in MODES if mode.folds), *LIVE_MODES)
    found += [(page, mode) for page in live_pages(site) for mode in live_modes]
    return [*dict.fromkeys(found)]


def pytest_addoption(parser):
    parser.addoption("--every", action="store_true", help="every page in every mode")
    parser.addoption("--site", type=Path, default=SITE, help="folder of the built site")


def pytest_configure(config):
    site = config.option.site = config.getoption("--site").resolve()
    if not pages(site):
        raise pytest.UsageError(f"There is no page in {site}; run make site first.")
    if find_chromium() is None:
        raise pytest.UsageError(
            "There is no Chromium here; install it (on Debian: apt-get install "
            "chromium) or name it: make check-browser CHROMIUM=/path/to/chromium"
        )


def pytest_ignore_collect(collection_path, config):
    """Leave out the course's PDF, which is made of this checkout's own site."""
    elsewhere = config.getoption("--site") != SITE
    return True if elsewhere and collection_path.name == "test_course_pdf.py" else None


def pytest_generate_tests(metafunc):
    site = metafunc.config.getoption("--site")
    if {"address", "mode"} <= set(metafunc.fixturenames):
        found = looks(site, metafunc.config.getoption("--every"))
        names = [f"{address}-{mode.name}" for address, mode in found]
        metafunc.parametrize(("address", "mode"), found, ids=names)
    elif "lesson" in metafunc.fixturenames:
        metafunc.parametrize("lesson", lessons(site))


@pytest.fixture(scope="session")
def site(request):
    """Folder of the built site."""
    return request.config.getoption("--site")


@pytest.fixture(scope="session")
def server(site):
    """Address of the site, with a slash at the end."""
    with served(site) as address:
        yield address


@pytest.fixture(params=["http", "disk"])
def root(request, server, site):
    """Address of the site, from a server and from a disk."""
    return server if request.param == "http" else f"{site.as_uri()}/"


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser


LAYOUT_SHIFT = """
window.layoutShift = 0;
new PerformanceObserver(function (list) {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) window.layoutShift += entry.value;
  }
}).observe({type: "layout-shift", buffered: true});
"""

OPEN_FOLDS = """
(folds) => document.querySelectorAll(folds).forEach(fold => { fold.open = true })
"""
# what readers play with is there, and its scripts have made of it what they will
STARTED = """
() => [...document.querySelectorAll("details[open] [data-live]")].every(
  element => element.querySelector(
    ".film-player, li .number[tabindex='0'], .nnteach-playground.started"))
"""
# a request that was still open when its page was left
LEFT = "net::ERR_ABORTED"


@pytest.fixture
def open_page(browser):
    """Return a context manager that opens an address in a mode, typeset and settled.

    What the page says to the console and what it asks of the network is in the lists
    ``complaints`` and ``requests`` of the page, and how much moved while it was loaded
    in its ``layout_shift``.
    """

    @contextmanager
    def opened(address, mode=LIGHT):
        context = browser.new_context(viewport={"width": mode.width, "height": 900})
        context.set_default_timeout(20_000)
        context.add_init_script(
            f"localStorage.mode = localStorage.theme = '{mode.theme}';{LAYOUT_SHIFT}"
        )
        page = context.new_page()
        page.complaints, page.requests = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "requestfailed",
            lambda r: (
                r.failure != LEFT and page.complaints.append(f"{r.failure}: {r.url}")
            ),
        )
        page.on(
            "response",
            lambda r: (
                r.status >= 400 and page.complaints.append(f"{r.status}: {r.url}")
            ),
        )
        page.on(
            "console",
            lambda message: (
                message.type in ("error", "warning")
                and page.complaints.append(message.text)
            ),
        )
        page.goto(address)
        settle(page)
        page.layout_shift = page.evaluate("window.layoutShift")
        if mode.folds:
            page.evaluate(OPEN_FOLDS, mode.folds)
            page.wait_for_function(STARTED)
            settle(page)
        yield page
        context.close()

    return opened


def settle(page):
    """Wait until formulas are typeset and nothing is about to change."""
    page.evaluate(TYPESET)
    page.wait_for_timeout(150)
