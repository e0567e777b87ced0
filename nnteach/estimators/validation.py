"""The validation set: handed over by the user, or split off the training data."""

import copy

import numpy as np
from sklearn.base import is_classifier
from sklearn.metrics import get_scorer
from sklearn.model_selection import train_test_split
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import validate_data

from nnteach.engine.data import Samples
from nnteach.engine.network import unpack
from nnteach.engine.task import Validation
from nnteach.estimators.sklearn_private import _check_sample_weight


def check_given_together(X_val, y_val, sample_weight_val):
    """Raise if a part of the validation set is missing."""
    if (X_val is None) != (y_val is None):
        given, missing = ("X_val", "y_val") if y_val is None else ("y_val", "X_val")
        raise ValueError(
            f"{given} was given without {missing}; pass both, or neither and "
            "early_stopping=True to split X."
        )
    if sample_weight_val is not None and X_val is None:
        raise ValueError("sample_weight_val was given without X_val and y_val.")


def use_given_set(estimator, samples, y, X_val, y_val, sample_weight_val):
    """Train on all samples and validate on the user's set.

    Returns
    -------
    rows : ndarray of shape (n_samples,)
        The training rows of the samples.
    Validation
    """
    dtype = samples.y.dtype
    try:
        X_val = validate_data(
            estimator, X_val, accept_sparse="csr", dtype=dtype, reset=False
        )
    except ValueError as error:
        raise ValueError(f"X_val does not fit X: {error}") from error
    targets = estimator._encode_further_targets(y_val, "y_val").astype(dtype)
    try:
        check_consistent_length(X_val, targets)
        if sample_weight_val is not None:
            sample_weight_val = _check_sample_weight(
                sample_weight_val, X_val, dtype=dtype
            )
    except ValueError as error:
        raise ValueError(
            f"X_val, y_val and sample_weight_val do not fit each other: {error}"
        ) from error
    validation = _make_validation(
        estimator,
        Samples(X_val, targets, score_weight=sample_weight_val, device=samples.device),
        np.arange(len(targets)),
        (samples.X, y, samples.score_weight),
        (X_val, y_val, sample_weight_val),
    )
    return np.arange(len(y)), validation


def split_off(estimator, samples, y, random_state):
    """Set a part of the samples aside, the same as scikit-learn does.

    Returns
    -------
    rows : ndarray of shape (n_train,)
        The rows of the samples that are left for training.
    Validation
    """
    one_label = is_classifier(estimator) and samples.y.shape[1] == 1
    rows, validation_rows = train_test_split(
        np.arange(len(y)),
        random_state=random_state,
        test_size=estimator.validation_fraction,
        stratify=samples.y if one_label else None,
    )
    if len(validation_rows) < 2:
        raise ValueError(
            "The validation set is too small. Increase 'validation_fraction' "
            "or the size of your dataset."
        )
    weight = samples.score_weight
    training_set, validation_set = (
        (samples.X[part], y[part], None if weight is None else weight[part])
        for part in (rows, validation_rows)
    )
    validation = _make_validation(
        estimator, samples, validation_rows, training_set, validation_set
    )
    return rows, validation


def _make_validation(estimator, samples, rows, training_set, validation_set):
    return Validation(
        samples=samples,
        rows=rows,
        score=estimator._choose_score(),
        scorer=_parameter_scorer(estimator, training_set, validation_set),
        monitor_loss=estimator.scoring == "loss",
    )


def _parameter_scorer(estimator, training_set, validation_set):
    """Make of a scikit-learn scorer a function of the network's parameters."""
    if estimator.scoring is None or estimator.scoring == "loss":
        return None
    scorer = get_scorer(estimator.scoring)
    candidate = copy.copy(estimator)

    def score(parameters):
        if not np.isfinite(parameters).all():
            return np.nan, np.nan
        candidate.coefs_, candidate.intercepts_ = unpack(
            candidate.architecture_, parameters
        )
        return tuple(
            scorer(candidate, X, y)
            if weight is None
            else scorer(candidate, X, y, sample_weight=weight)
            for X, y, weight in (training_set, validation_set)
        )

    return score
