"""The validation set: handed over by the user, or split off the training data."""

import copy
from numbers import Real

import numpy as np
from sklearn.base import is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import train_test_split
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import validate_data

from nnteach.engine.data import Samples
from nnteach.engine.network import unpack
from nnteach.engine.task import Validation
from nnteach.estimators.parameters import check_score
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


def choose_parts(estimator, targets, X, y, groups, random_state):
    """Choose which samples to train and which to validate on.

    Parameters
    ----------
    estimator : BaseMLPNet
        Its ``validation_fraction`` is a fraction or a splitter.
    targets : ndarray of shape (n_samples, n_outputs)
    X, y, groups : object
        As they were passed to ``fit``, and are to a splitter.
    random_state : RandomState

    Returns
    -------
    rows, validation_rows : ndarray of int
    """
    if not isinstance(estimator.validation_fraction, Real):
        return _split_by_splitter(
            estimator.validation_fraction, len(targets), X, y, groups
        )
    if groups is not None:
        raise ValueError(
            f"groups was given with validation_fraction="
            f"{estimator.validation_fraction}, which splits regardless of groups; set "
            "validation_fraction to a splitter that keeps groups together, such as "
            "sklearn.model_selection.GroupShuffleSplit()."
        )
    one_label = is_classifier(estimator) and targets.shape[1] == 1
    return _split_by_fraction(
        estimator.validation_fraction,
        len(targets),
        stratify=targets if one_label else None,
        random_state=random_state,
    )


def _split_by_fraction(fraction, n_samples, **arguments):
    """Split as scikit-learn does, and a few samples so that two are set aside."""
    too_few = 0 < fraction * n_samples <= 1
    try:
        return train_test_split(
            np.arange(n_samples), test_size=2 if too_few else fraction, **arguments
        )
    except ValueError as error:
        raise ValueError(
            f"early_stopping=True cannot set validation_fraction={fraction} of "
            f"n_samples={n_samples} aside: {error} Pass more samples, or X_val and "
            "y_val, or another validation_fraction."
        ) from error


def _split_by_splitter(splitter, n_samples, X, y, groups):
    try:
        return _take_first_split(splitter, n_samples, X, y, groups)
    except Exception as error:
        raise ValueError(
            f"validation_fraction={splitter!r} cannot split n_samples={n_samples} "
            f"into training and validation samples: {error}"
        ) from error


def _take_first_split(splitter, n_samples, X, y, groups):
    if isinstance(splitter, type):
        name = splitter.__name__
        raise TypeError(f"It is a class; pass an instance of it: {name}().")
    arguments = {} if groups is None else {"groups": groups}
    split = next(iter(splitter.split(X, y, **arguments)), None)
    if split is None:
        raise ValueError("It yields no split.")
    rows, validation_rows = (np.arange(n_samples)[part] for part in split)
    if len(rows) < 1 or len(validation_rows) < 2:
        raise ValueError(
            "At least 1 sample to train and 2 to validate on are needed. Got "
            f"{len(rows)} and {len(validation_rows)}."
        )
    n_common = len(np.intersect1d(rows, validation_rows))
    if n_common:
        raise ValueError(f"{n_common} samples are in both parts.")
    return rows, validation_rows


def split_off(estimator, samples, y, rows, validation_rows):
    """Train on some of the samples and validate on others.

    Returns
    -------
    rows : ndarray of shape (n_train,)
        The rows of the samples that are trained on.
    Validation
    """
    weight = samples.score_weight
    for purpose, part in (("train", rows), ("validate", validation_rows)):
        if weight is not None and not weight[part].any():
            raise ValueError(
                f"All {len(part)} samples to {purpose} on have weight 0; pass X_val "
                "and y_val, or a splitter as validation_fraction, to choose others."
            )
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
    scorer = check_scoring(estimator, estimator.scoring)
    name = type(estimator).__name__
    candidate = copy.copy(estimator)
    parts = [
        (X, y, {} if weight is None else {"sample_weight": weight})
        for X, y, weight in (training_set, validation_set)
    ]

    def score(parameters):
        if not np.isfinite(parameters).all():
            return np.nan, np.nan
        candidate.coefs_, candidate.intercepts_ = unpack(
            candidate.architecture_, parameters
        )
        return tuple(
            check_score(scorer(candidate, X, y, **weight), name)
            for X, y, weight in parts
        )

    return score
