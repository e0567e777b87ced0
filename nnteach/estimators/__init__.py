"""The estimators, with scikit-learn's interface."""

from nnteach.estimators.classifier import MLPClassifierNet
from nnteach.estimators.many import fit_many
from nnteach.estimators.regressor import MLPRegressorNet

__all__ = ["MLPClassifierNet", "MLPRegressorNet", "fit_many"]
