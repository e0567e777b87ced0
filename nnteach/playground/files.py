"""Where the scripts, the form and the styles of the playground are."""

from pathlib import Path

HERE = Path(__file__).parent
ENGINE = HERE / "engine.js"
NAMES = (
    "engine",
    "data_sets",
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
STANDALONE_STYLE = HERE / "standalone.css"
