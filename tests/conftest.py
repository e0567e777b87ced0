"""What must be set before any test module imports scipy, and which are imported."""

import os

# without it scikit-learn skips its own check of array API input
os.environ["SCIPY_ARRAY_API"] = "1"


def pytest_ignore_collect(collection_path, config):
    """Pass over what judges no engine: to import it all would take longest."""
    if config.getoption("markexpr") == "engine" and collection_path.suffix == ".py":
        return "mark.engine" not in collection_path.read_text(encoding="utf-8") or None
    return None
