"""The estimators, with scikit-learn's interface."""

from nnteach.estimators.callbacks import EarlyStopping, Snapshots, ValidationMonitor
from nnteach.estimators.checkpoint import Checkpoint
from nnteach.estimators.classifier import MLPClassifierNet
from nnteach.estimators.many import fit_many
from nnteach.estimators.regressor import MLPRegressorNet

__all__ = [
    "Checkpoint",
    "EarlyStopping",
    "MLPClassifierNet",
    "MLPRegressorNet",
    "Snapshots",
    "ValidationMonitor",
    "fit_many",
]
