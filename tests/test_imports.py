"""The contracts in pyproject.toml hold the house: what breaks a rule is found."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nnteach

ROOT = Path(__file__).parent.parent


@pytest.fixture
def lint_imports(tmp_path):
    """Run import-linter over a copy of the package, changed in one file."""
    shutil.copytree(
        ROOT / "nnteach",
        tmp_path / "nnteach",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    def lint(module="", line=""):
        path = tmp_path / "nnteach" / (module + ".py")
        if module:
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            path.write_text(text + line + "\n", encoding="utf-8")
        return subprocess.run(
            [Path(sys.executable).parent / "lint-imports", "--no-cache"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    return lint


def test_the_house_is_in_order(lint_imports):
    result = lint_imports()
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("architecture", "import torch", "Only the engine imports torch"),
        (
            "displays/network",
            "def plot():\n    from torch import nn",
            "Only the engine imports torch",
        ),
        (
            "engine/network/losses",
            "from nnteach.engine.network.stack import NetworkStack",
            "engine/network",
        ),
        ("engine/network/stack", "import nnteach.estimators.base", "Floors"),
        (
            "engine/machine/threads",
            "from nnteach.engine.samples.samples import parts",
            "Rooms of the engine",
        ),
        (
            "describe/equations",
            "from nnteach import Architecture",
            "No file imports the public names from the top",
        ),
        (
            "displays/network",
            "from nnteach.engine.network.losses import LOSSES",
            "Displays import of the engine only the activation records",
        ),
        ("displays/network", "import nnteach.playground", "Floors"),
        ("displays/tidy", "", "displays"),
    ],
)
def test_what_breaks_a_rule_is_found(module, line, broken, lint_imports):
    result = lint_imports(module, line)
    assert result.returncode == 1
    assert f"{broken} BROKEN" in result.stdout


def test_what_takes_long_is_imported_when_it_is_used():
    script = """
import sys
import nnteach
slow = {"matplotlib", "sklearn.datasets", "sklearn.linear_model", "nnteach.playground"}
assert not slow & set(sys.modules), slow & set(sys.modules)
assert set(nnteach.__all__) <= set(dir(nnteach))
assert nnteach.displays.ActivationDisplay is nnteach.ActivationDisplay
assert nnteach.playground.Playground is nnteach.Playground
assert nnteach.datasets.two_moons is nnteach.two_moons
names = {}
exec("from nnteach import *", names)
assert set(nnteach.__all__) <= set(names)
assert all(names[name] is getattr(nnteach, name) for name in nnteach.__all__)
try:
    nnteach.MLPClasifierNet
except AttributeError as error:
    assert "has no attribute 'MLPClasifierNet'" in str(error)
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


def test_a_name_that_is_not_there_is_an_error_as_everywhere():
    with pytest.raises(AttributeError, match="module 'nnteach' has no attribute 'fit'"):
        nnteach.fit  # noqa: B018
