"""Many estimators fitted to the same data at once."""

from collections.abc import Iterable
from numbers import Integral
from typing import TypeVar

from numpy.typing import ArrayLike

from nnteach.estimators.annotations import Inputs, Targets
from nnteach.estimators.base import BaseMLPNet
from nnteach.estimators.checkpoint import kept_in_folders
from nnteach.estimators.fitting import fit_together
from nnteach.estimators.problem import FitArguments
from nnteach.estimators.sklearn_private import validate_parameter_constraints

Net = TypeVar("Net", bound=BaseMLPNet)


def fit_many(
    estimators: Iterable[Net],
    X: Inputs,
    y: Targets,
    sample_weight: ArrayLike | None = None,
    *,
    X_val: Inputs | None = None,
    y_val: Targets | None = None,
    sample_weight_val: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    n_jobs: int | None = None,
) -> list[Net]:
    """Fit many estimators to the same data, all at once.

    Estimators whose networks share a shape, a loss, a batch size and a solver are
    trained in one vectorised stack, which pays where a step is short: with small
    networks and small batches. A stack is never larger than the processor's cache, and
    where a step is long enough for it, several stacks are trained at once, in as many
    threads as torch has (``torch.get_num_threads``).
    Each gets what its own ``fit`` would have given it: it draws its random numbers
    from its own ``random_state``, has its own learning rate, penalty and tolerance,
    and stops when its own fit would stop.

    Parameters
    ----------
    estimators : iterable of MLPClassifierNet or MLPRegressorNet
        The estimators, each a different object. They are fitted in place.
    X : {array-like, sparse matrix} of shape (n_samples, n_features)
        Training inputs.
    y : {array-like, sparse matrix} of shape (n_samples,) or (n_samples, n_outputs)
        Training targets.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the training samples, at least 0; None gives all the same weight.
    X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
        Validation inputs; see :meth:`MLPClassifierNet.fit`.
    y_val : array-like of shape (n_val,) or (n_val, n_outputs), default=None
        Validation targets.
    sample_weight_val : array-like of shape (n_val,), default=None
        Weights of the validation samples, at least 0; None gives all the same weight.
    groups : array-like of shape (n_samples,), default=None
        Passed to each `validation_fraction` that is a splitter.
    n_jobs : int, default=None
        Number of processes in which stacks are trained. None is one, or what
        ``joblib.parallel_config`` says; -1 is one for each core. With
        ``parallel_config(backend="dask")`` or another backend they may run on other
        machines. See :doc:`/howto/processes`.

    Returns
    -------
    list of MLPClassifierNet or MLPRegressorNet
        The same estimators, fitted, in the order given.

    Raises
    ------
    TypeError
        If `estimators` is not iterable, or an element is not an estimator of this
        package; also where ``fit`` raises it for the data.
    ValueError
        If an estimator is given twice, or a parameter or the data are not valid:
        all estimators are then as they were before. Also if the weights of some grew
        beyond all bounds: those are as they were before, the others are fitted.

    Warns
    -----
    sklearn.exceptions.ConvergenceWarning
        If some training was still improving after `max_iter` epochs.
    UserWarning
        Where ``fit`` warns, but only once for all estimators. Ctrl-C ends the training
        of all; those that have not finished an epoch stay as they were.

    Notes
    -----
    Estimators that share one ``numpy.random.RandomState`` object draw from it in
    turn, and are therefore fitted one after the other.

    The path of a :class:`Checkpoint` that estimators share is a folder with a file for
    each stack. It is removed when all of them are trained.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_moons
    >>> from nnteach import MLPClassifierNet, fit_many
    >>> X, y = make_moons(200, noise=0.2, random_state=0)
    >>> settings = dict(hidden_layer_sizes=(10,), max_iter=20, n_iter_no_change=np.inf)
    >>> nets = [MLPClassifierNet(**settings, random_state=seed) for seed in range(5)]
    >>> accuracies = [net.score(X, y) for net in fit_many(nets, X, y)]
    >>> len(accuracies)
    5
    """
    checked = _check_estimators(estimators)
    validate_parameter_constraints(
        {"n_jobs": [Integral, None]}, {"n_jobs": n_jobs}, "fit_many"
    )
    given = FitArguments(
        X, y, sample_weight, X_val, y_val, sample_weight_val, groups=groups
    )
    with kept_in_folders(checked) as files:
        if fit_together(checked, given, n_jobs=n_jobs):
            files.close()
    return checked


def _check_estimators(estimators: Iterable[Net]) -> list[Net]:
    if not hasattr(estimators, "__iter__"):
        raise TypeError(
            "fit_many expects a list of MLPClassifierNet and MLPRegressorNet "
            f"estimators. Got {estimators!r} instead."
        )
    estimators = list(estimators)
    for index, estimator in enumerate(estimators):
        if not isinstance(estimator, BaseMLPNet):
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
