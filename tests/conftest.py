"""What must be set before any test module imports scipy, and which are imported."""

import os
import signal

import pytest

# without it scikit-learn skips its own check of array API input
os.environ["SCIPY_ARRAY_API"] = "1"


def pytest_ignore_collect(collection_path, config):
    """Pass over what judges no engine: to import it all would take longest."""
    if config.getoption("markexpr") == "engine" and collection_path.suffix == ".py":
        return "mark.engine" not in collection_path.read_text(encoding="utf-8") or None
    return None


@pytest.fixture(scope="session", autouse=True)
def hear_ctrl_c():
    """Let Ctrl-C through where tests run in the background, which ignores it there."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
