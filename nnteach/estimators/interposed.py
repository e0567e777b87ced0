"""How to get at the data that a network inside other estimators is fitted to."""

import copy
import functools
import inspect

from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline

from nnteach.estimators.base import BaseMLPNet
from nnteach.estimators.problem import FitArguments


def with_fit(estimator, fit):
    """Clone an estimator, and interpose a function where its fit is called.

    Parameters
    ----------
    estimator : estimator
    fit : callable
        ``fit(estimator, X, y, **params)`` is called in place of the method, with a
        clone that from then on is of the estimator's own class, and returns it.

    Returns
    -------
    estimator
        Its class is derived from the estimator's own and differs in its ``fit`` alone;
        so do its clones.
    """
    kind = type(estimator)

    class Interposed(kind):
        @functools.wraps(kind.fit)
        def fit(self, X, y=None, **params):
            self.__class__ = kind
            return fit(self, X, y, **params)

        def __copy__(self):
            plain = _make_empty(kind)
            plain.__dict__.update(vars(self))
            return copy.copy(plain)

        def __reduce_ex__(self, protocol):
            # a callback may pickle it: as what it is for everybody but this module
            return _make_empty, (kind,), self.__getstate__()

    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(Interposed, name, getattr(kind, name))
    interposed = clone(estimator)
    interposed.__class__ = Interposed
    return interposed


def _make_empty(kind):
    return object.__new__(kind)


def path_to_network(estimator):
    """Find the network in a pipeline or under a transformation of the targets.

    Parameters
    ----------
    estimator : object

    Returns
    -------
    list of str or None
        The names that lead to it, of which there are none if it is the estimator
        itself. None if there is no network.
    """
    if isinstance(estimator, BaseMLPNet):
        return []
    if isinstance(estimator, Pipeline) and estimator.steps:
        name, inner = estimator.steps[-1]
    elif isinstance(estimator, TransformedTargetRegressor):
        name, inner = "regressor", estimator.regressor
    else:
        return None
    path = path_to_network(inner)
    return None if path is None else [name, *path]


def network_at(estimator, path):
    """The network to which ``path_to_network`` has found the path."""
    return estimator.get_params()["__".join(path)] if path else estimator


def fitted_network_at(estimator, path):
    """The fitted network in a fitted estimator."""
    for name in path:
        is_pipeline = isinstance(estimator, Pipeline)
        estimator = estimator[name] if is_pipeline else estimator.regressor_
    return estimator


def fit_up_to_network(estimator, path, X, y, params):
    """Fit everything but the network.

    Parameters
    ----------
    estimator : estimator
        It is fitted in place. Once the network is trained, so is the estimator.
    path : list of str
        Leads to the network.
    X, y, params
        What its ``fit`` is called with.

    Returns
    -------
    BaseMLPNet, FitArguments
        The network that is to be trained, and what it is to be trained on.
    """
    if not path:
        return estimator, _fit_arguments(estimator, X, y, **params)
    received = []

    def receive(network, X, y=None, **params):
        received.append((network, _fit_arguments(network, X, y, **params)))
        return network

    original = network_at(estimator, path)
    interposed = with_fit(original, receive)
    estimator.set_params(**{"__".join(path): interposed})
    estimator.fit(X, y, **params)
    # where a clone of it was fitted, it is still a parameter of the estimator
    interposed.__class__ = type(original)
    return received.pop()


def _fit_arguments(network, X, y, **params):
    # an unknown parameter is the error that it is in a fit
    try:
        inspect.signature(network.fit).bind(X, y, **params)
    except TypeError as error:
        raise TypeError(f"{type(network).__name__}.fit() {error}") from error
    return FitArguments(X, y, **params)
