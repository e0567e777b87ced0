"""The validation set: handed over by the user, or split off the training data."""

import copy
from numbers import Real

import numpy as np
from sklearn.base import is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import train_test_split
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import validate_data

from nnteach.engine.network.layout import unpack
from nnteach.engine.samples.samples import Samples
from nnteach.engine.training.problem import Validation
from nnteach.estimators.numeric_data import check_numeric
from nnteach.estimators.parameters import starts_from_best
from nnteach.estimators.scoring import (
    check_named_scoring,
    compute_scores,
    takes_sample_weight,
)
from nnteach.estimators.sklearn_private import _check_sample_weight, _safe_indexing
from nnteach.estimators.targets import targets_of


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


def check_weight(sample_weight, X, name="sample_weight"):
    """The weights of the samples in X, one for each, as an array of X's dtype."""
    try:
        return _check_sample_weight(
            sample_weight, X, dtype=X.dtype, ensure_non_negative=True
        )
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} must be None or an array-like of shape ({X.shape[0]},): {error}"
        ) from error


def check_further_data(estimator, X_val, y_val, dtype):
    """Check a validation set against what the estimator is trained on.

    Parameters
    ----------
    estimator : BaseMLPNet
        It knows its training data already, fitted or about to be.
    X_val, y_val : object
        As the user passed them.
    dtype : dtype or tuple of dtype

    Returns
    -------
    X_val : ndarray or CSR matrix, of shape (n_val, n_features)
    targets : ndarray of shape (n_val, n_outputs)
    """
    check_numeric(X_val, "X_val")
    try:
        X_val = validate_data(
            estimator, X_val, accept_sparse="csr", dtype=dtype, reset=False
        )
    except ValueError as error:
        raise ValueError(f"X_val does not fit X: {error}") from error
    targets = targets_of(estimator)
    encoded = targets.check_and_encode(y_val, "y_val")
    try:
        check_consistent_length(X_val, encoded)
    except ValueError as error:
        raise ValueError(f"X_val and y_val do not fit each other: {error}") from error
    return X_val, targets.in_samples(encoded, X_val.dtype)


def use_given_set(estimator, samples, given, y):
    """Train on all samples and validate on the user's set.

    Parameters
    ----------
    estimator : BaseMLPNet
    samples : Samples
        The training samples.
    given : FitArguments
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Training targets, checked and not yet encoded.

    Returns
    -------
    rows : ndarray of shape (n_samples,)
        The training rows of the samples.
    Validation
    """
    checked, targets = check_further_data(
        estimator, given.X_val, given.y_val, samples.X.dtype
    )
    weight = given.sample_weight_val
    if weight is not None:
        weight = check_weight(weight, checked, "sample_weight_val")
    validation = _make_validation(
        estimator,
        Samples(checked, targets, score_weight=weight, device=samples.device),
        np.arange(len(targets)),
        (_as_given(estimator, given.X, samples.X), y, samples.score_weight),
        (_as_given(estimator, given.X_val, checked), given.y_val, weight),
    )
    return np.arange(len(y)), validation


def choose_rows(estimator, y, n_outputs, given, random_state):
    """Choose which samples to train and which to validate on.

    Parameters
    ----------
    estimator : BaseMLPNet
        Its ``validation_fraction`` is a fraction or a splitter.
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Targets, checked and not yet encoded.
    n_outputs : int
        Number of the network's outputs.
    given : FitArguments
    random_state : RandomState

    Returns
    -------
    rows, validation_rows : ndarray of int
    """
    fraction, groups = estimator.validation_fraction, given.groups
    if not isinstance(fraction, Real):
        return _split_by_splitter(fraction, len(y), given)
    if groups is not None:
        raise ValueError(
            f"groups was given with validation_fraction={fraction}, which splits "
            "regardless of groups; set validation_fraction to a splitter that keeps "
            "groups together, such as sklearn.model_selection.GroupShuffleSplit()."
        )
    one_label = is_classifier(estimator) and n_outputs == 1
    return _split_by_fraction(
        fraction,
        len(y),
        stratify=y if one_label else None,
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


def _split_by_splitter(splitter, n_samples, given):
    try:
        return _take_first_split(splitter, n_samples, given)
    except Exception as error:
        raise ValueError(
            f"validation_fraction={splitter!r} cannot split n_samples={n_samples} "
            f"into training and validation samples: {error}"
        ) from error


def _take_first_split(splitter, n_samples, given):
    if isinstance(splitter, type):
        name = splitter.__name__
        raise TypeError(f"It is a class; pass an instance of it: {name}().")
    arguments = {} if given.groups is None else {"groups": given.groups}
    split = next(iter(splitter.split(given.X, given.y, **arguments)), None)
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


def set_rows_aside(estimator, samples, given, y, rows, validation_rows):
    """Train on some of the samples and validate on others.

    Parameters
    ----------
    estimator : BaseMLPNet
    samples : Samples
    given : FitArguments
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Targets, checked and not yet encoded.
    rows, validation_rows : ndarray of int

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
    X = _as_given(estimator, given.X, samples.X)
    training_set, validation_set = (
        (_safe_indexing(X, part), y[part], None if weight is None else weight[part])
        for part in (rows, validation_rows)
    )
    validation = _make_validation(
        estimator, samples, validation_rows, training_set, validation_set
    )
    return rows, validation


def _as_given(estimator, X, checked):
    """X as it was passed to ``fit`` where its columns have names, else as checked.

    A scorer hands it to the estimator's public methods, which expect those names.
    """
    has_names = hasattr(estimator, "feature_names_in_") and hasattr(X, "columns")
    return X if has_names else checked


def _make_validation(estimator, samples, rows, training_set, validation_set):
    scoring = estimator.scoring
    is_foreign = scoring is not None and scoring != "loss"
    scorer = check_scoring(estimator, scoring) if is_foreign else None
    sets = {"the training samples": training_set, "the validation set": validation_set}
    is_weighted = any(weight is not None for _, _, weight in sets.values())
    drops_weight = is_foreign and is_weighted and not takes_sample_weight(scorer)
    if drops_weight:
        sets = {name: (X, y, None) for name, (X, y, _) in sets.items()}
    for name, (X, y, _) in sets.items():
        check_named_scoring(
            estimator, scoring, X, y, owner=type(estimator).__name__, name=name
        )
    return Validation(
        samples=samples,
        rows=rows,
        score=targets_of(estimator).score,
        scorer=_score_of_parameters(estimator, scorer, sets) if is_foreign else None,
        monitor_loss=scoring == "loss",
        drops_weight=drops_weight,
    )


def _score_of_parameters(estimator, scorer, sets):
    """Make of a scorer a function of the network's parameters."""
    candidate = copy.copy(estimator).set_callbacks()
    candidate.n_iter_ = -1 if starts_from_best(estimator) else 0
    candidate.loss_ = 0.0  # not known here, and no reason to look at the outputs

    def score(parameters):
        candidate.n_iter_ += 1
        if not np.isfinite(parameters).all():
            return np.nan, np.nan
        candidate.coefs_, candidate.intercepts_ = unpack(
            candidate.architecture_, parameters
        )
        return tuple(
            compute_scores(
                scorer,
                candidate,
                X,
                y,
                weight,
                scoring=estimator.scoring,
                owner=type(estimator).__name__,
                name=name,
            )
            for name, (X, y, weight) in sets.items()
        )

    return score
