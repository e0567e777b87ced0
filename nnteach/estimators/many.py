"""Fitting many estimators at once, in stacks of networks of one shape."""

import copy
import warnings
from collections import Counter
from contextlib import ExitStack

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from nnteach.engine.training import train
from nnteach.estimators.callbacks import calling_callbacks
from nnteach.estimators.sklearn_private import _check_optimize_result

DIVERGED = (
    "Solver produced non-finite parameter weights. The input data may contain large "
    "values and need to be preprocessed."
)


def fit_many(
    estimators,
    X,
    y,
    sample_weight=None,
    *,
    X_val=None,
    y_val=None,
    sample_weight_val=None,
    groups=None,
):
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
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Training targets.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the training samples, at least 0; None weighs all the same.
    X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
        Validation inputs; see :meth:`MLPClassifierNet.fit`.
    y_val : array-like of shape (n_val,) or (n_val, n_outputs), default=None
        Validation targets.
    sample_weight_val : array-like of shape (n_val,), default=None
        Weights of the validation samples, at least 0.
    groups : array-like of shape (n_samples,), default=None
        Passed to the splitters that `validation_fraction` may be.

    Returns
    -------
    list of MLPClassifierNet or MLPRegressorNet
        The same estimators, fitted, in the order given.

    Raises
    ------
    TypeError
        If an element is not an estimator of this package.
    ValueError
        If an estimator is given twice, or a parameter or the data are not valid:
        all estimators are then as they were before. Also if the weights of some grew
        beyond all bounds: those are as they were before, the others are fitted.

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
    >>> settings = dict(hidden_layer_sizes=(10,), max_iter=20, n_iter_no_change=np.inf)
    >>> nets = [MLPClassifierNet(**settings, random_state=seed) for seed in range(5)]
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
        groups=groups,
    )
    return estimators


def train_estimators(estimators, *, incremental=False, **data):
    """Train estimators on the same data; one that fails stays as it was."""
    trained, diverged = [], []
    for turn in _turns(estimators):
        # work on copies, so that an error leaves the estimators untouched
        drafts = [copy.copy(estimator) for estimator in turn]
        shared = {}
        tasks = [prepare_task(draft, data, shared, incremental) for draft in drafts]
        train_tasks(drafts, tasks, [data] * len(drafts), incremental)
        trained += zip(turn, drafts, tasks, strict=True)
    for estimator, draft, task in trained:
        if task.has_finite_parameters:
            vars(estimator).clear()
            vars(estimator).update(vars(draft))
        else:
            diverged.append(estimator)
    if diverged:
        _raise_for_divergence(diverged, estimators)
    warn_of_trainings(
        [estimator for estimator, _, _ in trained], [task for _, _, task in trained]
    )


def _check_estimators(estimators):
    if not hasattr(estimators, "__iter__"):
        raise TypeError(
            "fit_many expects a list of MLPClassifierNet and MLPRegressorNet "
            f"estimators. Got {estimators!r} instead."
        )
    estimators = list(estimators)
    for index, estimator in enumerate(estimators):
        if isinstance(estimator, type) or not hasattr(estimator, "_prepare_training"):
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


def prepare_task(draft, data, shared, incremental=False):
    """Make of an estimator and the data a task for the engine.

    Parameters
    ----------
    draft : BaseMLPNet
        A copy, since a preparation that fails leaves it half done.
    data : dict
        The arguments of ``fit``.
    shared : dict
        One for all estimators with the same data: it makes them share the samples.
    incremental : bool, default=False
        Whether for ``partial_fit``.

    Returns
    -------
    TrainingTask
    """
    task = draft._prepare_training(**data, incremental=incremental)
    # the same data, checked and encoded: one copy serves all
    kind = (
        type(draft),
        task.parameters.dtype,
        task.architecture,
        task.settings.device,
        str(getattr(draft, "class_weight", None)),
    )
    task.share_samples(shared.setdefault(kind, task))
    return task


def train_tasks(drafts, tasks, datasets, incremental=False):
    """Train the estimators' networks in as few stacks as their shapes allow.

    Parameters
    ----------
    drafts : list of BaseMLPNet
        They become fitted, except those that diverge.
    tasks : list of TrainingTask
        One for each estimator.
    datasets : list of dict
        The arguments of ``fit`` from which each task was made, for its callbacks.
    incremental : bool, default=False
        Train for a single epoch.
    """
    with ExitStack() as callbacks:
        end_fit = {
            draft: callbacks.enter_context(
                calling_callbacks(draft, task, data, incremental)
            )
            for draft, task, data in zip(drafts, tasks, datasets, strict=True)
            if hasattr(draft, "_skl_callbacks")
        }
        train(tasks, one_epoch=incremental)
        for draft, task in zip(drafts, tasks, strict=True):
            if task.has_finite_parameters:
                draft._take_over(task.learnt_parameters, task.state)
                if draft in end_fit:
                    end_fit[draft]()


def _raise_for_divergence(diverged, estimators):
    message = DIVERGED
    if len(estimators) > 1:
        positions = [estimators.index(estimator) for estimator in diverged]
        message += (
            f" This happened to the estimators at the positions {positions}, which are "
            "as they were before; the others are fitted."
        )
    raise ValueError(message)


def warn_of_trainings(estimators, tasks):
    """Warn as scikit-learn does and of scores that are not there, once for all."""
    if any(
        estimator.solver != "lbfgs"
        and estimator.batch_size != "auto"
        and estimator.batch_size > task.settings.batch_size
        for estimator, task in zip(estimators, tasks, strict=True)
    ):
        warnings.warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to "
            "be clipped",
            stacklevel=4,
        )
    if any(task.state.interrupted for task in tasks):
        message = "Training interrupted by user."
        n_untrained = sum(task.state.n_iter == 0 for task in tasks)
        if n_untrained and len(tasks) > 1:
            message += (
                f" {n_untrained} of the {len(tasks)} networks had not finished an "
                "epoch."
            )
        warnings.warn(message, stacklevel=4)
    states = [task.state for task in tasks]
    if any(state.monitored_scores and state.best_score == -np.inf for state in states):
        warnings.warn(
            "Early stopping met no validation score that is a number, so that no epoch "
            "is the best: the network has its starting weights.",
            stacklevel=4,
        )
    for task in tasks:
        if task.state.optimize_result is not None:
            _check_optimize_result(
                "lbfgs", task.state.optimize_result, task.settings.max_iter
            )
            task.state.optimize_result = None
    limits = {
        task.settings.max_iter
        for task in tasks
        if task.state.reached_max_iter and np.isfinite(task.settings.n_iter_no_change)
    }
    for max_iter in sorted(limits):
        warnings.warn(
            f"Stochastic Optimizer: Maximum iterations ({max_iter}) reached and the "
            "optimization hasn't converged yet.",
            ConvergenceWarning,
            stacklevel=4,
        )
