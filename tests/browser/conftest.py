"""The built site in a real browser: Debian's Chromium, driven by playwright.

The pages come from a server bound to 127.0.0.1. ``--every`` looks at every page in
every mode; without it, every page is looked at once and nine of them in every mode.
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
    folds_open: bool = False


LIGHT = Mode("light")
MODES = (
    LIGHT,
    Mode("dark", theme="dark"),
    Mode("390-px", width=390),
    Mode("320-px", width=320),
    Mode("folds-open", folds_open=True),
    Mode("dark-390-px-folds-open", theme="dark", width=390, folds_open=True),
)


def lessons(site):
    """Return the addresses of all lessons."""
    return [page for page in pages(site) if "/plot_" in page]


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
        every = metafunc.config.getoption("--every")
        looks = [(address, LIGHT) for address in pages(site)]
        looks += [
            (address, mode)
            for address in (pages(site) if every else CHOSEN)
            for mode in MODES
            if mode is not LIGHT
        ]
        names = [f"{address}-{mode.name}" for address, mode in looks]
        metafunc.parametrize(("address", "mode"), looks, ids=names)
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
        if mode.folds_open:
            page.evaluate(
                "document.querySelectorAll('details').forEach(d => { d.open = true })"
            )
            page.wait_for_timeout(100)
        yield page
        context.close()

    return opened


def settle(page):
    """Wait until formulas are typeset and nothing is about to change."""
    page.evaluate(TYPESET)
    page.wait_for_timeout(150)
