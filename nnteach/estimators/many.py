"""Fitting many estimators at once, in stacks of networks of one shape."""

import warnings
from collections import Counter
from contextlib import contextmanager

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from nnteach.engine.training import train


def fit_many(
    estimators,
    X,
    y,
    sample_weight=None,
    *,
    X_val=None,
    y_val=None,
    sample_weight_val=None,
):
    """Fit many estimators to the same data, all at once.

    Estimators whose networks share a shape, a loss, a batch size and a solver are
    trained in one vectorised stack, so that 20 seeds cost a few times one fit. Each
    gets what its own ``fit`` would have given it: it draws its random numbers from
    its own ``random_state``, has its own learning rate, penalty and tolerance, and
    stops when its own fit would stop.

    Parameters
    ----------
    estimators : iterable of MLPClassifierNet or MLPRegressorNet
        The estimators, each a different object. They are fitted in place.
    X : {array-like, sparse matrix} of shape (n_samples, n_features)
        Training inputs.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Training targets.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the training samples; None weighs all the same.
    X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
        Validation inputs; see :meth:`MLPClassifierNet.fit`.
    y_val : array-like of shape (n_val,) or (n_val, n_outputs), default=None
        Validation targets.
    sample_weight_val : array-like of shape (n_val,), default=None
        Weights of the validation samples.

    Returns
    -------
    list of MLPClassifierNet or MLPRegressorNet
        The same estimators, fitted, in the order given.

    Raises
    ------
    TypeError
        If an element is not an estimator of this package.
    ValueError
        If an estimator is given twice, or a parameter or the data are not valid.
        All estimators are then as they were before.

    Notes
    -----
    Estimators that share one ``numpy.random.RandomState`` object draw from it in
    turn, and are therefore fitted one after the other.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_moons
    >>> from nnteach import MLPClassifierNet, fit_many
    >>> X, y = make_moons(200, noise=0.2, random_state=0)
    >>> nets = [
    ...     MLPClassifierNet((10,), max_iter=20, n_iter_no_change=np.inf, random_state=seed)
    ...     for seed in range(5)
    ... ]
    >>> accuracies = [net.score(X, y) for net in fit_many(nets, X, y)]
    >>> len(accuracies)
    5
    """
    estimators = _check_estimators(estimators)
    train_estimators(
        estimators,
        X=X,
        y=y,
        sample_weight=sample_weight,
        X_val=X_val,
        y_val=y_val,
        sample_weight_val=sample_weight_val,
    )
    return estimators


def train_estimators(estimators, *, incremental=False, **data):
    """Train estimators on the same data, or leave all of them as they were."""
    networks = []
    with unchanged_on_error(estimators):
        for turn in _turns(estimators):
            networks += _train_together(turn, data, incremental)
    _warn(networks)


def _check_estimators(estimators):
    estimators = list(estimators)
    for index, estimator in enumerate(estimators):
        if not hasattr(estimator, "_prepare_training"):
            raise TypeError(
                "fit_many expects MLPClassifierNet and MLPRegressorNet estimators. "
                f"Got {estimator!r} at position {index} instead."
            )
    if len({id(estimator) for estimator in estimators}) < len(estimators):
        raise ValueError(
            "fit_many got the same estimator object more than once; pass copies made "
            "with sklearn.base.clone, each with a random_state of its own."
        )
    return estimators


def _turns(estimators):
    """Split into lists of estimators that draw from different random states."""
    shared = Counter(
        id(estimator.random_state)
        for estimator in estimators
        if isinstance(estimator.random_state, np.random.RandomState)
    )
    together = [e for e in estimators if shared[id(e.random_state)] <= 1]
    alone = [[e] for e in estimators if shared[id(e.random_state)] > 1]
    return [turn for turn in (together, *alone) if turn]


def _train_together(estimators, data, incremental):
    """Train the estimators' networks in as few stacks as their shapes allow."""
    networks, shared = [], {}
    for estimator in estimators:
        network = estimator._prepare_training(**data, incremental=incremental)
        # the same data, checked and encoded: one copy serves all
        kind = (type(estimator), network.parameters.dtype, network.architecture)
        network.share_samples(shared.setdefault(kind, network))
        networks.append(network)
    stacks = {}
    for network in networks:
        stacks.setdefault(network.stack_key, []).append(network)
    for stack in stacks.values():
        train(stack, one_epoch=incremental)
    for estimator, network in zip(estimators, networks, strict=True):
        estimator._finish_training(network)
    return networks


def _warn(networks):
    """Warn as scikit-learn does, once for all networks."""
    if any(network.state.interrupted for network in networks):
        warnings.warn("Training interrupted by user.", stacklevel=5)
    limits = {
        network.settings.max_iter
        for network in networks
        if network.state.reached_max_iter
        and np.isfinite(network.settings.n_iter_no_change)
    }
    for max_iter in sorted(limits):
        warnings.warn(
            f"Stochastic Optimizer: Maximum iterations ({max_iter}) reached and the "
            "optimization hasn't converged yet.",
            ConvergenceWarning,
            stacklevel=5,
        )


@contextmanager
def unchanged_on_error(estimators):
    """Give the estimators back the attributes they had if fitting them fails."""
    before = [vars(estimator).copy() for estimator in estimators]
    try:
        yield
    except BaseException:
        for estimator, attributes in zip(estimators, before, strict=True):
            vars(estimator).clear()
            vars(estimator).update(attributes)
        raise
