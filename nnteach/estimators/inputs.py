"""The data that a fitted estimator is given, and a short check of plain ones."""

import numpy as np
from sklearn import get_config
from sklearn.utils.validation import check_is_fitted, validate_data

from nnteach.estimators.numeric_data import check_numeric

FLOATS = (np.float64, np.float32)


def check_inputs(estimator, X):
    """Check inputs as scikit-learn does.

    Parameters
    ----------
    estimator : BaseMLPNet
    X : {array-like, sparse matrix} of shape (n_samples, n_features)

    Returns
    -------
    ndarray or CSR matrix of shape (n_samples, n_features)
        In float64 or float32.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If the estimator is not fitted.
    ValueError, TypeError
        If X is not valid, or is unlike what the estimator was fitted to.
    """
    if is_plain(estimator, X):
        return X
    check_is_fitted(estimator)
    check_numeric(X, "X")
    return validate_data(estimator, X, accept_sparse="csr", dtype=FLOATS, reset=False)


def is_plain(estimator, X):
    """Whether X is an array in which scikit-learn's check would find nothing to say.

    Of a few rows, that check takes several times as long as a prediction.
    """
    fitted = vars(estimator)
    return (
        type(X) is np.ndarray
        and X.dtype.type in FLOATS
        and X.dtype.isnative
        and X.ndim == 2
        and len(X) > 0
        and X.shape[1] == fitted.get("n_features_in_")
        and "coefs_" in fitted
        and "feature_names_in_" not in fitted
        and _is_finite(X)
    )


def are_plain(estimator, X, y):
    """Whether X, and y as a vector of numbers or labels, would pass that check too."""
    return (
        type(y) is np.ndarray
        and y.dtype.kind in "biufU"
        and y.ndim == 1
        and is_plain(estimator, X)
        and len(y) == len(X)
        and (y.dtype.kind != "f" or _is_finite(y))
    )


def _is_finite(numbers):
    # where this sum overflows, the long check looks at every number
    with np.errstate(over="ignore", invalid="ignore"):
        return get_config()["assume_finite"] or np.isfinite(numbers.sum())
