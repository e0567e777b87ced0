"""What builds the site, importable by the tests."""

import sys
from importlib.util import find_spec
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"

if find_spec("sphinx_gallery") and DOCS.exists():
    sys.path[:0] = [str(DOCS), str(DOCS / "extensions")]
else:  # where only the library is tested
    collect_ignore_glob = ["test_*.py"]
