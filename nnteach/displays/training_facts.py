"""What a fitted estimator tells about its training, besides the history."""

from sklearn.base import is_classifier

from nnteach.estimators.base import BaseMLPNet

LOSS_NAMES = {
    "log_loss": "cross-entropy",
    "squared_error": "half the squared error",
    "poisson": "half the Poisson deviance",
}


def batches_per_epoch(estimator: BaseMLPNet) -> int | None:
    """Return how often an epoch changes the weights, or None if epochs differ."""
    return estimator._training_state.updates_per_epoch


def best_epoch(estimator: BaseMLPNet) -> int | None:
    """Return the epoch whose weights were kept, from 1; None without early stopping."""
    if not estimator.validation_scores_:
        return None
    return estimator._training_state.best_epoch


def metric_names(estimator: BaseMLPNet) -> dict[str, str]:
    """Return how loss and score of an estimator are called on an axis."""
    loss = LOSS_NAMES.get(getattr(estimator, "loss", "log_loss"))
    score = "accuracy" if is_classifier(estimator) else "R²"
    return {
        "loss": "loss" if loss is None else f"loss ({loss})",
        "score": estimator._training_state.score_name or score,
    }
