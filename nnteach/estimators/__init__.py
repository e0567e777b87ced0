"""The estimators, with scikit-learn's interface."""

from nnteach.estimators.callbacks import EarlyStopping, Snapshots, ValidationMonitor
from nnteach.estimators.checkpoint import Checkpoint
from nnteach.estimators.classifier import MLPClassifierNet
from nnteach.estimators.many import fit_many
from nnteach.estimators.regressor import MLPRegressorNet
from nnteach.estimators.search import (
    VectorizedGridSearchCV,
    VectorizedRandomizedSearchCV,
)

__all__ = [
    "Checkpoint",
    "EarlyStopping",
    "MLPClassifierNet",
    "MLPRegressorNet",
    "Snapshots",
    "ValidationMonitor",
    "VectorizedGridSearchCV",
    "VectorizedRandomizedSearchCV",
    "fit_many",
]
