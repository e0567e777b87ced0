"""What builds the site, importable by the tests."""

import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
pytest.importorskip("sphinx_gallery")
sys.path[:0] = [str(DOCS), str(DOCS / "extensions")]
