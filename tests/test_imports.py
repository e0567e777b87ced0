"""The floors of the house: a file imports only what stands before it in this list."""

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest

PACKAGE = Path(find_spec("nnteach").origin).parent

HOUSE = [
    "nnteach.architecture",
    # engine: the only place of torch
    "nnteach.engine.machine.limits",
    "nnteach.engine.machine.device",
    "nnteach.engine.machine.threads",
    "nnteach.engine.machine.sparse",
    "nnteach.engine.machine.products",
    "nnteach.engine.machine.activation_kernels",
    "nnteach.engine.machine.loss_kernels",
    "nnteach.engine.machine.fused_adam",
    "nnteach.engine.machine",
    "nnteach.engine.network.activations",
    "nnteach.engine.network.losses",
    "nnteach.engine.network.initializers",
    "nnteach.engine.network.dropout",
    "nnteach.engine.network.layout",
    "nnteach.engine.network.layer",
    "nnteach.engine.network.stack",
    "nnteach.engine.network",
    "nnteach.engine.samples.samples",
    "nnteach.engine.samples.batches",
    "nnteach.engine.samples",
    "nnteach.engine.training.problem",
    "nnteach.engine.training.member",
    "nnteach.engine.training.schedules",
    "nnteach.engine.training.optimizers",
    "nnteach.engine.training.scores",
    "nnteach.engine.training.epoch_scores",
    "nnteach.engine.training.stopping",
    "nnteach.engine.training.objective",
    "nnteach.engine.training.lbfgs",
    "nnteach.engine.training.loop",
    "nnteach.engine.training.train",
    "nnteach.engine.training",
    "nnteach.engine.inference",
    "nnteach.engine.torch_module",
    "nnteach.engine.task",
    "nnteach.engine",
    # describe
    "nnteach.describe.checks",
    "nnteach.describe.parameter_table",
    "nnteach.describe.equations",
    "nnteach.describe",
    # estimators
    "nnteach.estimators.sklearn_private",
    "nnteach.estimators.parameters",
    "nnteach.estimators.targets",
    "nnteach.estimators.fitted",
    "nnteach.estimators.validation_set",
    "nnteach.estimators.problem",
    "nnteach.estimators.callbacks",
    "nnteach.estimators.fitting",
    "nnteach.estimators.conversion",
    "nnteach.estimators.html_repr",
    "nnteach.estimators.base",
    "nnteach.estimators.classifier",
    "nnteach.estimators.regressor",
    "nnteach.estimators.many",
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
            and imported != "nnteach.engine.network.activations"
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
        (
            "nnteach.engine.network.losses",
            "from nnteach.engine.network.stack import NetworkStack",
        ),
        ("nnteach.engine.network.losses", "from nnteach.engine import network"),
        ("nnteach.engine.network.stack", "import nnteach.estimators.base"),
        (
            "nnteach.engine.network.stack",
            "from nnteach.engine.network.stack import pack",
        ),
        ("nnteach.engine.network.stack", "from .losses import LOSSES"),
        ("nnteach.describe.equations", "from nnteach import Architecture"),
        (
            "nnteach.displays.network",
            "from nnteach.engine.network.losses import LOSSES",
        ),
        ("nnteach.displays.network", "from nnteach.helpers import tidy"),
    ],
)
def test_a_violation_is_found(module, source):
    assert len(violations(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (
            "nnteach.engine.network.stack",
            "from nnteach.engine.network.losses import LOSSES",
        ),
        ("nnteach.engine.network.stack", "from nnteach.engine.network import losses"),
        ("nnteach.engine.network.stack", "import torch\nimport numpy as np"),
        (
            "nnteach.displays.network",
            "from nnteach.engine.network.activations import evaluate",
        ),
        ("nnteach.describe", "from nnteach.describe.equations import ForwardEquations"),
    ],
)
def test_what_the_rules_allow_is_no_violation(module, source):
    assert violations(module, source) == []
