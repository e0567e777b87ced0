"""Debian's Chromium, driven by playwright, for what needs a browser."""

import functools
import os
import shutil
import sys
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

SITE = Path(__file__).parents[1] / "_build" / "html"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# the pictures in sight, to their last pixel: of a theme's pair one is never loaded
LOAD_ALL = """
async () => {
  const images = [...document.images].filter(image => image.checkVisibility());
  for (const image of images) image.loading = "eager";
  await Promise.all(images.map(image => image.decode()));
}
"""
TYPESET = "window.MathJax?.startup?.promise?.then(() => true)"


def find_chromium():
    """Return the path of Chromium, or None."""
    return shutil.which(os.environ.get("CHROMIUM") or "chromium")


@contextmanager
def chromium():
    """Start Chromium; end with what to install if there is none."""
    path = find_chromium()
    if path is None:
        sys.exit(
            "There is no Chromium here; install it (on Debian and Ubuntu: apt-get "
            "install chromium) or name it: make … CHROMIUM=/path/to/chromium"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=ARGUMENTS, headless=True
        )
        yield browser
        browser.close()


class Handler(SimpleHTTPRequestHandler):
    """Serve files, and say nothing of it."""

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    """A server that a browser may leave in the middle of an answer."""

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def served(folder):
    """Serve a folder to this machine alone; yield its address, with a slash."""
    handler = functools.partial(Handler, directory=folder)
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def pages(site=SITE):
    """Return the addresses of all pages of the site, below its root."""
    found = {path.relative_to(site).as_posix() for path in Path(site).rglob("*.html")}
    return sorted(page for page in found if not page.startswith("_"))
