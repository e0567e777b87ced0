"""Figures of networks, in scikit-learn's Display convention."""

from nnteach.displays.activation import ActivationDisplay
from nnteach.displays.function_fit import FunctionFitDisplay
from nnteach.displays.network import NetworkDisplay
from nnteach.displays.training_curve import TrainingCurveDisplay

__all__ = [
    "ActivationDisplay",
    "FunctionFitDisplay",
    "NetworkDisplay",
    "TrainingCurveDisplay",
]
