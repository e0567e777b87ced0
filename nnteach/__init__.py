"""Small feed-forward neural networks to learn from.

scikit-learn's interface, torch underneath, and a website that teaches with both.
"""

from importlib.metadata import version

from nnteach.architecture import Architecture, Layer
from nnteach.datasets import two_moons, wavy_parabola
from nnteach.describe import ForwardEquations, ParameterTable, median_and_band
from nnteach.displays import (
    ActivationDisplay,
    FunctionFitDisplay,
    NetworkDisplay,
    TrainingCurveDisplay,
)
from nnteach.estimators import (
    Checkpoint,
    EarlyStopping,
    MLPClassifierNet,
    MLPRegressorNet,
    Snapshots,
    ValidationMonitor,
    VectorizedGridSearchCV,
    VectorizedRandomizedSearchCV,
    fit_many,
)
from nnteach.playground import Playground

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
