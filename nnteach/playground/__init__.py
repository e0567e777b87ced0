"""The library's networks for a browser, where no Python runs: ``engine.js``.

It is one classic script without dependencies, so that a page can load it from a disk.
"""

from pathlib import Path

ENGINE = Path(__file__).with_name("engine.js")
