"""Small feed-forward neural networks to learn from.

scikit-learn's interface, torch underneath, and a website that teaches with both.
"""

from importlib.metadata import version

from nnteach.architecture import Architecture, Layer
from nnteach.estimators import MLPClassifierNet, MLPRegressorNet, fit_many

__version__ = version("nnteach")

__all__ = [
    "Architecture",
    "Layer",
    "MLPClassifierNet",
    "MLPRegressorNet",
    "fit_many",
]
