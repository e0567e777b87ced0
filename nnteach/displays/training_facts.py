"""What a fitted estimator tells about its training, besides the history."""

from math import ceil

import numpy as np
from sklearn.base import is_classifier

from nnteach.estimators.base import BaseMLPNet
from nnteach.estimators.parameters import batch_size_for

LOSS_NAMES = {
    "log_loss": "cross-entropy",
    "squared_error": "half the squared error",
    "poisson": "half the Poisson deviance",
}


def batches_per_epoch(estimator: BaseMLPNet) -> int | None:
    """Return the number of batches in an epoch, or None if it cannot be known."""
    n_epochs = len(estimator.loss_curve_)  # of all fits, as t_ counts the samples
    if n_epochs == 0 or estimator.t_ % n_epochs != 0:
        return None
    n_samples = estimator.t_ // n_epochs
    return ceil(n_samples / batch_size_for(estimator, n_samples))


def best_epoch(estimator: BaseMLPNet) -> int | None:
    """Return the epoch whose weights were kept, from 1; None without early stopping."""
    if not estimator.validation_scores_:
        return None
    return int(np.argmax(estimator.validation_scores_)) + 1


def metric_names(estimator: BaseMLPNet) -> dict[str, str]:
    """Return how loss and score of an estimator are called on an axis."""
    loss = LOSS_NAMES.get(getattr(estimator, "loss", "log_loss"))
    return {
        "loss": "loss" if loss is None else f"loss ({loss})",
        "score": "accuracy" if is_classifier(estimator) else "R²",
    }
