"""Scorers of scikit-learn and of users: what they take, and what becomes of errors."""

import copy
import inspect
import math
import warnings
from collections.abc import Mapping

import numpy as np
from sklearn.metrics import check_scoring

from nnteach.estimators.parameters import check_score
from nnteach.estimators.targets import targets_of


def takes_sample_weight(scorer):
    """Whether a scorer can be called with ``sample_weight``.

    Parameters
    ----------
    scorer : callable
        One of scikit-learn's, or ``scorer(estimator, X, y)``.
    """
    # scikit-learn's scorers pass it on to their metric, which may not take it
    function = getattr(scorer, "_score_func", scorer)
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # of some functions that are not written in Python
        return False
    return any(
        parameter.name == "sample_weight" or parameter.kind is parameter.VAR_KEYWORD
        for parameter in parameters
    )


def compute_scores(scorer, estimator, X, y, weight=None, *, scoring, owner, name):
    """Call a scorer; NaN where the network's outputs are not finite.

    Parameters
    ----------
    scorer : callable
    estimator : BaseMLPNet
        A fitted network.
    X, y : object
    weight : ndarray of shape (n_samples,) or None
        Weights of the samples, for a scorer that takes them.
    scoring : object
        What the user passed, for an error to name.
    owner : str
        Name of what the user passed it to.
    name : str
        What the error calls the data.

    Returns
    -------
    float, or dict of str to float
        As many as the scorer gives.

    Raises
    ------
    ValueError
        If the scorer raises an error, or gives what is no number.
    """
    further = {} if weight is None else {"sample_weight": weight}
    is_suspect = not math.isfinite(estimator.loss_) and not _is_finite(estimator, X)
    try:
        scores = np.nan if is_suspect else scorer(estimator, X, y, **further)
    except (AttributeError, TypeError, ValueError) as error:
        if _is_finite(estimator, X):
            raise _cannot_score(scoring, owner, name, error) from error
        scores = np.nan
    if isinstance(scores, Mapping):
        return {key: check_score(score, owner) for key, score in scores.items()}
    return check_score(scores, owner)


def _is_finite(estimator, X):
    with np.errstate(all="ignore"):
        return bool(np.isfinite(estimator._compute_outputs(X)).all())


def check_named_scoring(estimator, scoring, X, y, *, owner, name):
    """Raise before training what a scorer would raise at any prediction.

    scikit-learn's named scorers are asked to score predictions without a fault, at
    which some raise an error: they are for targets of another kind, or they need all
    classes. A scorer of the user's own is not called for this.

    Parameters
    ----------
    estimator : BaseMLPNet
        It has the attributes that the training data have told.
    scoring : object
        Anything that is no name is passed over.
    X, y : object
        The data to score on.
    owner, name : str
        As in ``compute_scores``.

    Raises
    ------
    ValueError
        Which names the scorer and the data.
    """
    if not isinstance(scoring, str) or scoring == "loss":
        return
    perfect = _without_a_fault(estimator, y, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check_scoring(estimator, scoring)(perfect, X, y)
    except (AttributeError, TypeError, ValueError) as error:
        raise _cannot_score(scoring, owner, name, error) from error


def _without_a_fault(estimator, y, name):
    """A copy of an estimator that predicts y, whatever it is asked."""

    def predict(X):
        return np.asarray(y)

    def predict_proba(X):
        return targets.probabilities(encoded.astype(float))

    targets = targets_of(estimator)
    encoded = targets.check_and_encode(y, name)
    perfect = copy.copy(estimator).set_callbacks()
    perfect.predict = predict
    if hasattr(estimator, "predict_proba"):
        perfect.predict_proba = predict_proba
    return perfect


def _cannot_score(scoring, owner, name, error):
    return ValueError(
        f"The 'scoring' parameter of {owner}, {scoring!r}, cannot score on {name}: "
        f"{error}"
    )
