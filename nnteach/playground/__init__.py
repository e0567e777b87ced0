"""The library's networks for a browser, where no Python runs, and a page around them.

``engine.js`` is the network, ``playground.js`` and the scripts before it are the page.
They are classic scripts without dependencies, so that a page can load them from a disk.
"""

from pathlib import Path

HERE = Path(__file__).parent
ENGINE = HERE / "engine.js"
NAMES = (
    "engine",
    "data",
    "state",
    "script",
    "drawing",
    "charts",
    "network_view",
    "twenty_seeds",
    "playground",
)
SCRIPTS = tuple(HERE / f"{name}.js" for name in NAMES)  # in the order of their loading
FRAGMENT = HERE / "playground.html"
STYLE = HERE / "playground.css"
