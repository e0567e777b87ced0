"""Small feed-forward neural networks to learn from.

scikit-learn's interface, torch underneath, and a website that teaches with both.
"""

import sys
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from nnteach.architecture import Architecture, Layer
from nnteach.describe import ForwardEquations, ParameterTable, median_and_band
from nnteach.estimators import (
    Checkpoint,
    EarlyStopping,
    MLPClassifierNet,
    MLPRegressorNet,
    Snapshots,
    ValidationMonitor,
    fit_many,
)

if TYPE_CHECKING:
    from nnteach.datasets import two_moons, wavy_parabola
    from nnteach.displays import (
        ActivationDisplay,
        FunctionFitDisplay,
        NetworkDisplay,
        TrainingCurveDisplay,
    )
    from nnteach.estimators.search import (
        VectorizedGridSearchCV,
        VectorizedRandomizedSearchCV,
    )
    from nnteach.playground import Playground

# imported when first asked for: matplotlib alone takes as long as all the rest
IMPORTED_WHEN_USED = {
    "ActivationDisplay": "nnteach.displays",
    "FunctionFitDisplay": "nnteach.displays",
    "NetworkDisplay": "nnteach.displays",
    "TrainingCurveDisplay": "nnteach.displays",
    "VectorizedGridSearchCV": "nnteach.estimators.search",
    "VectorizedRandomizedSearchCV": "nnteach.estimators.search",
    "Playground": "nnteach.playground",
    "two_moons": "nnteach.datasets",
    "wavy_parabola": "nnteach.datasets",
}

__version__ = version("nnteach")

__all__ = [
    "ActivationDisplay",
    "Architecture",
    "Checkpoint",
    "EarlyStopping",
    "ForwardEquations",
    "FunctionFitDisplay",
    "Layer",
    "MLPClassifierNet",
    "MLPRegressorNet",
    "NetworkDisplay",
    "ParameterTable",
    "Playground",
    "Snapshots",
    "TrainingCurveDisplay",
    "ValidationMonitor",
    "VectorizedGridSearchCV",
    "VectorizedRandomizedSearchCV",
    "fit_many",
    "median_and_band",
    "two_moons",
    "wavy_parabola",
]


def __getattr__(name: str) -> Any:
    if name in IMPORTED_WHEN_USED:
        return getattr(import_module(IMPORTED_WHEN_USED[name]), name)
    if name in ("datasets", "displays", "playground"):
        return import_module(f"nnteach.{name}")
    raise AttributeError(f"module 'nnteach' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


# who has imported matplotlib finds the colormaps there, and nobody else waits for it
if "matplotlib" in sys.modules:
    import_module("nnteach.displays")
