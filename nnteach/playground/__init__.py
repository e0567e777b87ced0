"""The library's networks for a browser, where no Python runs, and a page around them.

``engine.js`` is the network, ``playground.js`` and the scripts before it are the page.
They are classic scripts without dependencies, so that a page can load them from a disk.
``Playground`` makes such a page of a fitted network.
"""

from nnteach.playground.files import ENGINE, FRAGMENT, SCRIPTS, STYLE
from nnteach.playground.playground import Playground

__all__ = ["ENGINE", "FRAGMENT", "SCRIPTS", "STYLE", "Playground"]
