"""The floors of the house: a file imports only what stands before it in this list."""

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest

PACKAGE = Path(find_spec("nnteach").origin).parent

HOUSE = [
    "nnteach.architecture",
    # engine: the only place of torch
    "nnteach.engine.device",
    "nnteach.engine.activations",
    "nnteach.engine.losses",
    "nnteach.engine.initializers",
    "nnteach.engine.schedules",
    "nnteach.engine.optimizers",
    "nnteach.engine.dropout",
    "nnteach.engine.products",
    "nnteach.engine.network",
    "nnteach.engine.threads",
    "nnteach.engine.sparse",
    "nnteach.engine.data",
    "nnteach.engine.epoch",
    "nnteach.engine.task",
    "nnteach.engine.scores",
    "nnteach.engine.inference",
    "nnteach.engine.conversion",
    "nnteach.engine.validation",
    "nnteach.engine.lbfgs",
    "nnteach.engine.stopping",
    "nnteach.engine.training",
    "nnteach.engine",
    # describe
    "nnteach.describe.checks",
    "nnteach.describe.parameter_table",
    "nnteach.describe.equations",
    "nnteach.describe",
    # estimators
    "nnteach.estimators.sklearn_private",
    "nnteach.estimators.parameters",
    "nnteach.estimators.validation",
    "nnteach.estimators.conversion",
    "nnteach.estimators.html_repr",
    "nnteach.estimators.callbacks",
    "nnteach.estimators.many",
    "nnteach.estimators.base",
    "nnteach.estimators.classifier",
    "nnteach.estimators.regressor",
    "nnteach.estimators.search",
    "nnteach.estimators",
    # displays: of the engine, the activation records alone
    "nnteach.displays.palette",
    "nnteach.displays.axes",
    "nnteach.displays.quantiles",
    "nnteach.displays.training_facts",
    "nnteach.displays.training_curve",
    "nnteach.displays.network_layout",
    "nnteach.displays.network",
    "nnteach.displays.function_fit",
    "nnteach.displays.activation",
    "nnteach.displays",
    # the public names
    "nnteach",
]


def sources():
    """Source of every module of the package, by the module's name."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        found[name] = path.read_text(encoding="utf-8")
    return found


def imported_modules(source):
    """Yield the modules that a source imports, wherever in the source it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name for name in names if name in HOUSE]
            yield from modules or ["." * node.level + (node.module or "")]


def violations(module, source):
    """Return what a module imports against the rules, as a list of lines."""
    found = []
    for imported in imported_modules(source):
        top = imported.split(".")[0]
        if top == "":
            found.append(f"{module} imports {imported}; write the full name")
        elif top == "torch" and not module.startswith("nnteach.engine"):
            found.append(f"{module} imports torch, which only the engine may")
        elif top == "nnteach" and imported not in HOUSE:
            found.append(f"{module} imports {imported}, which has no place in HOUSE")
        elif top == "nnteach" and HOUSE.index(imported) >= HOUSE.index(module):
            found.append(f"{module} imports {imported}, which stands above it")
        elif (
            module.startswith("nnteach.displays")
            and imported.startswith("nnteach.engine")
            and imported != "nnteach.engine.activations"
        ):
            found.append(f"{module} imports {imported}; displays may not")
    return found


def test_every_file_has_its_place():
    assert sorted(sources()) == sorted(HOUSE)


@pytest.mark.parametrize("module", HOUSE)
def test_imports_keep_to_the_floors(module):
    assert violations(module, sources()[module]) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("nnteach.architecture", "import torch"),
        ("nnteach.displays.network", "def plot():\n    from torch import nn"),
        ("nnteach.engine.losses", "from nnteach.engine.network import NetworkStack"),
        ("nnteach.engine.losses", "from nnteach.engine import network"),
        ("nnteach.engine.network", "import nnteach.estimators.base"),
        ("nnteach.engine.network", "from nnteach.engine.network import pack"),
        ("nnteach.engine.network", "from .losses import LOSSES"),
        ("nnteach.describe.equations", "from nnteach import Architecture"),
        ("nnteach.displays.network", "from nnteach.engine.losses import LOSSES"),
        ("nnteach.displays.network", "from nnteach.helpers import tidy"),
    ],
)
def test_a_violation_is_found(module, source):
    assert len(violations(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("nnteach.engine.network", "from nnteach.engine.losses import LOSSES"),
        ("nnteach.engine.network", "from nnteach.engine import losses"),
        ("nnteach.engine.network", "import torch\nimport numpy as np"),
        ("nnteach.displays.network", "from nnteach.engine.activations import relu_"),
        ("nnteach.describe", "from nnteach.describe.equations import ForwardEquations"),
    ],
)
def test_what_the_rules_allow_is_no_violation(module, source):
    assert violations(module, source) == []
